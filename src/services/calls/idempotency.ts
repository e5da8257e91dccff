import { createHash } from 'node:crypto';
import type { Call } from '../../model/call.ts';
import { CompanionError } from '../../model/errors.ts';
import { nameKey } from '../../model/skype-name.ts';

/**
 * The id of the call that an idempotency key of an account stands for. The key chooses the id, so that the
 * stored call itself is the memory of the key: nothing else has to be kept or can be lost.
 */
export function callIdOf(user: string, key: string): string {
  const digest = createHash('sha256')
    .update(`${nameKey(user)}\0${key}`)
    .digest('hex');
  // The shape of a UUID of version 8, which is free for such use (RFC 9562).
  const variant = (Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8;
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant.toString(16)}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/** A digest of a request that does not depend on the order of its keys. */
export function digestOf(request: object): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(request)))
    .digest('hex');
}

/** @throws CompanionError `IDEMPOTENCY_CONFLICT` when the call was begun by another request. */
export function sameRequest(call: Call, digest: string): Call {
  if (call.requestDigest === digest) return call;
  throw new CompanionError('IDEMPOTENCY_CONFLICT', 'the idempotency key was used with another request', {
    call: call.id,
  });
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sorted(entry)]),
  );
}
