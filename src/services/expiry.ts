import type { ChatMessage } from '../model/chat.ts';
import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import type { StoreReader } from '../store/port.ts';
import { changeState } from './chat-state.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

/** Why an expired chat was not sent. */
export const EXPIRED = 'it could not be sent in its time';

/** Chats that expire in one transaction. */
const SWEEP = 500;
/** The longest time that a timer counts, in milliseconds. */
const LONGEST = 2 ** 31 - 1;
/** Pause after the store failed, in milliseconds. */
const RETRY_MS = 5_000;

interface Deps {
  readonly pbx: string;
  readonly store: StoreReader;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Logger;
  /** Pause after the store failed, in milliseconds; 5,000 when left out. */
  readonly retryMs?: number;
}

/** Expires the queued chats of one PBX when their time is over; one timer, for the next of them. */
export class Expiry {
  readonly #deps: Deps;
  readonly #tell: (chat: ChatMessage) => void;
  #next: { readonly at: number; readonly timer: NodeJS.Timeout } | null = null;
  #stopped = false;

  /** @param tell called for each chat that expired, when that is stored. */
  constructor(deps: Deps, tell: (chat: ChatMessage) => void) {
    this.#deps = deps;
    this.#tell = tell;
  }

  /** A chat was queued that expires then. */
  note(at: number | null): void {
    if (at === null || this.#stopped || (this.#next !== null && this.#next.at <= at)) return;
    if (this.#next !== null) clearTimeout(this.#next.timer);
    // A sweep that comes too early finds nothing and waits on.
    const delay = Math.min(Math.max(at - this.#deps.clock.now(), 0), LONGEST);
    this.#next = { at, timer: setTimeout(() => void this.#sweep(), delay) };
  }

  /** Looks into the store for the next one. */
  async watch(): Promise<void> {
    this.note(await this.#deps.store.nextExpiry(this.#deps.pbx));
  }

  stop(): void {
    this.#stopped = true;
    if (this.#next !== null) clearTimeout(this.#next.timer);
  }

  async #sweep(): Promise<void> {
    this.#next = null;
    const { pbx, recorder, clock, log } = this.#deps;
    try {
      const now = clock.now();
      const { result } = await recorder.change(async (tx, append) => {
        const changed = [];
        for (const { id } of await tx.expiredChats(pbx, now, SWEEP)) {
          changed.push(await changeState(tx, append, now, id, { state: 'expired', reason: EXPIRED }));
        }
        return changed;
      });
      for (const chat of result) if (chat !== null) this.#tell(chat);
      await this.watch();
    } catch (thrown) {
      log.error({ pbx, error: messageOf(thrown) }, 'expiring chats failed; trying again');
      this.note(clock.now() + (this.#deps.retryMs ?? RETRY_MS));
    }
  }
}
