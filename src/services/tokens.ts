import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../model/clock.ts';
import type { Store, TokenRow } from '../store/port.ts';

/** Makes a bearer token and stores its hash; the token is returned once and kept nowhere. */
export async function createToken(store: Store, name: string, clock: Clock): Promise<string> {
  const token = `sfa_${randomBytes(24).toString('base64url')}`;
  const row = { id: randomUUID(), name, hash: hashOf(token), createdAt: clock.now() };
  await store.transaction((tx) => tx.putToken(row));
  return token;
}

/** The stored row of a bearer token, or null when there is none. */
export function findToken(store: Store, token: string): Promise<TokenRow | null> {
  return store.tokenByHash(hashOf(token));
}

/** A token holds 192 random bits, so that a fast hash is enough to keep it secret at rest. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
