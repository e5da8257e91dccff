/**
 * One timer for any number of deadlines. Thousands of requests a second each have one and nearly all are
 * answered long before, so that arming a timer for each would cost more than looking through what is
 * left when the earliest one is due.
 */
export class Deadlines {
  readonly #expire: (now: number) => number;
  #timer: NodeJS.Timeout | null = null;
  #dueAt = Number.POSITIVE_INFINITY;

  /** @param expire ends what is due at the given time, and gives the earliest deadline that is left. */
  constructor(expire: (now: number) => number) {
    this.#expire = expire;
  }

  /** Milliseconds on a clock that never jumps. */
  now(): number {
    return performance.now();
  }

  /** Sees to it that a deadline is looked at in time. */
  watch(deadline: number): void {
    if (deadline >= this.#dueAt) return;
    this.clear();
    this.#dueAt = deadline;
    this.#timer = setTimeout(() => this.#fire(), Math.max(1, Math.ceil(deadline - this.now())));
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  #fire(): void {
    this.clear();
    const next = this.#expire(this.now());
    if (next < Number.POSITIVE_INFINITY) this.watch(next);
  }
}
