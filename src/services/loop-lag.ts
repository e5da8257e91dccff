import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often is looked, in milliseconds: stalls worth telling of are longer. */
const LOOK_EVERY_MS = 100;
/** What is older than two of these is forgotten, in milliseconds. */
const PERIOD_MS = 60_000;

/** Times between two looks, in nanoseconds: one that was not late holds {@link LOOK_EVERY_MS}, too (Node 24 seen). */
export interface LookTimes {
  percentile(percentile: number): number;
  reset(): void;
}

/** How late the event loop was within the last minute or two. */
export class LoopLag {
  readonly #times: LookTimes;
  readonly #timer: NodeJS.Timeout;
  #before = 0;

  constructor(times: LookTimes) {
    this.#times = times;
    this.#timer = setInterval(() => {
      this.#before = this.#now();
      times.reset();
    }, PERIOD_MS).unref();
  }

  /** Watches this process until the signal is aborted. */
  static watch(signal: AbortSignal): LoopLag {
    const times = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
    times.enable();
    const lag = new LoopLag(times);
    signal.addEventListener('abort', () => {
      times.disable();
      lag.stop();
    });
    return lag;
  }

  /** Milliseconds; 99 of 100 looks were less late. */
  get ms(): number {
    return Math.round(Math.max(this.#before, this.#now()));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #now(): number {
    return Math.max(0, this.#times.percentile(99) / 1e6 - LOOK_EVERY_MS);
  }
}
