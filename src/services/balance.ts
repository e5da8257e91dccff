import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import type { AccountStates } from './account-states.ts';
import type { AccountService } from './accounts.ts';
import type { Directory, KnownAccount } from './directory.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

export interface BalanceOptions {
  /** Hundredths of the account's currency. */
  readonly below: number;
  readonly everyMs: number;
}

interface BalanceDeps {
  readonly directory: Directory;
  readonly accounts: AccountService;
  readonly states: AccountStates;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Reads the SkypeOut credit of the logged-in accounts now and then. One that falls under the limit becomes
 * an event, once until it is above the limit again.
 */
export class BalanceWatch {
  readonly #deps: BalanceDeps;
  readonly #options: BalanceOptions;
  readonly #low = new Set<string>();

  constructor(deps: BalanceDeps, options: BalanceOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Watches until the signal is aborted. */
  start(signal: AbortSignal): void {
    const timer = setInterval(() => void this.look(), this.#options.everyMs);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  /** One look at all accounts. */
  async look(): Promise<void> {
    const { directory, states, log } = this.#deps;
    for (const account of directory.all()) {
      if (!states.isLoggedIn(account.pbx, account.user)) continue;
      try {
        await this.#lookAt(account);
      } catch (thrown) {
        log.warn({ user: account.user, error: messageOf(thrown) }, 'the credit could not be read');
      }
    }
  }

  async #lookAt({ pbx, user }: KnownAccount): Promise<void> {
    const { accounts, recorder, clock } = this.#deps;
    const text = await accounts.property(user, 'skypeout_balance');
    // An account without SkypeOut has no balance at all.
    if (!/^-?\d+$/.test(text)) return;
    const cents = Number(text);
    if (cents >= this.#options.below) {
      this.#low.delete(user);
      return;
    }
    if (this.#low.has(user)) return;
    this.#low.add(user);
    const currency = (await accounts.property(user, 'skypeout_currency')) || null;
    const event = { type: 'account.balance', user, cents, currency, limit: this.#options.below } as const;
    await recorder.record([{ pbx, at: clock.now(), event }]);
  }
}
