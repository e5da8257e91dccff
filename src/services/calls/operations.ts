import type { Readable } from 'node:stream';
import type { Call, Side } from '../../model/call.ts';
import { RO_CALL_PROPERTIES, RW_CALL_PROPERTIES } from '../../model/call-properties.ts';
import { CompanionError } from '../../model/errors.ts';
import {
  checkAgent,
  checkDestination,
  checkDigits,
  checkExtension,
  checkMedia,
  checkMusicClass,
  checkText,
} from './admission.ts';
import type { CallControl, Capability } from './control.ts';
import type { CallVerb } from './machine.ts';
import type { CallRules } from './rules.ts';

const WRITABLE: ReadonlySet<string> = new Set(RW_CALL_PROPERTIES);
const READABLE: ReadonlySet<string> = new Set(RO_CALL_PROPERTIES);

/** A PBX as calls reach it. */
export interface CallRoute {
  readonly control: CallControl;
  readonly rules: CallRules;
}

/** What operations need of the service that owns the records. */
export interface CallHost {
  /** @throws CompanionError `CALL_UNKNOWN` */
  show(id: string): Promise<Call>;
  /** @throws CompanionError `OPERATION_UNSUPPORTED` for a PBX that nobody can control calls on. */
  route(pbx: string): CallRoute;
  /** @throws CompanionError `CALL_UNKNOWN`, or `STATE_CONFLICT` with the `state` that forbids it. */
  living(id: string, verb: CallVerb): Promise<CallRoute & { readonly call: Call }>;
  /** @throws CompanionError `OPERATION_UNSUPPORTED` */
  require(control: CallControl, capability: Capability): void;
  /** Changes a living call's record. */
  note(id: string, change: Partial<Call>): void;
}

/** Where a blind transfer goes. */
export type TransferTarget =
  | { readonly extension: string; readonly context?: string | undefined }
  | { readonly skype: string; readonly topic?: string | undefined };

/**
 * What can be done with a call that lives. Each throws CompanionError `CALL_UNKNOWN`, `STATE_CONFLICT`,
 * `OPERATION_UNSUPPORTED`, `VALUE_FORBIDDEN`, or the PBX's failure; the call is returned as it is then.
 */
export class CallOperations {
  readonly #calls: CallHost;
  readonly #newId: () => string;

  constructor(calls: CallHost, newId: () => string) {
    this.#calls = calls;
    this.#newId = newId;
  }

  /** The Skype side hears music of a class, or of the PBX's default one. A second time changes the class. */
  async hold(id: string, musicClass: string | null): Promise<Call> {
    const { control } = await this.#calls.living(id, 'hold');
    this.#calls.require(control, 'hold');
    await control.hold(id, musicClass === null ? null : checkMusicClass(musicClass));
    return this.#calls.show(id);
  }

  async unhold(id: string): Promise<Call> {
    const { control } = await this.#calls.living(id, 'unhold');
    this.#calls.require(control, 'hold');
    await control.unhold(id);
    return this.#calls.show(id);
  }

  /** The other side does not hear this one any more, or hears it again. */
  async mute(id: string, side: Side, on: boolean): Promise<Call> {
    const { control, call } = await this.#calls.living(id, 'mute');
    this.#calls.require(control, 'mute');
    if (call.muted.includes(side) !== on) await control.mute(id, side, on);
    return this.#calls.show(id);
  }

  async dtmf(id: string, side: Side, digits: string): Promise<Call> {
    const { control } = await this.#calls.living(id, 'dtmf');
    this.#calls.require(control, 'dtmf');
    await control.dtmf(id, side, checkDigits(digits));
    return this.#calls.show(id);
  }

  /** @returns the id under which the playback can be stopped. */
  async play(id: string, side: Side | 'both', media: string): Promise<string> {
    const { control } = await this.#calls.living(id, 'play');
    this.#calls.require(control, 'play');
    const playbackId = this.#newId();
    await control.play(id, side, playbackId, checkMedia(media));
    return playbackId;
  }

  async stopPlayback(id: string, playbackId: string): Promise<void> {
    const { control } = await this.#calls.living(id, 'properties');
    this.#calls.require(control, 'play');
    await control.stopPlayback(id, playbackId);
  }

