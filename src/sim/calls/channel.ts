import type { CancelTask } from '../scheduler.ts';

/** Channel states that occur here, in Asterisk's words. */
export type ChannelState = 'Down' | 'Ring' | 'Ringing' | 'Up';

export interface Party {
  readonly name: string;
  readonly number: string;
}

/** What makes a channel a Skype call (manual 3.3.3). */
export interface SkypeLeg {
  /** The account of the PBX. */
  readonly user: string;
  /** Who is at the other end. */
  readonly peer: string;
  readonly direction: 'in' | 'out';
  topic: string;
  token: string;
  forwardedBy: string;
  targetIdentity: string;
}

/** A channel of the PBX: one end of a call. */
export interface Channel {
  readonly id: string;
  /** `Skype/user@peer-0000001a`, `PJSIP/phone-0000001b`, `Local/x@y-0000001c;1`. */
  readonly name: string;
  readonly tech: string;
  /** What stands behind the technology in the dial string. */
  readonly resource: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The call that it belongs to; a bridge makes one of all its channels' calls. */
  linked: LinkedCall;
  readonly variables: Map<string, string>;
  readonly skype: SkypeLeg | null;
  /** Call properties that were set on a channel of another technology, for the Skype calls that it dials. */
  readonly carried: { topic: string; token: string };
  state: ChannelState;
  caller: Party;
  connected: Party;
  context: string;
  exten: string;
  priority: number;
  /** The dialplan application that runs, with its data; empty when none does. */
  application: string;
  applicationData: string;
  /** Whoever runs its dialplan; another runner or null stops the first at its next step. */
  runner: object | null;
  /** The ARI application that controls it, or null in the dialplan. */
  app: string | null;
  appArgs: readonly string[];
  bridge: Bridge | null;
  /** The other half of a Local channel or of a call between two accounts of the PBX. */
  partner: Channel | null;
  /** What still happens while it rings; null when it does not ring. */
  dialing: Dialing | null;
  cause: number;
}

/** Channels that belong together carry the id of the one that began it all. */
export interface LinkedCall {
  readonly id: string;
  /** Of two calls the one with the smaller number is older. */
  readonly order: number;
}

/** A channel that is being called. */
export interface Dialing {
  /** The channel that the dialplan dials for; null for an origination. */
  readonly caller: Channel | null;
  readonly tasks: CancelTask[];
  readonly end: DialEnd;
}

/** What comes of calling a channel: exactly one of the two runs. */
export interface DialEnd {
  answered(): void;
  /** The channel is gone; its `cause` says why. */
  failed(status: FailedDialStatus): void;
}

export type FailedDialStatus = 'BUSY' | 'NOANSWER' | 'CHANUNAVAIL' | 'CANCEL';

/** A bridge, made over ARI or by joining two channels. */
export interface Bridge {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Whether the end of one of its channels ends the others: two channels that the dialplan or the manager joined. */
  readonly joins: boolean;
  readonly createdAt: number;
  readonly channels: Set<Channel>;
}

/** Reads `"Name" <number>`, `Name <number>` or a number, as ARI's `callerId` takes them. */
export function parseCallerId(text: string): Party {
  const match = /^\s*"?([^"<]*?)"?\s*<([^>]*)>\s*$/.exec(text);
  return match ? { name: match[1] ?? '', number: match[2] ?? '' } : { name: '', number: text.trim() };
}

/** Whoever shares the end of a channel: two that the dialplan or the manager joined. A bridge of ARI joins nobody for good. */
export function joinedTo(channel: Channel): readonly Channel[] {
  if (!channel.bridge?.joins) return [];
  return [...channel.bridge.channels].filter((other) => other !== channel);
}
