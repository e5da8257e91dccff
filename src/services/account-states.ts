import { nameKey } from '../model/skype-name.ts';

/**
 * Which accounts are logged in, as far as is known since the connection to their PBX came up: what was
 * true before an outage is no evidence after it.
 */
export class AccountStates {
  readonly #states = new Map<string, Map<string, string>>();
  readonly #listeners = new Set<(pbx: string) => void>();

  /** Notes what the PBX said of an account. */
  note(pbx: string, user: string, status: string): void {
    const of = this.#states.get(pbx) ?? new Map<string, string>();
    this.#states.set(pbx, of.set(nameKey(user), status));
    for (const listener of this.#listeners) listener(pbx);
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

  /** Resolves when anything is noted, or after the time. */
  nextNote(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.#listeners.add(done);
    });
  }

  /** Calls back with the PBX whenever something was noted. */
  onNoted(listener: (pbx: string) => void): void {
    this.#listeners.add(listener);
  }
}
