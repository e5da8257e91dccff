/**
 * A queue between a producer that must never wait (a socket that has to be drained) and a consumer that
 * takes all there is at once, so that it can store a whole batch in one transaction.
 */
export class BatchQueue<Item> implements AsyncIterable<readonly Item[]> {
  #items: Item[] = [];
  #ended = false;
  #wake: (() => void) | null = null;

  push(item: Item): void {
    if (this.#ended) return;
    this.#items.push(item);
    if (this.#wake !== null) this.#rouse();
  }

  /** No more items come; what is queued is still handed out. */
  end(): void {
    this.#ended = true;
    this.#rouse();
  }

  /** Once for each wait: a thousand items may come before the consumer runs. */
  #rouse(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  get length(): number {
    return this.#items.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Item[], void, void> {
    while (true) {
      if (this.#items.length > 0) {
        const batch = this.#items;
        this.#items = [];
        yield batch;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
