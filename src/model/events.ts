import type { SkypeName } from './skype-name.ts';
import type { AccountStatus, BuddyStatus } from './status.ts';

/** An account logged in or out (`SkypeAccountStatus`, manual 4.1.1). */
export interface AccountStatusEvent {
  readonly type: 'account.status';
  readonly user: SkypeName;
  readonly status: AccountStatus;
}

/** A buddy's presence as one account sees it (`SkypeBuddyStatus`, manual 4.1.2). */
export interface BuddyStatusEvent {
  readonly type: 'buddy.status';
  readonly user: SkypeName;
  readonly buddy: SkypeName;
  readonly status: BuddyStatus;
}

/** `in` was received by `user`, `out` was sent by `user`. */
export type ChatDirection = 'in' | 'out';

/** A chat message between an account of ours and a peer (`SkypeChatMessage`, manual 3.5.6 and 4.1.3). */
export interface ChatEvent {
  readonly type: 'chat';
  readonly user: SkypeName;
  readonly peer: SkypeName;
  readonly direction: ChatDirection;
  /** Decoded text; may hold newlines. */
  readonly text: string;
  /** True when the direction was guessed from the shape alone, without a list of accounts. */
  readonly inferred?: true;
}

/** What the decoder makes out of an AMI message of the driver. */
export type SkypeEvent = AccountStatusEvent | BuddyStatusEvent | ChatEvent;

export const CALL_STATES = ['dialing', 'ringing', 'bridged', 'held', 'transferring', 'ended'] as const;
export type CallState = (typeof CALL_STATES)[number];

/** A call that this service controls. Times are milliseconds since the epoch. */
export interface Call {
  readonly id: string;
  readonly pbx: string;
  readonly user: string;
  readonly peer: string;
  /** Dial string of the agent's phone, for example `PJSIP/shoe-phone`. */
  readonly agent: string;
  readonly direction: ChatDirection;
  readonly state: CallState;
  readonly topic: string | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  /** Why it ended, a lower-case word; null while it lives. */
  readonly cause: string | null;
}

/** A call changed; carries its whole new state. */
export interface CallEvent {
  readonly type: 'call';
  readonly call: Call;
}

/** A span in which nothing could be seen, both ends in milliseconds since the epoch. */
export interface GapEvent {
  readonly type: 'gap';
  readonly from: number | null;
  readonly to: number;
}

export type CompanionEvent = SkypeEvent | CallEvent | GapEvent;
export const EVENT_TYPES = ['account.status', 'buddy.status', 'chat', 'call', 'gap'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An event with its place in the one sequence of a service; stored first, published second. */
export interface RecordedEvent {
  readonly seq: number;
  /** Milliseconds since the epoch; null for a capture that holds no times. */
  readonly receivedAt: number | null;
  readonly pbx: string;
  readonly event: CompanionEvent;
}
