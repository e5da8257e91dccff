import type { AmiLink } from '../ami/link/link.ts';
import { getAccountProperty, skypeBuddies } from '../ami/skype/actions.ts';
import { askAccountStatus } from '../ami/skype/enquiry.ts';
import { loginAccount, logoffAccount } from '../ami/skype/operations.ts';
import { variableValue } from '../ami/skype/properties.ts';
import { CompanionError } from '../model/errors.ts';
import type { SkypeName } from '../model/skype-name.ts';
import type { AccountProperty } from '../model/status.ts';
import type { AccountStates } from './account-states.ts';

/** How an account stands when nobody has told. */
export const STATUS_UNKNOWN = 'Unknown';

const LOGGED_OUT = new Set(['Logged Out', 'Logged Out and Password Saved']);

/** Whether a status says that somebody has to log the account in. */
export function isLoggedOut(status: string): boolean {
  return LOGGED_OUT.has(status);
}

/** The value of an account property; empty when it is not set. */
export async function readProperty(
  link: AmiLink,
  user: SkypeName,
  property: AccountProperty,
): Promise<string> {
  return variableValue(await link.request(getAccountProperty(user, property)));
}

/**
 * The status of an account. A manager user without the right for `Getvar` still learns whether it is
 * logged in: the driver lists the buddies of no other account.
 */
export async function readStatus(link: AmiLink, user: SkypeName): Promise<string> {
  const status = await askAccountStatus(link, user);
  if (status !== null) return status || STATUS_UNKNOWN;
  try {
    await link.request(skypeBuddies(user));
    return 'Logged In';
  } catch (thrown) {
    if (thrown instanceof CompanionError && thrown.code === 'PBX_REFUSED') return STATUS_UNKNOWN;
    throw thrown;
  }
}

/**
 * Logs an account in, and waits for the proof: an event, or the account's own status.
 *
 * @throws whatever `loginAccount` throws.
 */
export function login(link: AmiLink, states: AccountStates, user: SkypeName): Promise<string> {
  return loginAccount(link, user, { onStatus: (listener) => states.watch(link.pbx, user, listener) });
}

/** Logs an account off, and waits for the proof; see {@link login}. */
export function logoff(link: AmiLink, states: AccountStates, user: SkypeName): Promise<string> {
  return logoffAccount(link, user, { onStatus: (listener) => states.watch(link.pbx, user, listener) });
}
