import { nameKey, type SkypeName } from '../../model/skype-name.ts';
import { isLoggedOut } from '../account-operations.ts';
import type { KnownAccount } from '../directory.ts';

/** How an account stands in the running PBX. */
export interface LiveAccount {
  /** One of manual 3.3.4, or another word of the driver; null when the driver has no such account. */
  readonly status: string | null;
  /** The properties of the model's profile as they are; null when they cannot be read. */
  readonly properties: Readonly<Record<string, string>> | null;
  /** The buddy list; null when it cannot be read, as of an account that is logged out. */
  readonly buddies: readonly SkypeName[] | null;
}

/** A property and what it becomes; `from` is null when it cannot be read. */
export interface PropertyChange {
  readonly property: string;
  readonly from: string | null;
  readonly to: string;
}

/** What would change about one live account. Texts that ask for authorization may be passwords: never in it. */
export interface AccountPlan {
  readonly user: SkypeName;
  readonly status: string | null;
  /** `in`: log in; its profile and buddies are looked at then. `off`: log off, the model has it no more. */
  readonly login: 'in' | 'off' | null;
  readonly set: readonly PropertyChange[];
  readonly add: readonly SkypeName[];
  readonly remove: readonly SkypeName[];
  /** Buddies that the model does not name and that stay, because nobody asked to prune. */
  readonly strangers: readonly SkypeName[];
}

/** Whether a plan would change anything; strangers that stay are no change. */
export function changesAnything({ login, set, add, remove }: AccountPlan): boolean {
  return login !== null || set.length > 0 || add.length > 0 || remove.length > 0;
}

/**
 * Compares an account with the model. Only properties that differ are set, or all where they cannot be
 * read. Who is on the buddy list and not in the model is a stranger, if the model describes the list at
 * all, and unless a hint of the model needs him: the driver adds those by itself (`buddy_autoadd`).
 *
 * @param prune whether strangers are to be removed.
 */
export function planAccount(account: KnownAccount, live: LiveAccount, prune: boolean): AccountPlan {
  const { user, profile, buddies, hinted = [], canLogIn = true, listed = buddies.length > 0 } = account;
  const logIn = canLogIn && live.status !== null && isLoggedOut(live.status);
  const there = live.buddies === null ? null : new Set(live.buddies.map(nameKey));
  const wanted = new Set([...buddies.map(({ buddy }) => buddy), ...hinted].map(nameKey));
  const strangers = listed ? (live.buddies ?? []).filter((buddy) => !wanted.has(nameKey(buddy))) : [];
  return {
    user,
    status: live.status,
    login: logIn ? 'in' : null,
    set: live.status === 'Logged In' ? differing(profile, live.properties) : [],
    add: there === null ? [] : buddies.flatMap(({ buddy }) => (there.has(nameKey(buddy)) ? [] : [buddy])),
    remove: prune ? strangers : [],
    strangers: prune ? [] : strangers,
  };
}

/** The plan for an account that the model has no more. */
export function planRemoval(user: SkypeName, status: string | null): AccountPlan {
  const gone = status === null || isLoggedOut(status);
  return { user, status, login: gone ? null : 'off', set: [], add: [], remove: [], strangers: [] };
}

function differing(
  profile: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, string>> | null,
): PropertyChange[] {
  return Object.entries(profile).flatMap(([property, to]) => {
    const from = properties === null ? null : (properties[property] ?? '');
    return from === to ? [] : [{ property, from, to }];
  });
}
