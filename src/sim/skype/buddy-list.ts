import { nameKey } from '../../model/skype-name.ts';

/** One entry of an account's list; the watched side decides about `authorised`. */
export interface Buddy {
  readonly name: string;
  authorised: boolean;
  blocked: boolean;
}

/** An account's buddies, in the order in which they were added; names have no case. */
export class BuddyList {
  readonly #entries = new Map<string, Buddy>();

  /** @param authorised buddies that are known and have authorised the account already. */
  constructor(authorised: readonly string[]) {
    for (const name of authorised) this.add(name).authorised = true;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Adds a buddy that has yet to authorise; one that is there already is kept as it is. */
  add(name: string): Buddy {
    const present = this.get(name);
    if (present) return present;
    const buddy: Buddy = { name, authorised: false, blocked: false };
    this.#entries.set(nameKey(name), buddy);
    return buddy;
  }

  get(name: string): Buddy | undefined {
    return this.#entries.get(nameKey(name));
  }

  /** @returns false when there was no such buddy. */
  remove(name: string): boolean {
    return this.#entries.delete(nameKey(name));
  }

  [Symbol.iterator](): IterableIterator<Buddy> {
    return this.#entries.values();
  }
}
