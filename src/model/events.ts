import type { Call } from './call.ts';
import type { ChatDirection, ChatState } from './chat.ts';
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

export { CALL_STATES, type CallState } from './call.ts';
export type { Call };

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

/** The list of an account holds a buddy that the last one did not. */
export interface BuddyAddedEvent {
  readonly type: 'buddy.added';
  readonly user: SkypeName;
  readonly buddy: SkypeName;
  readonly fullname: string | null;
}

/** A buddy of the last list is gone. */
export interface BuddyRemovedEvent {
  readonly type: 'buddy.removed';
  readonly user: SkypeName;
  readonly buddy: SkypeName;
}

/** A buddy goes by another full name than in the last list. */
export interface BuddyChangedEvent {
  readonly type: 'buddy.changed';
  readonly user: SkypeName;
  readonly buddy: SkypeName;
  readonly fullname: string | null;
}

/**
 * A chat of our own was not sent, or nobody knows; also when such a state changes later. A chat that was
 * sent shows itself by its echo, an event of the type `chat`.
 */
export interface ChatStateEvent {
  readonly type: 'chat.state';
  readonly id: string;
  readonly user: SkypeName;
  readonly peer: SkypeName;
  readonly state: ChatState;
  readonly reason: string | null;
}

/** The SkypeOut credit of an account fell under the limit of the settings. */
export interface BalanceLowEvent {
  readonly type: 'account.balance';
  readonly user: SkypeName;
  /** In hundredths of the currency, as the PBX tells it. */
  readonly cents: number;
  readonly currency: string | null;
  readonly limit: number;
}

export type CompanionEvent =
  | SkypeEvent
  | CallEvent
  | GapEvent
  | BuddyAddedEvent
  | BuddyRemovedEvent
  | BuddyChangedEvent
  | ChatStateEvent
  | BalanceLowEvent;
export const EVENT_TYPES = [
  'account.status',
  'buddy.status',
  'chat',
  'call',
  'gap',
  'buddy.added',
  'buddy.removed',
  'buddy.changed',
  'chat.state',
  'account.balance',
] as const satisfies readonly CompanionEvent['type'][];
export type EventType = (typeof EVENT_TYPES)[number];

/** The account that an event is about; null for what concerns a whole PBX. */
export function accountOf(event: CompanionEvent): string | null {
  if (event.type === 'gap') return null;
  return event.type === 'call' ? event.call.user : event.user;
}

/** The person on the other side of an event; null where there is none. */
export function personOf(event: CompanionEvent): string | null {
  if (event.type === 'call') return event.call.peer;
  if ('buddy' in event) return event.buddy;
  return 'peer' in event ? event.peer : null;
}

/** An event with its place in the one sequence of a service; stored first, published second. */
export interface RecordedEvent {
  readonly seq: number;
  /** Milliseconds since the epoch; null for a capture that holds no times. */
  readonly receivedAt: number | null;
  readonly pbx: string;
  readonly event: CompanionEvent;
}
