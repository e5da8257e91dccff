/** Whether commits wait for the disk; the only one who says so to SQLite. */
export class Durability {
  readonly #pragma: (text: string) => unknown;
  #durable: boolean | null = null;

  constructor(pragma: (text: string) => unknown) {
    this.#pragma = pragma;
    this.set(true);
  }

  /**
   * In WAL mode FULL waits with each commit, NORMAL with a checkpoint alone. Not to be called within a
   * transaction, where SQLite refuses it.
   */
  set(durable: boolean): void {
    if (this.#durable === durable) return;
    // SQLite runs this when it is compiled: a statement that was prepared before would do nothing.
    this.#pragma(`synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
    this.#durable = durable;
  }
}
