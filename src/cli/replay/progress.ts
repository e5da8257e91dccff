/** Tells how far a long reading is, on one line that is written over; silent for short ones. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  readonly #size: number | null;
  readonly #begun: number;
  #shownAt: number;
  #shown = false;

  /**
   * @param size bytes of the whole input; null where nobody knows it.
   * @param write to the terminal; null for none, when standard error is not one.
   */
  constructor(size: number | null, write: ((text: string) => void) | null, now: () => number) {
    this.#size = size;
    this.#write = write ?? (() => undefined);
    this.#now = now;
    this.#begun = now();
    this.#shownAt = this.#begun;
  }

  /** Call as often as you like: it shows itself first after a second, then five times a second. */
  at(bytes: number): void {
    const now = this.#now();
    if (now - this.#shownAt < (this.#shown ? 200 : 1000)) return;
    this.#shownAt = now;
    this.#shown = true;
    const rate = bytes / 1e6 / ((now - this.#begun) / 1000);
    const share =
      this.#size === null || this.#size === 0 ? '' : ` (${Math.floor((bytes / this.#size) * 100)} %)`;
    this.#write(`\r${(bytes / 1e6).toFixed(0)} MB${share}, ${rate.toFixed(0)} MB/s \u001b[K`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.#write('\r\u001b[K');
  }
}
