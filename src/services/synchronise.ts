import type { AmiLink } from '../ami/link/link.ts';
import { nameKey } from '../model/skype-name.ts';
import { login, STATUS_UNKNOWN } from './account-operations.ts';
import type { AccountStates } from './account-states.ts';
import type { AccountService } from './accounts.ts';
import type { ContactService } from './contacts.ts';
import type { Directory, KnownAccount } from './directory.ts';
import type { Logger } from './logger.ts';
import { accountsBehind, type LiveAccounts } from './reconcile/live-accounts.ts';
import { changesAnything } from './reconcile/live-plan.ts';
import {
  ACCOUNTS_AT_ONCE,
  type AccountOutcome,
  changedCount,
  type Progress,
  reconcileAccounts,
} from './reconcile/reconcile.ts';
import { Slots } from './reconcile/slots.ts';

interface Deps {
  readonly directory: Directory;
  readonly accounts: AccountService;
  readonly contacts: ContactService;
  readonly states: AccountStates;
  readonly log: Logger;
  /** Whether buddies that the model does not name are removed; they are logged otherwise. */
  readonly prune?: boolean;
}

/** Progress is logged each time that so many accounts are done. */
const PROGRESS_STEP = 100;

/**
 * Keeps accounts as the model says: at each connection to their PBX, at each login, and when the models
 * were read anew. One account's failure is logged and does not hold back the others.
 */
export class Synchroniser {
  readonly #deps: Deps;
  readonly #running = new Set<string>();
  readonly #slots = new Map<string, Slots>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The connection to a PBX came up, or its model was read anew: all its accounts are looked at. */
  async all(link: AmiLink): Promise<void> {
    const { log } = this.#deps;
    const { pbx } = link;
    const accounts = this.#deps.directory.of(pbx);
    const outcomes = await this.#bring(link, accounts, ({ done, total }) => {
      if (done % PROGRESS_STEP === 0 && done < total)
        log.info({ pbx, done, total }, 'accounts are looked at');
    });
    const failed = outcomes.filter(({ error }) => error !== null).length;
    const facts = { pbx, accounts: accounts.length, changed: changedCount(outcomes), failed };
    const left = accounts.length - outcomes.length;
    if (link.state === 'ready') log.info(facts, 'the accounts are as the model says, as far as they can be');
    else log.warn({ ...facts, left }, 'the connection was lost while accounts were looked at');
  }

  /** An account logged in. One that is being worked on already needs nothing more. */
  async loggedIn(link: AmiLink, user: string): Promise<void> {
    const account = this.#deps.directory.find(link.pbx, user);
    if (account !== null) await this.#bring(link, [account]);
  }

  async #bring(
    link: AmiLink,
    accounts: readonly KnownAccount[],
    onProgress?: (progress: Progress) => void,
  ): Promise<AccountOutcome[]> {
    const mine = new Map(
      accounts.flatMap((account): [string, KnownAccount][] => {
        const key = nameKey(account.user);
        return this.#running.has(key) ? [] : [[key, account]];
      }),
    );
    for (const key of mine.keys()) this.#running.add(key);
    const outcomes = await reconcileAccounts(this.#live(link), [...mine.values()], {
      prune: this.#deps.prune === true,
      slots: this.#slotsOf(link.pbx),
      goOn: () => link.state === 'ready',
      onOutcome: (outcome, progress) => {
        // At once: it may log in anew while others are still worked on.
        this.#running.delete(nameKey(outcome.user));
        mine.delete(nameKey(outcome.user));
        this.#tell(link.pbx, outcome);
        onProgress?.(progress);
      },
    });
    for (const key of mine.keys()) this.#running.delete(key);
    return outcomes;
  }

  #slotsOf(pbx: string): Slots {
    const slots = this.#slots.get(pbx) ?? new Slots(ACCOUNTS_AT_ONCE);
    this.#slots.set(pbx, slots);
    return slots;
  }

  /** Ids and counts only: what a profile says is nobody's business here. */
  #tell(pbx: string, { user, plan, error }: AccountOutcome): void {
    const { log } = this.#deps;
    if (error !== null) log.warn({ pbx, user, error }, 'an account is not as the model says');
    if (plan === null) return;
    if (plan.strangers.length > 0) {
      log.info({ pbx, user, buddies: plan.strangers }, 'buddies that the model does not name');
    }
    if (!changesAnything(plan)) return;
    const { login: loggedIn, set, add, remove } = plan;
    const facts = { pbx, user, set: set.map(({ property }) => property), added: add, removed: remove };
    log.info(loggedIn === 'in' ? { ...facts, loggedIn: true } : facts, 'an account was changed');
  }

  /** What is read on the way is noted like everything that is heard of accounts and buddies. */
  #live(link: AmiLink): LiveAccounts {
    const { accounts, contacts, states } = this.#deps;
    return {
      ...accountsBehind(link),
      async status(account) {
        const status = await accounts.refreshStatus(link, account);
        return status === STATUS_UNKNOWN ? null : status;
      },
      // The event of its end brings the account here again.
      settled: async (_account, status) => status,
      async login(account) {
        const status = await login(link, states, account.user);
        await accounts.noteStatus(account, status);
        return status;
      },
      buddies: (account) => contacts.readList(link, account),
    };
  }
}
