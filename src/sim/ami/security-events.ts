import type { ManagerSession, ManagerWorld } from './action.ts';
import type { Field } from './blocks.ts';

/** What Asterisk tells sessions with class `security` about the others. */
export type SecurityEvent =
  | 'SuccessfulAuth'
  | 'InvalidAccountID'
  | 'InvalidPassword'
  | 'ChallengeResponseFailed'
  | 'RequestNotAllowed'
  | 'RequestBadFormat';

/**
 * Tells a security event once the request that caused it is answered (fields and order of Asterisk 22; 1.4 has none).
 * A session whose user is not known has no time.
 */
export function tellSecurity(
  world: ManagerWorld,
  { origin, user }: ManagerSession,
  event: SecurityEvent,
  about: { readonly account?: string; readonly fields?: readonly Field[] } = {},
): void {
  if (world.variation.era === '1.4') return;
  const account: Field = ['AccountID', about.account ?? user?.username ?? ''];
  const isLast = event === 'RequestBadFormat';
  const fields: readonly Field[] = [
    ['EventTV', isoTime(world.clock.now())],
    ['Severity', event === 'SuccessfulAuth' ? 'Informational' : 'Error'],
    ['Service', 'AMI'],
    ['EventVersion', event === 'InvalidPassword' ? '2' : '1'],
    ...(isLast ? [] : [account]),
    ['SessionID', origin.id],
    ['LocalAddress', origin.local],
    ['RemoteAddress', origin.remote],
    ...(about.fields ?? []),
    ['SessionTV', isoTime(user ? origin.since : 0)],
    ...(isLast ? [account] : []),
  ];
  queueMicrotask(() => world.publish(event, 'security', () => fields));
}

function isoTime(millis: number): string {
  return new Date(millis).toISOString().replace('Z', '+0000');
}
