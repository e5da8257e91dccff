import { CompanionError } from '../../model/errors.ts';

/** How fast a capture is played: times its own clock, or as fast as possible. */
export type Speed = number | 'max';

/**
 * Reads `1x`, `10x`, `0.5x`, `10` or `max`.
 *
 * @throws CompanionError `REQUEST_INVALID`
 */
export function parseSpeed(text: string): Speed {
  if (text === 'max') return 'max';
  const match = /^(\d+(?:\.\d+)?)x?$/.exec(text);
  const factor = Number(match?.[1]);
  if (match !== null && factor > 0) return factor;
  throw new CompanionError('REQUEST_INVALID', `--at: "${text}" is no speed; use 1x, 10x, 0.5x or max`);
}

/** Waits; resolves at once when the signal is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Waits by the machine's timers. */
export const timerSleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });

/** Keeps the rhythm of a capture: `reach` resolves when its moment has come. */
export class Pace {
  readonly #speed: Speed;
  readonly #now: () => number;
  readonly #sleep: Sleep;
  /** A moment of the capture, and when it was played. */
  #anchor: { readonly captured: number; readonly played: number } | null = null;

  constructor(speed: Speed, now: () => number, sleep: Sleep) {
    this.#speed = speed;
    this.#now = now;
    this.#sleep = sleep;
  }

  /** @param at the capture's time in milliseconds since the epoch; null does not wait. */
  async reach(at: number | null, signal: AbortSignal): Promise<void> {
    if (at === null || this.#speed === 'max') return;
    // The capture's clock may step back (a changed clock, merged logs): its rhythm goes on from there.
    if (this.#anchor === null || at < this.#anchor.captured) {
      this.#anchor = { captured: at, played: this.#now() };
      return;
    }
    const due = this.#anchor.played + (at - this.#anchor.captured) / this.#speed;
    const wait = due - this.#now();
    if (wait > 0) await this.#sleep(wait, signal);
  }
}
