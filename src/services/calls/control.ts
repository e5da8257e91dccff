import type { Readable } from 'node:stream';
import type { Call, CallEnder, Side } from '../../model/call.ts';
import type { CompanionError } from '../../model/errors.ts';
import type { Happening } from './machine.ts';

/** What a control may be unable to do; `DELETE`, list and show work everywhere. */
export const CAPABILITIES = [
  'begin',
  'skypeFirst',
  'hold',
  'mute',
  'dtmf',
  'play',
  'record',
  'transferToExtension',
  'transferToSkype',
  'consult',
  'incoming',
  'properties',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Everything that a new call needs besides its record. */
export interface CallPlan {
  readonly call: Call;
  /** Dial string of the Skype leg. */
  readonly skypeEndpoint: string;
  readonly timeoutSeconds: number;
  /** Of both legs. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of the Skype leg alone: how topic and token travel there. */
  readonly skypeVariables: Readonly<Record<string, string>>;
  /** Where an incoming call goes on that nobody here takes; null lets it go on behind its `Stasis()`. */
  readonly fallback: { readonly context: string; readonly extension: string } | null;
  /** Whether recording begins when both sides are joined. */
  readonly record: boolean;
}

/** A blind transfer to somebody on Skype. */
export interface SkypeTransfer {
  readonly to: string;
  readonly topic: string | null;
  /** The generated context that does it; the manual has an application for it, and ARI no operation. */
  readonly context: string;
}

/** What a control tells its service. A call's reports come in their order. */
export interface CallReports {
  /** Something happened that the state machine knows; `change` goes with it. */
  happened(id: string, happening: Exclude<Happening, 'ended'>, change?: Partial<Call>): void;
  /** Something changed that is no matter of state. */
  changed(id: string, change: Partial<Call>): void;
  /** The call is over: it is being taken down. Nothing else about it follows but `released`. */
  ended(id: string, cause: string, by: CallEnder): void;
  /** Nothing of it is left on the PBX, or will be as soon as the PBX is reached. */
  released(id: string): void;
  /** What our own state says about a refusal: no free channel, account logged out; else the same error again. */
  explain(id: string, refusal: CompanionError): Promise<CompanionError>;
  /** A call came in from Skype; the answer is its plan, whose agent is empty when nobody is to ring, or null when
   * it is none of ours. */
  arrived(arrival: Arrival): CallPlan | null;
}

/** An incoming Skype call as the PBX handed it over. */
export interface Arrival {
  readonly pbx: string;
  /** The account that is called. */
  readonly user: string;
  readonly number: string;
  readonly name: string;
}

/**
 * Drives the channels of one PBX. Owns everything that stands on the PBX; the service owns the records.
 * Operations on a call that is not (or no longer) known do nothing: its end has been reported.
 *
 * All operations throw CompanionError: `ARI_REQUEST_FAILED` or an AMI code when the PBX does not do it,
 * `STATE_CONFLICT` when the call does not stand for it, `OPERATION_UNSUPPORTED` for what `cannot` names.
 */
export interface CallControl {
  readonly pbx: string;
  readonly kind: 'ari' | 'ami';
  /** What it cannot do; may change when the PBX is reached. */
  readonly cannot: ReadonlySet<Capability>;
  /** Begins to report. Called once, before anything else. */
  attach(reports: CallReports): void;
  /** Takes over what the store remembers as living; what is gone is reported ended with cause `gap`. */
  remember(plans: readonly CallPlan[]): void;
  /** Rings the first side; resolves when the PBX took it, and throws after everything was taken down again. */
  begin(plan: CallPlan): Promise<void>;
  /** Takes both sides down. Resolves when the PBX was told; never throws. */
  hangup(id: string, cause: string, by: CallEnder): Promise<void>;
  hold(id: string, musicClass: string | null): Promise<void>;
  unhold(id: string): Promise<void>;
  mute(id: string, side: Side, on: boolean): Promise<void>;
  dtmf(id: string, side: Side, digits: string): Promise<void>;
  play(id: string, side: Side | 'both', playbackId: string, media: string): Promise<void>;
  stopPlayback(id: string, playbackId: string): Promise<void>;
  startRecording(id: string, format: string): Promise<void>;
  controlRecording(id: string, order: 'pause' | 'resume' | 'stop'): Promise<void>;
  /** The sound file of a recording that has ended; works after the call, too. */
  downloadRecording(name: string): Promise<Readable>;
  transferToExtension(id: string, context: string, extension: string): Promise<void>;
  transferToSkype(id: string, target: SkypeTransfer): Promise<void>;
  consult(id: string, agent: string, timeoutSeconds: number): Promise<void>;
  completeTransfer(id: string): Promise<void>;
  cancelConsult(id: string): Promise<void>;
  getProperty(id: string, name: string): Promise<string>;
  setProperty(id: string, name: string, value: string): Promise<void>;
  /** Channels of the Skype driver that others use, as far as the PBX tells; null when it cannot be asked. */
  foreignSkypeChannels(): Promise<number | null>;
  /** Ends timers and listeners; calls stay as they are. */
  close(): void;
}
