/** First in, first out, in constant time whatever its length. */
class Fifo<Item> {
  #items: Item[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    this.#head += 1;
    // What was taken is let go in lumps, so that each item is moved once at most.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  keep(wanted: (item: Item) => boolean): void {
    this.#items = this.#items.slice(this.#head).filter(wanted);
    this.#head = 0;
  }

  *[Symbol.iterator](): Generator<Item, void, void> {
    for (let index = this.#head; index < this.#items.length; index += 1) yield this.#items[index] as Item;
  }
}

/**
 * A queue of lanes that are served in turns: one with a thousand items waiting holds none of the others
 * back. Within a lane the order is kept.
 */
export class FairQueue<Item> {
  /** The lanes that hold something, next one first. */
  readonly #lanes = new Map<string, Fifo<Item>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(lane: string, item: Item): void {
    let fifo = this.#lanes.get(lane);
    if (fifo === undefined) {
      fifo = new Fifo();
      this.#lanes.set(lane, fifo);
    }
    fifo.push(item);
    this.#length += 1;
  }

  shift(): Item | undefined {
    for (const [lane, fifo] of this.#lanes) {
      const item = fifo.shift();
      this.#length -= 1;
      if (fifo.length === 0) {
        this.#lanes.delete(lane);
      } else if (this.#lanes.size > 1) {
        this.#lanes.delete(lane);
        this.#lanes.set(lane, fifo);
      }
      return item;
    }
    return undefined;
  }

  /** Takes out what is no longer wanted. */
  keep(wanted: (item: Item) => boolean): void {
    this.#length = 0;
    for (const [lane, fifo] of this.#lanes) {
      fifo.keep(wanted);
      this.#length += fifo.length;
      if (fifo.length === 0) this.#lanes.delete(lane);
    }
  }

  *[Symbol.iterator](): Generator<Item, void, void> {
    for (const fifo of this.#lanes.values()) yield* fifo;
  }
}
