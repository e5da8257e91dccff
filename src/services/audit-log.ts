import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import type { AuditRow, Page, StoreReader } from '../store/port.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

/** How long an entry waits for others, in milliseconds. */
const TOGETHER_MS = 100;

/** What a change was, as the API notes it. */
export type AuditEntry = Omit<AuditRow, 'n' | 'at'>;

export interface AuditDeps {
  readonly store: Pick<StoreReader, 'audit'>;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Who changed what. Nobody waits for an entry to be stored: those of a moment share a transaction of their own
 * instead of making those longer that somebody waits for. Who reads the log finds every entry in it.
 */
export class AuditLog {
  readonly #deps: AuditDeps;
  #noted: Omit<AuditRow, 'n'>[] = [];
  #timer: NodeJS.Timeout | null = null;
  #stored: Promise<void> = Promise.resolve();

  constructor(deps: AuditDeps) {
    this.#deps = deps;
  }

  note(entry: AuditEntry): void {
    this.#noted.push({ ...entry, at: this.#deps.clock.now() });
    this.#timer ??= setTimeout(() => void this.settled(), TOGETHER_MS);
  }

  /** Entries, newest first. */
  async page(query: Parameters<StoreReader['audit']>[0]): Promise<Page<AuditRow>> {
    await this.settled();
    return this.#deps.store.audit(query);
  }

  /** Resolves when everything noted so far is stored, or the log of the service names what is lost. */
  settled(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const entries = this.#noted;
    this.#noted = [];
    if (entries.length > 0) this.#stored = Promise.all([this.#stored, this.#store(entries)]).then(() => {});
    return this.#stored;
  }

  async #store(entries: readonly Omit<AuditRow, 'n'>[]): Promise<void> {
    const { recorder, log } = this.#deps;
    try {
      await recorder.change(
        async (tx) => {
          for (const entry of entries) await tx.addAudit(entry);
        },
        // A power cut may take the last moment back, as that of calls.
        { durable: false },
      );
    } catch (thrown) {
      const error = messageOf(thrown);
      for (const entry of entries) log.error({ ...entry, error }, 'the audit log has a hole');
    }
  }
}