  async startRecording(id: string, format: string): Promise<Call> {
    const { control } = await this.#calls.living(id, 'record');
    this.#calls.require(control, 'record');
    await control.startRecording(id, format);
    return this.#calls.show(id);
  }

  async controlRecording(id: string, order: 'pause' | 'resume' | 'stop'): Promise<Call> {
    const { control } = await this.#calls.living(id, 'record');
    this.#calls.require(control, 'record');
    await control.controlRecording(id, order);
    return this.#calls.show(id);
  }

  /** @throws CompanionError `NOT_FOUND` without a recording, `STATE_CONFLICT` while it runs. */
  async downloadRecording(id: string): Promise<{ readonly format: string; readonly file: Readable }> {
    const call = await this.#calls.show(id);
    const { recording } = call;
    if (recording === null) throw new CompanionError('NOT_FOUND', 'the call has no recording', { id });
    if (recording.state === 'recording' || recording.state === 'paused') {
      throw new CompanionError('STATE_CONFLICT', 'the recording has not ended yet', {
        id,
        state: recording.state,
      });
    }
    const { control } = this.#calls.route(call.pbx);
    this.#calls.require(control, 'record');
    return { format: recording.format, file: await control.downloadRecording(recording.name) };
  }

  async transfer(id: string, target: TransferTarget): Promise<Call> {
    const { control, rules } = await this.#calls.living(id, 'transfer');
    if ('skype' in target) {
      this.#calls.require(control, 'transferToSkype');
      const to = checkDestination(target.skype, rules, 'skype');
      const topic = target.topic === undefined ? null : checkText(target.topic, 'topic');
      const context = rules.skypeTransferContext;
      if (context === null) {
        throw new CompanionError(
          'OPERATION_UNSUPPORTED',
          `the model of the PBX "${control.pbx}" generates no context for it: see routes.transfer`,
          { pbx: control.pbx, capability: 'transferToSkype' },
        );
      }
      await control.transferToSkype(id, { to, topic, context });
    } else {
      this.#calls.require(control, 'transferToExtension');
      const { extension, context } = checkExtension(target.extension, target.context, rules);
      await control.transferToExtension(id, context, extension);
    }
    return this.#calls.show(id);
  }

  /** The Skype side waits with music while the agent talks to another one. */
  async consult(id: string, agent: string, timeoutSeconds: number | undefined): Promise<Call> {
    const { control, rules } = await this.#calls.living(id, 'consult');
    this.#calls.require(control, 'consult');
    await control.consult(id, checkAgent(agent, rules), timeoutSeconds ?? rules.ringSeconds);
    return this.#calls.show(id);
  }

  /** The consulted agent takes the call over. */
  async completeTransfer(id: string): Promise<Call> {
    const { control } = await this.#calls.living(id, 'complete');
    await control.completeTransfer(id);
    return this.#calls.show(id);
  }

  async cancelConsult(id: string): Promise<Call> {
    const { control } = await this.#calls.living(id, 'complete');
    await control.cancelConsult(id);
    return this.#calls.show(id);
  }

  /** A call property of the driver (manual 3.3.3). @throws CompanionError `NOT_FOUND` for an unknown name. */
  async getProperty(id: string, name: string): Promise<string> {
    const { control } = await this.#calls.living(id, 'properties');
    checkProperty(name);
    this.#calls.require(control, 'properties');
    return control.getProperty(id, name);
  }

  /** @throws CompanionError `VALUE_FORBIDDEN` for a property that can only be read. */
  async setProperty(id: string, name: string, value: string): Promise<void> {
    const { control } = await this.#calls.living(id, 'properties');
    checkProperty(name);
    if (!WRITABLE.has(name)) {
      throw new CompanionError(
        'VALUE_FORBIDDEN',
        `${name}: can only be read; topic and token can be written`,
        {
          field: name,
        },
      );
    }
    this.#calls.require(control, 'properties');
    await control.setProperty(id, name, checkText(value, name));
    if (name === 'topic') this.#calls.note(id, { topic: value });
  }
}

function checkProperty(name: string): void {
  if (WRITABLE.has(name) || READABLE.has(name)) return;
  throw new CompanionError('NOT_FOUND', `there is no call property "${name}"`, { name });
}
