import type { Switchboard } from './calls/switchboard.ts';
import type { Lifetime } from './lifetime.ts';
import { Listeners } from './listeners.ts';
import type { Community } from './skype/community.ts';
import type { AccountSetup } from './skype/members.ts';

/** What happened to a module; statuses of `Reload` are 0 good, 2 not found, 3 failed (Asterisk 22 seen). */
export type ModuleNotice =
  | { readonly type: 'Load' | 'Unload'; readonly module: string }
  | { readonly type: 'Reload'; readonly module: string; readonly status: '0' | '2' | '3' };

/** How loading, unloading or reloading ended. */
export type ModuleResult = 'done' | 'unknown' | 'refused';

const DRIVER = 'chan_skype';
const DIALPLAN = 'pbx_config';
const OTHERS = ['res_skypeforasterisk', 'res_ari', 'chan_pjsip', DIALPLAN] as const;
/** Parts of the core that are reloaded by name although they are no modules. */
const CORE: ReadonlySet<string> = new Set(['manager', 'http', 'logger', 'cdr', 'features', 'acl']);

/** What modules are set up with. */
export interface ModulesSetup {
  readonly community: Community;
  readonly calls: Switchboard;
  readonly lifetime: Lifetime;
  /** Reads the accounts anew, as a reload of the driver does; throws when the file is invalid. */
  readonly readAccounts?: () => readonly AccountSetup[];
  /** Reads the dialplan anew, as a reload of pbx_config does; throws when a file is invalid. */
  readonly readDialplan?: () => void;
}

/** The modules of the PBX. The driver can be unloaded and reloaded, but not while a Skype call is up (manual 2.5). */
export class Modules {
  readonly #setup: ModulesSetup;
  readonly #loaded = new Set<string>([DRIVER, ...OTHERS]);
  readonly #listeners = new Listeners<ModuleNotice>();

  constructor(setup: ModulesSetup) {
    this.#setup = setup;
  }

  /** Hears every notice from now on. @returns a function that ends it. */
  listen(listener: (notice: ModuleNotice) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Whether a module is loaded; `.so` may be left out. */
  has(module: string): boolean {
    return this.#loaded.has(plainName(module));
  }

  load(module: string): ModuleResult {
    const name = plainName(module);
    if (this.#loaded.has(name)) return 'refused';
    if (name !== DRIVER) return 'unknown';
    if (!this.#readAccounts()) return 'refused';
    this.#loaded.add(DRIVER);
    this.#listeners.emit({ type: 'Load', module: `${DRIVER}.so` });
    this.#setup.community.loginAll();
    return 'done';
  }

  unload(module: string): ModuleResult {
    const name = plainName(module);
    if (!this.#loaded.has(name)) return 'unknown';
    if (name !== DRIVER || this.#callIsUp()) return 'refused';
    this.#setup.community.logoffAll();
    this.#loaded.delete(DRIVER);
    this.#listeners.emit({ type: 'Unload', module: `${DRIVER}.so` });
    return 'done';
  }

  /** Reads the configuration of a module anew; an empty name means all of them. */
  reload(module: string): ModuleResult {
    const name = plainName(module);
    // The event names the module as the request did (Asterisk 22 seen).
    const file = name === '' ? 'All' : module;
    if (name !== '' && !this.#loaded.has(name) && !CORE.has(name)) {
      this.#listeners.emit({ type: 'Reload', module: file, status: '2' });
      return 'unknown';
    }
    const concernsDriver = name === DRIVER || (name === '' && this.#loaded.has(DRIVER));
    const concernsDialplan = name === DIALPLAN || name === '';
    const taken =
      (!concernsDriver || (!this.#callIsUp() && this.#readAccounts())) &&
      (!concernsDialplan || this.#readDialplan());
    if (taken) this.#setup.lifetime.reloaded();
    this.#listeners.emit({ type: 'Reload', module: file, status: taken ? '0' : '3' });
    return taken ? 'done' : 'refused';
  }

  #callIsUp(): boolean {
    return this.#setup.calls.book.skypeChannels > 0;
  }

  #readDialplan(): boolean {
    try {
      this.#setup.readDialplan?.();
      return true;
    } catch {
      return false;
    }
  }

  /** An invalid file leaves everything as it is; the reason is only in the log of a real PBX. */
  #readAccounts(): boolean {
    const { readAccounts, community } = this.#setup;
    if (!readAccounts) return true;
    try {
      community.configure(readAccounts());
      return true;
    } catch {
      return false;
    }
  }
}

function plainName(module: string): string {
  return module.trim().replace(/\.so$/, '');
}
