import type { Call, CallEnder } from '../../model/call.ts';
import type { Clock } from '../../model/clock.ts';
import { messageOf } from '../../model/errors.ts';
import type { Logger } from '../logger.ts';
import type { ChangeOptions, Recorder } from '../recorder.ts';
import { type Happening, nextState } from './machine.ts';

/**
 * The records of all living calls, and the only place where one changes: each change goes through the state
 * machine, is stored, and is published. What a control reports is true at once for whoever asks. Calls do not
 * wait for the disk: the PBX knows them as well, and after a power cut it is asked.
 */
export class CallRegister {
  readonly #recorder: Recorder;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #living = new Map<string, Call>();
  /** Calls that have ended and whose last record is on its way into the store. */
  readonly #closing = new Map<string, { readonly call: Call; readonly stored: Promise<void> }>();
  /** Those who wait for the last record of a living call. */
  readonly #awaited = new Map<string, PromiseWithResolvers<Call>>();

  constructor(recorder: Recorder, clock: Clock, log: Logger) {
    this.#recorder = recorder;
    this.#clock = clock;
    this.#log = log;
  }

  /** A living call; null for one that has ended. */
  get(id: string): Call | null {
    return this.#living.get(id) ?? null;
  }

  /** A call that the store does not show as it is: living, or ended a moment ago. */
  latest(id: string): Call | null {
    return this.#living.get(id) ?? this.#closing.get(id)?.call ?? null;
  }

  /** Resolves when the last record of a call that has ended is stored; without an id, those of all. */
  async settled(id?: string): Promise<void> {
    const closing = id === undefined ? [...this.#closing.values()] : [this.#closing.get(id)];
    await Promise.all(closing.map((entry) => entry?.stored));
  }

  /** The last record of a call that lives now. Resolves when the call has ended and that is stored. */
  ended(id: string): Promise<Call> {
    const known = this.#awaited.get(id) ?? Promise.withResolvers<Call>();
    this.#awaited.set(id, known);
    return known.promise;
  }

  all(): readonly Call[] {
    return [...this.#living.values()];
  }

  /** Begins a record. Resolves when it is stored. */
  open(call: Call): Promise<void> {
    this.#living.set(call.id, call);
    // A repeated request must find the call that its key began, for it may not ring twice.
    return this.#record(call, { durable: call.requestDigest !== null });
  }

  /** Knows a record from before a restart; it is stored already. */
  reopen(call: Call): void {
    this.#living.set(call.id, call);
  }

  happened(id: string, happening: Exclude<Happening, 'ended'>, change: Partial<Call> = {}): void {
    const call = this.#living.get(id);
    if (call === undefined) return;
    const state = nextState(call.state, happening);
    if (state === null && Object.keys(change).length === 0) return;
    // A call is answered once, whatever joins it again later.
    const answeredAt = call.answeredAt ?? change.answeredAt ?? null;
    // Nobody waits for the news that somebody rings: it shares a transaction with what comes next.
    this.#change(call, { ...change, answeredAt, state: state ?? call.state }, state !== 'ringing');
  }

  change(id: string, change: Partial<Call>): void {
    const call = this.#living.get(id);
    if (call !== undefined) this.#change(call, change);
  }

  /** Closes a record; `settled` tells when it is stored. */
  close(id: string, cause: string, endedBy: CallEnder): void {
    const call = this.#living.get(id);
    if (call === undefined) return;
    this.#living.delete(id);
    const endedAt = this.#clock.now();
    const ended: Call = { ...call, state: 'ended', endedAt, cause, endedBy, consulting: null, muted: [] };
    const stored = this.#record(ended).finally(() => {
      this.#closing.delete(id);
      this.#awaited.get(id)?.resolve(ended);
      this.#awaited.delete(id);
    });
    this.#closing.set(id, { call: ended, stored });
  }

  #change(call: Call, change: Partial<Call>, soon = true): void {
    const changed = { ...call, ...change };
    this.#living.set(call.id, changed);
    void this.#record(changed, { soon });
  }

  /** Resolves when it is stored, or was given up with a word in the log. */
  async #record(call: Call, { soon = true, durable = false }: ChangeOptions = {}): Promise<void> {
    const at = this.#clock.now();
    try {
      const event = { type: 'call', call } as const;
      await this.#recorder.change((_tx, append) => append(call.pbx, at, event), { soon, durable });
    } catch (thrown) {
      this.#log.error({ call: call.id, error: messageOf(thrown) }, 'a call cannot be stored');
    }
  }
}
