import { nameKey } from '../../model/skype-name.ts';
import { type Account, type AccountSetup, makeAccount } from './members.ts';

/** The accounts of the PBX by name, and by buddy who has whom on the list: a change of many watched is told by it. */
export class AccountBook {
  readonly #byName = new Map<string, Account>();
  readonly #watchers = new Map<string, Set<Account>>();

  /** A copy, so that accounts can come and go while somebody walks over it. */
  get all(): readonly Account[] {
    return [...this.#byName.values()];
  }

  get(name: string): Account | undefined {
    return this.#byName.get(nameKey(name));
  }

  /** Takes an account in, in place of one of its name. */
  add(account: Account): void {
    this.#byName.set(nameKey(account.name), account);
    for (const { name } of account.buddies) this.watches(account, name);
  }

  remove(account: Account): void {
    for (const { name } of account.buddies) this.watchesNoMore(account, name);
    this.#byName.delete(nameKey(account.name));
  }

  /** Configures an account anew: what the file says wins, what people did meanwhile stays. */
  replace(before: Account, setup: AccountSetup): void {
    this.remove(before);
    const made = makeAccount({ ...setup, loggedIn: before.loggedIn });
    const { buddies, availability, credit } = before;
    const profile = new Map([...before.profile, ...made.profile]);
    this.add({ ...made, profile, buddies, availability, credit });
  }

  /** Every account that has somebody on its list. */
  watchersOf(buddy: string): Iterable<Account> {
    return this.#watchers.get(nameKey(buddy)) ?? [];
  }

  watches(account: Account, buddy: string): void {
    const key = nameKey(buddy);
    const present = this.#watchers.get(key);
    if (present) present.add(account);
    else this.#watchers.set(key, new Set([account]));
  }

  watchesNoMore(account: Account, buddy: string): void {
    this.#watchers.get(nameKey(buddy))?.delete(account);
  }
}
