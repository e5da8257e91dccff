import { nameKey } from '../model/skype-name.ts';

type Listener = (pbx: string, user: string, status: string) => void;

/**
 * Which accounts are logged in, as far as is known since the connection to their PBX came up: what was
 * true before an outage is no evidence after it.
 */
export class AccountStates {
  readonly #states = new Map<string, Map<string, string>>();
  readonly #listeners = new Set<Listener>();

  /** Notes what the PBX said of an account. */
  note(pbx: string, user: string, status: string): void {
    const of = this.#states.get(pbx) ?? new Map<string, string>();
    this.#states.set(pbx, of.set(nameKey(user), status));
    for (const listener of this.#listeners) listener(pbx, user, status);
  }

  /** The connection is gone, and with it all knowledge. */
  forget(pbx: string): void {
    this.#states.delete(pbx);
  }

  /** The status, or null when it is not known at present. */
  get(pbx: string, user: string): string | null {
    return this.#states.get(pbx)?.get(nameKey(user)) ?? null;
  }

  isLoggedIn(pbx: string, user: string): boolean {
    return this.get(pbx, user) === 'Logged In';
  }

  /** Calls back with each status that is noted of one account; gives the way to end that. */
  watch(pbx: string, user: string, listener: (status: string) => void): () => void {
    const key = nameKey(user);
    return this.onNoted((of, who, status) => {
      if (of === pbx && nameKey(who) === key) listener(status);
    });
  }

  /** Calls back whenever something was noted; gives the way to end that. */
  onNoted(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
