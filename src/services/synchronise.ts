import type { AmiLink } from '../ami/link/link.ts';
import { skypeAccountProperty, skypeAddBuddy } from '../ami/skype/actions.ts';
import { messageOf } from '../model/errors.ts';
import { nameKey } from '../model/skype-name.ts';
import { isLoggedOut, login } from './account-operations.ts';
import type { AccountStates } from './account-states.ts';
import type { AccountService } from './accounts.ts';
import type { ContactService } from './contacts.ts';
import type { Directory, KnownAccount } from './directory.ts';
import type { Logger } from './logger.ts';

interface Deps {
  readonly directory: Directory;
  readonly accounts: AccountService;
  readonly contacts: ContactService;
  readonly states: AccountStates;
  readonly log: Logger;
}

/**
 * Brings accounts to the model, at each connection to their PBX and at each login: logs in who is logged
 * out when the connection comes up, sets the profile, compares the buddies with the last list, adds those
 * that are missing. One account's failure is logged and does not hold back the others.
 */
export class Synchroniser {
  readonly #deps: Deps;
  readonly #running = new Set<string>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The connection to a PBX came up. */
  async connected(link: AmiLink): Promise<void> {
    const accounts = this.#deps.directory.of(link.pbx);
    await Promise.all(accounts.map((account) => this.#guarded(link, account, true)));
  }

  /** An account logged in. One that is being worked on already needs nothing more. */
  async loggedIn(link: AmiLink, user: string): Promise<void> {
    const account = this.#deps.directory.of(link.pbx).find((known) => nameKey(known.user) === nameKey(user));
    if (account !== undefined) await this.#guarded(link, account, false);
  }

  async #guarded(link: AmiLink, account: KnownAccount, logIn: boolean): Promise<void> {
    const key = nameKey(account.user);
    if (this.#running.has(key)) return;
    this.#running.add(key);
    try {
      if (!logIn || (await this.#logIn(link, account))) await this.#bringToModel(link, account);
    } catch (thrown) {
      const facts = { pbx: link.pbx, user: account.user, error: messageOf(thrown) };
      this.#deps.log.warn(facts, 'an account could not be read or brought to the model');
    } finally {
      this.#running.delete(key);
    }
  }

  /** Whether the account is logged in, which it is asked to be when it is logged out. */
  async #logIn(link: AmiLink, account: KnownAccount): Promise<boolean> {
    const { accounts, states } = this.#deps;
    let status = await accounts.refreshStatus(link, account);
    if (isLoggedOut(status)) {
      status = await login(link, states, account.user);
      await accounts.noteStatus(account, status);
    }
    return status === 'Logged In';
  }

  async #bringToModel(link: AmiLink, account: KnownAccount): Promise<void> {
    const { contacts } = this.#deps;
    if (Object.keys(account.profile).length > 0) {
      await link.request(skypeAccountProperty(account.user, account.profile));
    }
    const present = await contacts.readList(link, account);
    const missing = account.buddies.filter(({ buddy }) => !present.has(nameKey(buddy)));
    for (const { buddy, authMessage } of missing) {
      await link.request(skypeAddBuddy(account.user, buddy, authMessage ?? undefined));
    }
    if (missing.length > 0) await contacts.readList(link, account);
  }
}
