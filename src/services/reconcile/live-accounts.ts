import { sleep } from '../../ami/link/backoff.ts';
import type { AmiLink } from '../../ami/link/port.ts';
import {
  getAccountProperty,
  logoffUser,
  skypeAccountProperty,
  skypeAddBuddy,
  skypeBuddies,
  skypeRemoveBuddy,
} from '../../ami/skype/actions.ts';
import { askAccountStatus } from '../../ami/skype/enquiry.ts';
import { loginAccount } from '../../ami/skype/operations.ts';
import { variableValue } from '../../ami/skype/properties.ts';
import { buddyListOf } from '../../ami/skype/replies.ts';
import { CompanionError } from '../../model/errors.ts';
import type { SkypeName } from '../../model/skype-name.ts';
import { ACCOUNT_STATUSES, type WritableAccountProperty } from '../../model/status.ts';
import { isLoggedOut, readStatus, STATUS_UNKNOWN } from '../account-operations.ts';
import type { KnownAccount } from '../directory.ts';

/** What is asked and told about accounts of a running PBX; every method throws what an AMI request throws. */
export interface LiveAccounts {
  /** Null when the driver has no such account. */
  status(account: KnownAccount): Promise<string | null>;
  /** Waits a while for a login or logoff that is under way; gives the status that it came to. */
  settled(account: KnownAccount, status: string): Promise<string>;
  /** Logs in and waits a while; gives the status that it came to. */
  login(account: KnownAccount): Promise<string>;
  logoff(user: SkypeName): Promise<void>;
  /** Null when the manager user may not read it. */
  property(user: SkypeName, name: WritableAccountProperty): Promise<string | null>;
  setProperties(user: SkypeName, values: Readonly<Record<string, string>>): Promise<void>;
  buddies(account: KnownAccount): Promise<readonly SkypeName[]>;
  addBuddy(user: SkypeName, buddy: SkypeName, authMessage: string | null): Promise<void>;
  removeBuddy(user: SkypeName, buddy: SkypeName): Promise<void>;
}

/** The accounts behind a link, and nothing kept of what they say. */
export function accountsBehind(link: AmiLink): LiveAccounts {
  return {
    async status({ user }) {
      const status = await askAccountStatus(link, user);
      if (status === '') return null;
      return status ?? (await readStatus(link, user));
    },
    async settled({ user }, status) {
      const until = performance.now() + LOGIN_MS;
      let last = status;
      while (isUnderWay(last) && performance.now() < until) {
        await sleep(SETTLE_MS, NEVER);
        last = (await askAccountStatus(link, user)) ?? STATUS_UNKNOWN;
      }
      return last;
    },
    async login({ user }) {
      try {
        return await loginAccount(link, user, { timeoutMs: LOGIN_MS });
      } catch (thrown) {
        if (!isCompanionError(thrown, 'AMI_TIMEOUT')) throw thrown;
        return String(thrown.details['status'] ?? STATUS_UNKNOWN);
      }
    },
    logoff: async (user) => void (await link.request(logoffUser(user))),
    property: (user, name) => readableProperty(link, user, name),
    setProperties: async (user, values) => void (await link.request(skypeAccountProperty(user, values))),
    async buddies({ user }) {
      const { entries } = buddyListOf(await link.request(skypeBuddies(user)));
      return entries.map(({ buddy }) => buddy);
    },
    addBuddy: async (user, buddy, authMessage) =>
      void (await link.request(skypeAddBuddy(user, buddy, authMessage ?? undefined))),
    removeBuddy: async (user, buddy) => void (await link.request(skypeRemoveBuddy(user, buddy))),
  };
}

/** A property, or null when the manager user may not read it, or no function call can hold the name. */
export async function readableProperty(
  link: AmiLink,
  user: SkypeName,
  name: WritableAccountProperty,
): Promise<string | null> {
  try {
    return variableValue(await link.request(getAccountProperty(user, name)));
  } catch (thrown) {
    if (UNREADABLE.some((code) => isCompanionError(thrown, code))) return null;
    throw thrown;
  }
}

const UNREADABLE = ['AMI_PERMISSION_DENIED', 'PBX_REFUSED', 'VALUE_FORBIDDEN'] as const;

/** How long a login may take, and the pause between two looks at it, in milliseconds. */
const LOGIN_MS = 20_000;
const SETTLE_MS = 100;
const NEVER = new AbortController().signal;

const UNDER_WAY: ReadonlySet<string> = new Set(
  ACCOUNT_STATUSES.filter((status) => status !== 'Logged In' && !isLoggedOut(status)),
);

/** Whether a login or logoff has begun and not ended (manual 3.3.4). */
function isUnderWay(status: string): boolean {
  return UNDER_WAY.has(status);
}

function isCompanionError(thrown: unknown, code: CompanionError['code']): thrown is CompanionError {
  return thrown instanceof CompanionError && thrown.code === code;
}
