import type { AmiLink } from '../ami/link/link.ts';
import { checkRights, type Rights } from '../ami/skype/rights.ts';
import { messageOf } from '../model/errors.ts';
import type { Logger } from './logger.ts';

/** What the manager user of each PBX may do, found out anew at each login. */
export class RightsBook {
  readonly #log: Logger;
  readonly #rights = new Map<string, Rights>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** What was found at the last login; null before it. */
  of(pbx: string): Rights | null {
    return this.#rights.get(pbx) ?? null;
  }

  /** Asks a PBX that has just become ready, and warns of what is missing. */
  async look(link: AmiLink): Promise<void> {
    const { pbx } = link;
    try {
      const rights = await checkRights(link);
      this.#rights.set(pbx, rights);
      if (rights.driver === 'absent') this.#log.warn({ pbx }, 'chan_skype is not loaded on the PBX');
      for (const { action, right } of rights.denied) {
        this.#log.warn(
          { pbx, action, right },
          'the manager user lacks a right: add it to write in manager.conf',
        );
      }
    } catch (thrown) {
      this.#log.warn({ pbx, error: messageOf(thrown) }, 'the rights of the manager user could not be read');
    }
  }
}
