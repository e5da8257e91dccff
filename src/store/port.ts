import type { ChatMessage, ChatState } from '../model/chat.ts';
import type { Call, CompanionEvent, RecordedEvent } from '../model/events.ts';

/** An account as the PBX last told it. Times are milliseconds since the epoch. */
export interface AccountRow {
  readonly pbx: string;
  readonly user: string;
  readonly status: string;
  readonly updatedAt: number;
}

export interface BuddyRow {
  readonly pbx: string;
  readonly user: string;
  readonly buddy: string;
  readonly fullname: string | null;
  readonly status: string;
  readonly updatedAt: number;
}

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the token, in hexadecimal digits; the token itself is never stored. */
  readonly hash: string;
  readonly createdAt: number;
}

/** One page of a list, newest first; `next` continues it and is null at its end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface ChatQuery {
  readonly user: string;
  readonly peer?: string | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** What may change about a chat of our own after it was accepted. */
export interface ChatChange {
  readonly state?: ChatState;
  readonly reason?: string | null;
  /** An echo event proved that it went out. */
  readonly confirmed?: boolean;
}

/** Everything that reads. User names are compared without case. */
export interface StoreReader {
  /** Events behind `seq`, in order. */
  eventsAfter(seq: number, limit: number): Promise<RecordedEvent[]>;
  lastSeq(): Promise<number>;
  accounts(): Promise<AccountRow[]>;
  buddies(pbx: string, user: string): Promise<BuddyRow[]>;
  chat(id: string): Promise<ChatMessage | null>;
  chats(query: ChatQuery): Promise<Page<ChatMessage>>;
  /** Chats in a state, oldest first: the outbox. */
  chatsInState(pbx: string, state: ChatState): Promise<ChatMessage[]>;
  /** The oldest own send to that peer with exactly that text which no echo has confirmed yet. */
  unconfirmedSend(pbx: string, user: string, peer: string, text: string): Promise<ChatMessage | null>;
  calls(filter: { readonly active?: boolean }): Promise<Call[]>;
  call(id: string): Promise<Call | null>;
  tokenByHash(hash: string): Promise<TokenRow | null>;
}

/** Everything that writes; only inside a transaction. */
export interface StoreWriter extends StoreReader {
  /** Gives the event its place in the sequence. */
  appendEvent(pbx: string, receivedAt: number | null, event: CompanionEvent): Promise<RecordedEvent>;
  putAccount(row: AccountRow): Promise<void>;
  putBuddy(row: BuddyRow): Promise<void>;
  removeBuddy(pbx: string, user: string, buddy: string): Promise<void>;
  insertChat(chat: ChatMessage): Promise<void>;
  changeChat(id: string, change: ChatChange): Promise<void>;
  putCall(call: Call): Promise<void>;
  putToken(token: TokenRow): Promise<void>;
}

/**
 * The memory of a service. What a transaction wrote is on the disk when its promise resolves; a rejected
 * one wrote nothing.
 */
export interface Store extends StoreReader {
  transaction<Result>(work: (tx: StoreWriter) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
