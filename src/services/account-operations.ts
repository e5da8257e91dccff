import type { AmiLink } from '../ami/link/link.ts';
import { getAccountProperty, loginUser, logoffUser, skypeBuddies } from '../ami/skype/actions.ts';
import { header } from '../ami/wire/message.ts';
import { CompanionError } from '../model/errors.ts';
import type { SkypeName } from '../model/skype-name.ts';
import type { AccountProperty } from '../model/status.ts';
import type { AccountStates } from './account-states.ts';

/** How an account stands when nobody has told. */
export const STATUS_UNKNOWN = 'Unknown';

const LOGGED_OUT = new Set(['Logged Out', 'Logged Out and Password Saved']);
/** How long a login or logoff may take, and how often the PBX is asked meanwhile, in milliseconds. */
const WITHIN_MS = 20_000;
const ASK_MS = 1_000;

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
  const { response } = await link.request(getAccountProperty(user, property));
  return header(response, 'Value') ?? '';
}

/**
 * The status of an account. A manager user without the right for `Getvar` still learns whether it is
 * logged in: the driver lists the buddies of no other account.
 */
export async function readStatus(link: AmiLink, user: SkypeName): Promise<string> {
  try {
    return (await readProperty(link, user, 'status')) || STATUS_UNKNOWN;
  } catch (thrown) {
    if (!isCompanionError(thrown, 'AMI_PERMISSION_DENIED')) throw thrown;
  }
  try {
    await link.request(skypeBuddies(user));
    return 'Logged In';
  } catch (thrown) {
    if (isCompanionError(thrown, 'PBX_REFUSED')) return STATUS_UNKNOWN;
    throw thrown;
  }
}

/** Logs an account in, and waits for the proof: an event, or the account's own status. */
export async function login(link: AmiLink, states: AccountStates, user: SkypeName): Promise<string> {
  await link.request(loginUser(user));
  return awaitStatus(link, states, user, (status) => status === 'Logged In');
}

/** Logs an account off, and waits for the proof. */
export async function logoff(link: AmiLink, states: AccountStates, user: SkypeName): Promise<string> {
  await link.request(logoffUser(user));
  return awaitStatus(link, states, user, isLoggedOut);
}

/** The status once it is the wanted one, or as it stands after the time. */
async function awaitStatus(
  link: AmiLink,
  states: AccountStates,
  user: SkypeName,
  wanted: (status: string) => boolean,
): Promise<string> {
  const until = performance.now() + WITHIN_MS;
  while (true) {
    const status = await readStatus(link, user);
    if (wanted(status) || performance.now() > until) return status;
    await states.nextNote(ASK_MS);
    const noted = states.get(link.pbx, user);
    if (noted !== null && wanted(noted)) return noted;
  }
}

function isCompanionError(thrown: unknown, code: CompanionError['code']): boolean {
  return thrown instanceof CompanionError && thrown.code === code;
}
