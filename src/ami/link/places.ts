/** What may be kept in a place: it knows where it is, and its number. */
export interface Placed {
  id: string | null;
  serial: number;
}

/**
 * What is on the wire, found by its ActionID without a hash table: the id ends with the number of a place.
 * A Map of a thousand short lives a second leaves dead tables behind, and these keep what they held from
 * the collector (three quarters of the time at 256 requests in flight, seen with Node 24).
 */
export class Places<Item extends Placed> {
  #items: (Item | null)[] = [];
  #free: number[] = [];
  #prefix = '';
  #size = 0;
  #serial = 0;

  get size(): number {
    return this.#size;
  }

  /** Begins anew: ids of before are no longer found. */
  reset(prefix: string): void {
    this.#prefix = prefix;
    this.#items = [];
    this.#free = [];
    this.#size = 0;
    this.#serial = 0;
  }

  /** Gives the item a place and an id that was never used before. */
  put(item: Item): string {
    const place = this.#free.pop() ?? this.#items.length;
    this.#serial += 1;
    item.serial = this.#serial;
    const id = `${this.#prefix}${this.#serial}.${place}`;
    item.id = id;
    this.#items[place] = item;
    this.#size += 1;
    return id;
  }

  get(id: string): Item | undefined {
    const item = this.#items[placeOf(id)];
    return item?.id === id ? item : undefined;
  }

  remove(item: Item): void {
    if (item.id === null || this.get(item.id) !== item) return;
    const place = placeOf(item.id);
    this.#items[place] = null;
    this.#free.push(place);
    this.#size -= 1;
  }

  /** All, in the order in which they came. */
  all(): Item[] {
    return this.#items.filter((item) => item !== null).sort((a, b) => a.serial - b.serial);
  }
}

function placeOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('.') + 1));
}
