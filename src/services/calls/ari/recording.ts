import type { AriOperations } from '../../../ari/operations.ts';
import type { AriEvent } from '../../../ari/port.ts';
import type { CallRecording } from '../../../model/call.ts';
import type { Clock } from '../../../model/clock.ts';
import { CompanionError } from '../../../model/errors.ts';

/** The recording of one call: at most one runs at a time; each has a name of its own on the PBX. */
export class Recording {
  readonly #ari: AriOperations;
  readonly #bridge: string;
  readonly #clock: Clock;
  readonly #report: (recording: CallRecording) => void;
  #current: CallRecording | null;
  #started = 0;

  constructor(
    ari: AriOperations,
    bridge: string,
    clock: Clock,
    current: CallRecording | null,
    report: (recording: CallRecording) => void,
  ) {
    this.#ari = ari;
    this.#bridge = bridge;
    this.#clock = clock;
    this.#current = current;
    this.#report = report;
    // Names go on behind those of before a restart of the service.
    this.#started = Number(/\.rec(\d+)$/.exec(current?.name ?? '')?.[1] ?? 0);
  }

  get running(): boolean {
    return this.#current?.state === 'recording' || this.#current?.state === 'paused';
  }

  /** Records what both sides hear. @throws CompanionError `STATE_CONFLICT` while one runs. */
  async start(format: string): Promise<void> {
    if (this.running) throw new CompanionError('STATE_CONFLICT', 'the call is being recorded already');
    this.#started += 1;
    const name = `${this.#bridge}.rec${this.#started}`;
    const startedAt = this.#clock.now();
    this.#set({ name, format, state: 'recording', startedAt, endedAt: null, seconds: null });
    try {
      await this.#ari.record({ resource: 'bridges', id: this.#bridge }, name, format);
    } catch (thrown) {
      this.#change({ state: 'failed', endedAt: this.#clock.now() });
      throw thrown;
    }
  }

  /** @throws CompanionError `STATE_CONFLICT` when none runs. */
  async control(order: 'pause' | 'resume' | 'stop'): Promise<void> {
    const name = this.#current?.name;
    if (name === undefined || !this.running) {
      throw new CompanionError('STATE_CONFLICT', 'the call is not being recorded');
    }
    switch (order) {
      case 'pause':
        await this.#ari.pauseRecording(name);
        return this.#change({ state: 'paused' });
      case 'resume':
        await this.#ari.resumeRecording(name);
        return this.#change({ state: 'recording' });
      case 'stop':
        await this.#ari.stopRecording(name);
        return this.#end('done', null);
    }
  }

  /** What the PBX tells about a recording; it has the last word. */
  onEvent(event: AriEvent & { kind: 'recording' }): void {
    if (event.name !== this.#current?.name || event.state === 'recording') return;
    this.#end(event.state, event.seconds);
  }

  /** The call is over, and with its bridge the recording. */
  over(): void {
    if (this.running) this.#end('done', null);
  }

  #end(state: 'done' | 'failed', seconds: number | null): void {
    const endedAt = this.#current?.endedAt ?? this.#clock.now();
    this.#change({ state, endedAt, seconds: seconds ?? this.#current?.seconds ?? null });
  }

  #change(change: Partial<CallRecording>): void {
    if (this.#current !== null) this.#set({ ...this.#current, ...change });
  }

  #set(recording: CallRecording): void {
    this.#current = recording;
    this.#report(recording);
  }
}
