import { CompanionError } from '../model/errors.ts';
import { nameKey } from '../model/skype-name.ts';
import type { TokenRow } from '../store/port.ts';

/** What a token may be allowed, by resource. */
export const SCOPES = [
  'account:read',
  'account:write',
  'buddy:read',
  'buddy:write',
  'presence:read',
  'chat:read',
  'chat:send',
  'call:read',
  'call:write',
  'event:read',
  'pbx:read',
  'provisioning:read',
  'privacy:read',
  'privacy:write',
  'audit:read',
  'metrics:read',
  'token:read',
  'token:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * Reads the short form of scopes: in `chat:send,read` the resource of the first holds for the second.
 * `chat:*` is everything about chats, `*` is everything.
 *
 * @throws CompanionError `VALUE_FORBIDDEN` for one that there is not.
 */
export function parseScopes(text: string): string[] {
  let resource = '';
  const scopes = text.split(',').map((part) => {
    const word = part.trim();
    if (word === '*') return word;
    const colon = word.indexOf(':');
    if (colon !== -1) resource = word.slice(0, colon);
    return `${resource}:${word.slice(colon + 1)}`;
  });
  return checkScopes(scopes);
}

/** @throws CompanionError `VALUE_FORBIDDEN` for a scope that there is not. */
export function checkScopes(scopes: readonly string[]): string[] {
  for (const scope of scopes) {
    if (SCOPES.some((known) => covers(scope, known))) continue;
    throw new CompanionError('VALUE_FORBIDDEN', `scope "${scope}": allowed are *, ${SCOPES.join(', ')}`, {
      field: 'scope',
    });
  }
  return [...new Set(scopes)];
}

function covers(given: string, wanted: Scope): boolean {
  return given === '*' || given === wanted || given === `${wanted.slice(0, wanted.indexOf(':'))}:*`;
}

/** What a token allows. */
export class Grant {
  /** Who acts, for the audit log: the token's name. */
  readonly name: string;
  readonly id: string;
  readonly #scopes: readonly string[];
  readonly #accounts: RegExp | null;

  constructor(row: Pick<TokenRow, 'id' | 'name' | 'scopes' | 'accounts'>) {
    this.id = row.id;
    this.name = row.name;
    this.#scopes = row.scopes;
    this.#accounts = row.accounts.includes('*') ? null : patternOf(row.accounts);
  }

  allows(scope: Scope): boolean {
    return this.#scopes.some((given) => covers(given, scope));
  }

  /** Whether it reaches every account, those of the future too. */
  get reachesAll(): boolean {
    return this.#accounts === null;
  }

  reaches(user: string): boolean {
    return this.#accounts === null || this.#accounts.test(nameKey(user));
  }

  /** @throws CompanionError `FORBIDDEN` for an account that it does not reach. */
  check(user: string): void {
    if (this.reaches(user)) return;
    throw new CompanionError('FORBIDDEN', `the token does not reach the account "${user}"`, { user });
  }
}

function patternOf(patterns: readonly string[]): RegExp {
  const alternatives = patterns.map((pattern) =>
    nameKey(pattern).replaceAll('.', '\\.').replaceAll('*', '.*'),
  );
  return new RegExp(`^(?:${alternatives.join('|')})$`);
}
