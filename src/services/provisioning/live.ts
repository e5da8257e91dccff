import type { SkypeName } from '../../model/skype-name.ts';
import { nameKey } from '../../model/skype-name.ts';
import type { KnownAccount } from '../directory.ts';
import type { LiveAccounts } from '../reconcile/live-accounts.ts';
import { planRemoval } from '../reconcile/live-plan.ts';
import { type AccountOutcome, planAccounts, type ReconcileOptions } from '../reconcile/reconcile.ts';
import { expectationsOf } from './expectations.ts';
import type { FileChange } from './file-plan.ts';

/** Accounts that deployed files have and the model has no more. */
export function accountsGone(
  deployed: readonly FileChange[],
  accounts: readonly KnownAccount[],
): SkypeName[] {
  const wanted = new Set(accounts.map(({ user }) => nameKey(user)));
  return expectationsOf(deployed).accounts.flatMap(({ user }) => (wanted.has(nameKey(user)) ? [] : [user]));
}

/** What would change about the live accounts, those that the model has no more behind the others. */
export async function planLive(
  live: LiveAccounts,
  accounts: readonly KnownAccount[],
  gone: readonly SkypeName[],
  options: ReconcileOptions,
): Promise<AccountOutcome[]> {
  const outcomes = await planAccounts(live, accounts, options);
  for (const user of gone) {
    const plan = planRemoval(user, await live.status({ pbx: '', user, profile: {}, buddies: [] }));
    if (plan.login === 'off') outcomes.push({ user, plan, error: null });
  }
  return outcomes;
}

/** Logs off who is still logged in and has no place in the model any more. */
export async function logOffGone(live: LiveAccounts, gone: readonly SkypeName[]): Promise<AccountOutcome[]> {
  const outcomes = await planLive(live, [], gone, { prune: false });
  for (const { user } of outcomes) await live.logoff(user);
  return outcomes;
}
