import type { RecordedEvent } from '../model/events.ts';
import type { StoreReader } from '../store/port.ts';

/** Events kept in memory for subscribers that are up to date; others read the store. */
const RECENT = 4096;
const PAGE = 500;

/**
 * Hands stored events to subscribers. A subscriber pulls at its own pace from the store or the recent
 * ones, so a slow one costs no memory, misses nothing and sees nothing twice.
 */
export class EventHub {
  readonly #store: StoreReader;
  #recent: RecordedEvent[] = [];
  #lastSeq: number;
  #waiting = new Set<() => void>();
  readonly #observers = new Set<(events: readonly RecordedEvent[]) => void>();

  private constructor(store: StoreReader, lastSeq: number) {
    this.#store = store;
    this.#lastSeq = lastSeq;
  }

  static async open(store: StoreReader): Promise<EventHub> {
    return new EventHub(store, await store.lastSeq());
  }

  /** The sequence number of the newest stored event; 0 when there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Announces events that are already stored, in the order of their numbers. */
  publish(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#recent.push(...events);
    if (this.#recent.length > 2 * RECENT) this.#recent = this.#recent.slice(-RECENT);
    this.#lastSeq = last.seq;
    for (const observe of this.#observers) observe(events);
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Calls back for every event of this run, at once: for state inside the service. Must not throw. */
  observe(observer: (events: readonly RecordedEvent[]) => void): void {
    this.#observers.add(observer);
  }

  /** All events behind `seq`, then every new one until the signal is aborted. */
  async *follow(seq: number, signal: AbortSignal): AsyncGenerator<RecordedEvent, void, void> {
    for await (const events of this.pages(seq, signal)) yield* events;
  }

  /**
   * {@link follow} in pages that are never empty: what a subscriber has not taken yet is asked for anew,
   * so the pages of a slow one grow with its lag, up to a limit.
   */
  async *pages(seq: number, signal: AbortSignal): AsyncGenerator<readonly RecordedEvent[], void, void> {
    let position = seq;
    let wake = () => {};
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        const looked = this.#lastSeq;
        const events = await this.#after(position);
        const last = events.at(-1);
        if (last !== undefined) {
          yield events;
          position = last.seq;
        } else if (looked === this.#lastSeq && !signal.aborted) {
          // Nothing was announced since the look.
          await new Promise<void>((resolve) => {
            wake = resolve;
            this.#waiting.add(resolve);
          });
          this.#waiting.delete(wake);
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #after(seq: number): Promise<readonly RecordedEvent[]> {
    if (seq >= this.#lastSeq) return [];
    const first = this.#recent[0];
    if (first === undefined || seq < first.seq - 1) return this.#store.eventsAfter(seq, PAGE);
    // By number, not by place: another start on the same store may have skipped some. A subscriber is near the end.
    const from = this.#recent.findLastIndex((event) => event.seq <= seq) + 1;
    return this.#recent.slice(from, from + PAGE);
  }
}
