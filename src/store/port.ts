import type { ChatMessage, ChatState } from '../model/chat.ts';
import type { Call, CompanionEvent, EventType, RecordedEvent } from '../model/events.ts';
import type {
  AccountRow,
  AuditRow,
  BuddyRow,
  CallQuery,
  ChatChange,
  ChatQuery,
  Claim,
  Conversation,
  Erased,
  EventQuery,
  Page,
  QueueFigures,
  TokenRow,
} from './rows.ts';

export type * from './rows.ts';

/** Everything that reads. User names are compared without case. */
export interface StoreReader {
  /** Events behind `seq`, in order. */
  eventsAfter(seq: number, limit: number): Promise<RecordedEvent[]>;
  /** Events, newest first. */
  events(query: EventQuery): Promise<Page<RecordedEvent>>;
  lastSeq(): Promise<number>;
  accounts(): Promise<AccountRow[]>;
  /** One account; null when nothing is known of it. */
  account(pbx: string, user: string): Promise<AccountRow | null>;
  buddies(pbx: string, user: string): Promise<BuddyRow[]>;
  chat(id: string): Promise<ChatMessage | null>;
  /** Chats, newest first. */
  chats(query: ChatQuery): Promise<Page<ChatMessage>>;
  /** All parts of a text that was cut, in order. */
  chatsOfGroup(group: string): Promise<ChatMessage[]>;
  /** Chats in a state, oldest first: the outbox. */
  chatsInState(pbx: string, state: ChatState): Promise<ChatMessage[]>;
  /** Queued chats whose time is over, oldest first. */
  expiredChats(pbx: string, now: number, limit: number): Promise<ChatMessage[]>;
  /** When the next queued chat expires; null when none does. */
  nextExpiry(pbx: string): Promise<number | null>;
  /** People that an account talked with, the latest first. */
  conversations(query: {
    readonly user: string;
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<Conversation>>;
  /** The oldest own send to that peer with exactly that text which no echo has confirmed yet. */
  unconfirmedSend(pbx: string, user: string, peer: string, text: string): Promise<ChatMessage | null>;
  /** What an idempotency key of an account was used for. */
  claim(user: string, key: string): Promise<Claim | null>;
  /** Calls, newest first. */
  calls(query: CallQuery): Promise<Page<Call>>;
  /** All calls that have not ended. */
  livingCalls(): Promise<Call[]>;
  call(id: string): Promise<Call | null>;
  tokens(): Promise<TokenRow[]>;
  tokenByHash(hash: string): Promise<TokenRow | null>;
  /** When a PBX was last seen with everything before stored; null before the first time. */
  seenAt(pbx: string): Promise<number | null>;
  /** Up to which event a webhook was served; null for one that is new. */
  webhookSeq(name: string): Promise<number | null>;
  /** Entries of the audit log, newest first. */
  audit(query: { readonly limit: number; readonly cursor?: string | undefined }): Promise<Page<AuditRow>>;
  /** Outgoing chats that are not final, for each PBX and state that has some. */
  queueFigures(): Promise<QueueFigures[]>;
}

/** Everything that writes; only inside a transaction. */
export interface StoreWriter extends StoreReader {
  /**
   * Runs a part of the transaction. When it throws, what it wrote is undone and the error is passed on;
   * what the transaction wrote before stays.
   */
  attempt<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Gives the next `count` numbers of events to nobody. */
  skipSeqs(count: number): Promise<void>;
  /** Gives the event its place in the sequence. */
  appendEvent(pbx: string, receivedAt: number | null, event: CompanionEvent): Promise<RecordedEvent>;
  /** Puts an account's status; the time of its buddy list is kept. */
  putAccount(row: Omit<AccountRow, 'listedAt'>): Promise<void>;
  /** Notes that the buddies of an account are those of its list. */
  putListedAt(pbx: string, user: string, at: number): Promise<void>;
  /** Puts a buddy; a full name that is null leaves the one that was known. */
  putBuddy(row: BuddyRow): Promise<void>;
  removeBuddy(pbx: string, user: string, buddy: string): Promise<void>;
  insertChat(chat: ChatMessage): Promise<void>;
  changeChat(id: string, change: ChatChange): Promise<void>;
  putClaim(claim: Claim): Promise<void>;
  putCall(call: Call): Promise<void>;
  putToken(token: TokenRow): Promise<void>;
  /** @returns whether there was one. */
  removeToken(id: string): Promise<boolean>;
  noteTokenUse(id: string, at: number): Promise<void>;
  putSeenAt(pbx: string, at: number): Promise<void>;
  putWebhookSeq(name: string, seq: number): Promise<void>;
  addAudit(entry: Omit<AuditRow, 'n'>): Promise<void>;
  /**
   * Removes what is older than a time, at most so many rows of each kind; queued chats and living calls
   * stay. @returns rows removed.
   */
  purge(before: number, limit: number): Promise<number>;
  /** Removes every trace of a person: chats, events, calls, buddies with that name. */
  erasePerson(person: string): Promise<Erased>;
}

/** Types of events that concern one person by name, for export and erasure. */
export const PERSONAL_EVENTS = [
  'chat',
  'chat.state',
  'buddy.status',
  'buddy.added',
  'buddy.removed',
  'buddy.changed',
  'call',
] as const satisfies readonly EventType[];

export interface TransactionOptions {
  /**
   * Whether it is on the disk when its promise resolves; true when left out. One that is not survives the end
   * of this process, but not a power cut before {@link Store.flush} or the next transaction that is durable.
   */
  readonly durable?: boolean;
}

/**
 * The memory of a service. What a transaction wrote is stored when its promise resolves; a rejected one wrote
 * nothing.
 */
export interface Store extends StoreReader {
  /** Whether whoever wrote last ended without closing the store, or has it open at this moment. */
  readonly interrupted: boolean;
  transaction<Result>(
    work: (tx: StoreWriter) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** Brings everything that was written to the disk. */
  flush(): Promise<void>;
  /** Writes a consistent copy of everything into a new file, while the service goes on. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
