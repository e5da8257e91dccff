import { CompanionError, messageOf } from '../../model/errors.ts';
import { nameKey, type SkypeName } from '../../model/skype-name.ts';
import { RW_ACCOUNT_PROPERTIES, type WritableAccountProperty } from '../../model/status.ts';
import type { KnownAccount } from '../directory.ts';
import type { LiveAccounts } from './live-accounts.ts';
import { type AccountPlan, changesAnything, type LiveAccount, planAccount } from './live-plan.ts';
import { Slots } from './slots.ts';

/**
 * How many accounts of a PBX are worked on at once, each with one action on the wire: enough to keep a PBX
 * busy, and a fraction of what a link may have in flight, so that chats and calls are not held back.
 */
export const ACCOUNTS_AT_ONCE = 16;

/** What became of one account. */
export interface AccountOutcome {
  readonly user: SkypeName;
  /** What was changed; of a plan, what would be. Null when it could not be looked at. */
  readonly plan: AccountPlan | null;
  /** Why it is not as the model says; null when it is. */
  readonly error: string | null;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface ReconcileOptions {
  /** Remove buddies that the model does not name. */
  readonly prune: boolean;
  readonly slots?: Slots;
  /** Told of each account when it is done. */
  readonly onOutcome?: (outcome: AccountOutcome, progress: Progress) => void;
  /** Asked before each account; false ends the run, the accounts that are left have no outcome. */
  readonly goOn?: () => boolean;
}

/** Looks at all accounts and changes nothing. One that cannot be looked at does not hold back the others. */
export function planAccounts(
  live: LiveAccounts,
  accounts: readonly KnownAccount[],
  options: ReconcileOptions,
): Promise<AccountOutcome[]> {
  return each(accounts, options, async (account) => {
    const plan = planAccount(
      account,
      await readLive(live, account, await live.status(account)),
      options.prune,
    );
    return { user: account.user, plan, error: null };
  });
}

/** Brings all accounts to the model: login state, profile, buddies. */
export function reconcileAccounts(
  live: LiveAccounts,
  accounts: readonly KnownAccount[],
  options: ReconcileOptions,
): Promise<AccountOutcome[]> {
  return each(accounts, options, (account) => reconcileAccount(live, account, options.prune));
}

/**
 * Brings one account to the model.
 *
 * @throws whatever an AMI request throws.
 */
export async function reconcileAccount(
  live: LiveAccounts,
  account: KnownAccount,
  prune: boolean,
): Promise<AccountOutcome> {
  const found = await live.status(account);
  const now = found === null ? null : await live.settled(account, found);
  const first = planAccount(account, await readLive(live, account, now), prune);
  if (first.login !== 'in') return carryOut(live, account, first);
  const status = await live.login(account);
  if (status !== 'Logged In') {
    return { user: account.user, plan: null, error: `the login did not come to an end: ${status}` };
  }
  const then = planAccount(account, await readLive(live, account, status), prune);
  return carryOut(live, account, { ...then, status: first.status, login: 'in' });
}

async function carryOut(
  live: LiveAccounts,
  account: KnownAccount,
  plan: AccountPlan,
): Promise<AccountOutcome> {
  const { user } = account;
  if (plan.set.length > 0) {
    await live.setProperties(user, Object.fromEntries(plan.set.map(({ property, to }) => [property, to])));
  }
  if (plan.add.length + plan.remove.length === 0) return { user, plan, error: null };
  const wanted = new Set(plan.add.map(nameKey));
  const refusals: string[] = [];
  // Somebody else may have been quicker, a service for one: what counts is the list in the end.
  const attempt = (work: Promise<void>) =>
    work.catch((thrown) => {
      if (!(thrown instanceof CompanionError) || thrown.code !== 'PBX_REFUSED') throw thrown;
      refusals.push(thrown.message);
    });
  for (const { buddy, authMessage } of account.buddies) {
    if (wanted.has(nameKey(buddy))) await attempt(live.addBuddy(user, buddy, authMessage));
  }
  for (const buddy of plan.remove) await attempt(live.removeBuddy(user, buddy));
  const now = new Set((await live.buddies(account)).map(nameKey));
  const missing = plan.add.filter((buddy) => !now.has(nameKey(buddy)));
  const left = plan.remove.filter((buddy) => now.has(nameKey(buddy)));
  if (missing.length + left.length === 0) return { user, plan, error: null };
  const wrong = [
    ...(missing.length > 0 ? [`not on the list although they were added: ${missing.join(', ')}`] : []),
    ...(left.length > 0 ? [`still on the list although they were removed: ${left.join(', ')}`] : []),
    ...refusals,
  ];
  return { user, plan, error: wrong.join('; ') };
}

/** Profile and buddies are there for an account that is logged in; of the profile only what the model sets. */
async function readLive(
  live: LiveAccounts,
  account: KnownAccount,
  status: string | null,
): Promise<LiveAccount> {
  if (status !== 'Logged In') return { status, properties: null, buddies: null };
  const properties: Record<string, string> = {};
  let readable = true;
  for (const name of Object.keys(account.profile).filter(isWritable)) {
    const value = await live.property(account.user, name);
    if (value === null) readable = false;
    else properties[name] = value;
  }
  return { status, properties: readable ? properties : null, buddies: await live.buddies(account) };
}

const WRITABLE: ReadonlySet<string> = new Set(RW_ACCOUNT_PROPERTIES);

function isWritable(name: string): name is WritableAccountProperty {
  return WRITABLE.has(name);
}

async function each(
  accounts: readonly KnownAccount[],
  { slots = new Slots(ACCOUNTS_AT_ONCE), onOutcome, goOn = () => true }: ReconcileOptions,
  work: (account: KnownAccount) => Promise<AccountOutcome>,
): Promise<AccountOutcome[]> {
  const outcomes: AccountOutcome[] = [];
  const total = accounts.length;
  await Promise.all(
    accounts.map((account) =>
      slots.run(async () => {
        if (!goOn()) return;
        const outcome = await work(account).catch((thrown) => failed(account, thrown));
        outcomes.push(outcome);
        onOutcome?.(outcome, { done: outcomes.length, total });
      }),
    ),
  );
  const order = new Map(accounts.map(({ user }, index) => [user, index]));
  return outcomes.sort((a, b) => (order.get(a.user) ?? 0) - (order.get(b.user) ?? 0));
}

function failed({ user }: KnownAccount, thrown: unknown): AccountOutcome {
  const code = thrown instanceof CompanionError ? `${thrown.code}: ` : '';
  return { user, plan: null, error: `${code}${messageOf(thrown)}` };
}

/** How many of these were changed, or would be. */
export function changedCount(outcomes: readonly AccountOutcome[]): number {
  return outcomes.filter(({ plan }) => plan !== null && changesAnything(plan)).length;
}
