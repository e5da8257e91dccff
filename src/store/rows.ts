import type { ChatDirection, ChatState } from '../model/chat.ts';
import type { EventType } from '../model/events.ts';

// What a store holds and is asked for. Times are milliseconds since the epoch.

/** An account as the PBX last told it. */
export interface AccountRow {
  readonly pbx: string;
  readonly user: string;
  readonly status: string;
  readonly updatedAt: number;
  /** When its buddy list was last read; null before the first time. */
  readonly listedAt: number | null;
}

export interface BuddyRow {
  readonly pbx: string;
  readonly user: string;
  readonly buddy: string;
  readonly fullname: string | null;
  readonly status: string;
  readonly updatedAt: number;
  /** It stood on the list that was read last; false when only an event told of it since. */
  readonly listed: boolean;
}

/** A bearer token and how far it reaches. */
export interface TokenRow {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the token, in hexadecimal digits; the token itself is never stored. */
  readonly hash: string;
  /** Scopes such as `chat:send`; `*` is all of them. */
  readonly scopes: readonly string[];
  /** Patterns of account names with `*`; `['*']` is all of them. */
  readonly accounts: readonly string[];
  readonly createdAt: number;
  /** Null for one that never expires. */
  readonly expiresAt: number | null;
  /** To the minute; null before the first use. */
  readonly lastUsedAt: number | null;
}

/** One page of a list; `next` continues it and is null at its end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface ChatQuery {
  readonly user: string;
  readonly peer?: string | undefined;
  /** Words that the text holds, each as the beginning of a word; case and accents do not count. */
  readonly search?: string | undefined;
  readonly direction?: ChatDirection | undefined;
  readonly state?: ChatState | undefined;
  /** Inclusive. */
  readonly since?: number | undefined;
  /** Exclusive. */
  readonly until?: number | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface CallQuery {
  /** True for calls that have not ended, false for the others. */
  readonly active?: boolean | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface EventQuery {
  readonly types?: readonly EventType[] | undefined;
  readonly user?: string | undefined;
  /** The buddy or peer of the event. */
  readonly person?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What may change about a chat of our own after it was accepted. */
export interface ChatChange {
  readonly state?: ChatState;
  readonly reason?: string | null;
  /** An echo event proved that it went out. */
  readonly confirmed?: boolean;
  readonly expiresAt?: number | null;
}

/** An account's idempotency key and the chat that it made. */
export interface Claim {
  readonly user: string;
  readonly key: string;
  /** Hash of what was asked for: the same key with another one is a conflict. */
  readonly fingerprint: string;
  readonly chatId: string;
  readonly at: number;
}

export interface Conversation {
  readonly user: string;
  readonly peer: string;
  readonly chats: number;
  readonly lastAt: number;
  readonly lastDirection: ChatDirection;
  readonly lastText: string;
}

/** One change that somebody made. */
export interface AuditRow {
  readonly n: number;
  readonly at: number;
  /** Name of the token, or the command that made the change. */
  readonly actor: string;
  /** For example `POST /v1/accounts/:user/chats`. */
  readonly action: string;
  /** What was changed, for example an account's name or an id; never a text or secret. */
  readonly target: string;
  readonly status: number;
  readonly requestId: string;
}

export interface QueueFigures {
  readonly pbx: string;
  readonly state: ChatState;
  readonly chats: number;
  readonly oldestAt: number;
}

/** Rows that an erasure removed. */
export interface Erased {
  readonly chats: number;
  readonly events: number;
  readonly buddies: number;
  readonly calls: number;
}
