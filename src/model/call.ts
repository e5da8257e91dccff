import type { ChatDirection } from './chat.ts';

export const CALL_STATES = ['dialing', 'ringing', 'bridged', 'held', 'transferring', 'ended'] as const;
export type CallState = (typeof CALL_STATES)[number];

/** The two sides of a call: the phone of somebody here, and the Skype user. */
export const SIDES = ['agent', 'skype'] as const;
export type Side = (typeof SIDES)[number];

/** Who ended a call: one of its sides, somebody through the API, or the service itself. */
export const CALL_ENDERS = ['agent', 'skype', 'api', 'service'] as const;
export type CallEnder = (typeof CALL_ENDERS)[number];

export const RECORDING_STATES = ['recording', 'paused', 'done', 'failed'] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

/** A call's recording; its sound file lies on the PBX. Times are milliseconds since the epoch. */
export interface CallRecording {
  /** Name of the file on the PBX, without its ending. */
  readonly name: string;
  /** Ending of the file, which is its format: `wav`. */
  readonly format: string;
  readonly state: RecordingState;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Length of the sound as the PBX tells it. */
  readonly seconds: number | null;
}

/** Who calls, as the caller's own profile says (manual 3.3.3); only of incoming calls. */
export interface CallerProfile {
  /** `CALLERID(num)`: a Skype name or a number. */
  readonly number: string;
  readonly name: string;
  /** The properties of manual 3.3.3 that are not empty, by their names there: `country`, `phone_home`... */
  readonly properties: Readonly<Record<string, string>>;
}

/** A call that this service controls. Times are milliseconds since the epoch. */
export interface Call {
  readonly id: string;
  readonly pbx: string;
  readonly user: string;
  readonly peer: string;
  /** Dial string of the agent's phone, for example `PJSIP/shoe-phone`; empty while nobody was chosen. */
  readonly agent: string;
  /** `in` came from Skype. */
  readonly direction: ChatDirection;
  readonly state: CallState;
  readonly topic: string | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  /** Why it ended, a lower-case word; null while it lives. */
  readonly cause: string | null;
  readonly endedBy: CallEnder | null;
  /** Which side rang first. */
  readonly first: Side;
  /** What the first side was shown, `"Name" <number>`; null for the PBX's own choice. */
  readonly callerId: string | null;
  /** By which interface the PBX is told: AMI knows fewer operations. */
  readonly control: 'ari' | 'ami';
  /** Sides that the others cannot hear. */
  readonly muted: readonly Side[];
  readonly recording: CallRecording | null;
  /** Dial string of the phone that is consulted before a transfer. */
  readonly consulting: string | null;
  /** Where a blind transfer sent the Skype side: an extension, `exten@context`, or a Skype name. */
  readonly transferredTo: string | null;
  readonly caller: CallerProfile | null;
  /** The SkypeIn number or account that was dialled (`target_identity`, manual 3.3.3). */
  readonly targetIdentity: string | null;
  /** Digest of the request that began it under an Idempotency-Key; never shown. */
  readonly requestDigest: string | null;
}
