import { hash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../model/clock.ts';
import { CompanionError } from '../model/errors.ts';
import type { Store, TokenRow } from '../store/port.ts';
import { checkScopes } from './scopes.ts';

/** How far a new token reaches; everything for ever where nothing is said. */
export interface TokenRequest {
  readonly name: string;
  /** Scopes such as `chat:send`; all when left out. */
  readonly scopes?: readonly string[] | undefined;
  /** Patterns of account names with `*`; all when left out. */
  readonly accounts?: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number | null | undefined;
}

/** A new token: the secret itself is given once and kept nowhere. */
export interface CreatedToken {
  readonly token: string;
  readonly row: TokenRow;
}

const PATTERN = /^[A-Za-z0-9_.,:*-]{1,64}$/;

/**
 * Makes a bearer token and stores its hash.
 *
 * @throws CompanionError `VALUE_FORBIDDEN` for a scope or pattern that cannot be.
 */
export async function createToken(store: Store, request: TokenRequest, clock: Clock): Promise<CreatedToken> {
  const accounts = request.accounts ?? ['*'];
  for (const pattern of accounts) {
    if (!PATTERN.test(pattern) || pattern.includes(',')) {
      throw new CompanionError(
        'VALUE_FORBIDDEN',
        'accounts: allowed are account names, with * for any text',
        {
          field: 'accounts',
        },
      );
    }
  }
  const token = `sfa_${randomBytes(24).toString('base64url')}`;
  const row: TokenRow = {
    id: randomUUID(),
    name: request.name,
    hash: hashOf(token),
    scopes: checkScopes(request.scopes ?? ['*']),
    accounts,
    createdAt: clock.now(),
    expiresAt: request.expiresAt ?? null,
    lastUsedAt: null,
  };
  await store.transaction((tx) => tx.putToken(row));
  return { token, row };
}

/** How long what was read about a token is believed, in milliseconds: a revoked one ends after it. */
const BELIEVED_MS = 2_000;
const MOST_KEPT = 1_000;
const MINUTE = 60_000;

/** Finds tokens by what clients send; the only one who notes their use. */
export class TokenBook {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly row: TokenRow | null; readonly at: number }>();
  readonly #noted = new Map<string, number>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The row of a bearer token, or null when there is none or it is expired. */
  async find(token: string): Promise<TokenRow | null> {
    const now = this.#clock.now();
    const hash = hashOf(token);
    let known = this.#known.get(hash);
    if (known === undefined || now - known.at > BELIEVED_MS) {
      known = { row: await this.#store.tokenByHash(hash), at: now };
      // Wrong tokens come in any number.
      if (this.#known.size >= MOST_KEPT) this.#known.clear();
      this.#known.set(hash, known);
    }
    const { row } = known;
    if (row === null || (row.expiresAt !== null && row.expiresAt <= now)) return null;
    await this.#noteUse(row, now);
    return row;
  }

  /** Stores the time of use to the minute: not a transaction for each request. */
  async #noteUse(row: TokenRow, now: number): Promise<void> {
    const last = this.#noted.get(row.id) ?? row.lastUsedAt ?? 0;
    if (now - last < MINUTE) return;
    this.#noted.set(row.id, now);
    await this.#store.transaction((tx) => tx.noteTokenUse(row.id, now));
  }

  list(): Promise<TokenRow[]> {
    return this.#store.tokens();
  }

  create(request: TokenRequest): Promise<CreatedToken> {
    return createToken(this.#store, request, this.#clock);
  }

  /** @throws CompanionError `TOKEN_UNKNOWN` */
  async revoke(id: string): Promise<void> {
    await revokeToken(this.#store, id);
    this.#known.clear();
  }
}

/**
 * Ends a token.
 *
 * @throws CompanionError `TOKEN_UNKNOWN`
 */
export async function revokeToken(store: Store, id: string): Promise<void> {
  const removed = await store.transaction((tx) => tx.removeToken(id));
  if (!removed) throw new CompanionError('TOKEN_UNKNOWN', `there is no token "${id}"`, { id });
}

/** A token holds 192 random bits, so that a fast hash is enough to keep it secret at rest. */
function hashOf(token: string): string {
  return hash('sha256', token);
}
