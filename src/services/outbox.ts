import type { AmiLink } from '../ami/link/link.ts';
import { skypeChatSend } from '../ami/skype/actions.ts';
import { type ChatMessage, type ChatState, isFinal } from '../model/chat.ts';
import type { Clock } from '../model/clock.ts';
import { CompanionError, messageOf } from '../model/errors.ts';
import { nameFromPbx } from '../model/skype-name.ts';
import type { StoreReader } from '../store/port.ts';
import type { AccountStates } from './account-states.ts';
import { changeState } from './chat-state.ts';
import { EXPIRED, Expiry } from './expiry.ts';
import { type Lane, Lanes } from './lanes.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';
import { Waiters } from './waiters.ts';

/** Pause before a chat is tried again that the PBX surely has not got, in milliseconds. */
const RETRY_MS = 5_000;
/** Chats on the wire or just before it, so that an outage leaves few of them unknown. */
const MOST_SENDING = 256;

/** Finds out why the PBX refused something for an account; gives the same error when that stays unclear. */
export type ExplainRefusal = (refusal: CompanionError, user: string) => Promise<CompanionError>;

export interface OutboxDeps {
  readonly link: AmiLink;
  readonly store: StoreReader;
  readonly recorder: Recorder;
  readonly states: AccountStates;
  readonly explain: ExplainRefusal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The turn of a conversation; exactly one of the two is called. */
export interface Reservation {
  /** The chat is stored as `sending`. */
  send(chat: ChatMessage): void;
  /** It is not. */
  cancel(): void;
}

/**
 * Sends the queued chats of one PBX: in order within a conversation, conversations side by side. A chat
 * is marked `sending` on the disk before its first byte is written, so that after a crash nobody sends it
 * a second time without knowing. Owner of every state of an outgoing chat but its first.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #lanes = new Lanes();
  readonly #waiters = new Waiters();
  #sending = 0;
  /** There was no room for a lane that could send. */
  #full = false;
  #retry: NodeJS.Timeout | null = null;
  readonly #expiry: Expiry;
  #stopped = false;
  #idle: (() => void) | null = null;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#expiry = new Expiry({ ...deps, pbx: deps.link.pbx }, (chat) => this.#tell(chat));
  }

  /**
   * Takes up what an earlier run left: queued chats are queued again, and what it was sending when it
   * ended may have gone out: `unknown`, never sent again.
   */
  async recover(): Promise<void> {
    const { store, recorder, link } = this.#deps;
    const [sending, queued] = await Promise.all([
      store.chatsInState(link.pbx, 'sending'),
      store.chatsInState(link.pbx, 'queued'),
    ]);
    await recorder.change(async (tx, append) => {
      for (const chat of sending) {
        await changeState(tx, append, this.#now(), chat.id, {
          state: 'unknown',
          reason: 'the service ended while the chat was being sent',
        });
      }
    });
    for (const chat of queued) this.#lanes.add(chat);
    await this.#expiry.watch();
  }

  /**
   * Takes the turn of a conversation for a chat that is about to be stored, when it could be sent at once:
   * it may be stored as `sending` then, which saves a transaction. Null when it has to queue.
   */
  reserve(chat: Pick<ChatMessage, 'user' | 'peer'>): Reservation | null {
    const lane = this.#lanes.of(chat);
    if (lane.ids.length > 0 || !this.#canSend(lane) || this.#sending >= MOST_SENDING) {
      if (lane.ids.length === 0 && !lane.busy) this.#lanes.release(lane);
      return null;
    }
    this.#begin(lane);
    return {
      send: (stored) =>
        void this.#send(stored, lane)
          .catch(this.#logFailure)
          .then(() => this.#end(lane)),
      cancel: () => this.#end(lane),
    };
  }

  /** Takes a chat that was stored as queued. */
  accept(chat: ChatMessage): void {
    const lane = this.#lanes.add(chat);
    this.#expiry.note(chat.expiresAt);
    this.#try(lane);
  }

  /** Sends what can be sent now: after a new chat, a login, a reconnect. */
  wake(): void {
    this.#full = false;
    for (const lane of this.#lanes.idle()) {
      this.#try(lane);
      if (this.#full) return;
    }
  }

  /** Resolves with the chat in its final state, or with null after the time. */
  settled(id: string, waitMs: number): Promise<ChatMessage | null> {
    return this.#waiters.wait(id, waitMs);
  }

  /** Takes no more work; resolves when what is on the wire was answered, or after the time. */
  async stop(withinMs: number): Promise<void> {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#expiry.stop();
    if (this.#sending > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#waiters.releaseAll();
  }

  #canSend(lane: Lane): boolean {
    const { link, states } = this.#deps;
    if (this.#stopped || this.#retry !== null || link.state !== 'ready') return false;
    return !lane.busy && states.isLoggedIn(link.pbx, lane.user);
  }

  #try(lane: Lane): void {
    if (lane.ids.length === 0 || !this.#canSend(lane)) return;
    if (this.#sending >= MOST_SENDING) this.#full = true;
    else void this.#sendNext(lane);
  }

  #begin(lane: Lane): void {
    lane.busy = true;
    this.#sending += 1;
  }

  #end(lane: Lane): void {
    this.#sending -= 1;
    this.#lanes.release(lane);
    if (this.#sending === 0) this.#idle?.();
    // Others come first when there was no room for them.
    if (this.#full) this.wake();
    else this.#try(lane);
  }

  async #sendNext(lane: Lane): Promise<void> {
    const id = lane.ids.shift();
    if (id === undefined) return;
    this.#begin(lane);
    try {
      const taken = await this.#take(id);
      if (taken?.state === 'sending') await this.#send(taken, lane);
    } catch (thrown) {
      this.#logFailure(thrown);
    }
    this.#end(lane);
  }

  /** The store failed: what it holds decides after the next start. */
  readonly #logFailure = (thrown: unknown): void => {
    this.#deps.log.error({ error: messageOf(thrown) }, 'the state of a chat was not stored');
  };

  /** Marks a chat as being sent; one that is queued no more is returned as it stands. */
  async #take(id: string): Promise<ChatMessage | null> {
    const now = this.#now();
    const { result } = await this.#deps.recorder.change(async (tx, append) => {
      const chat = await tx.chat(id);
      if (chat === null || chat.state !== 'queued') return chat;
      const expired = chat.expiresAt !== null && chat.expiresAt <= now;
      return changeState(tx, append, now, id, {
        state: expired ? 'expired' : 'sending',
        reason: expired ? EXPIRED : null,
      });
    });
    if (result !== null) this.#tell(result);
    return result;
  }

  async #send(chat: ChatMessage, lane: Lane): Promise<void> {
    const { user, peer, text } = chat;
    const { link } = this.#deps;
    try {
      const action = skypeChatSend({ user: nameFromPbx(user), to: nameFromPbx(peer), text }, link.limits);
      await link.request(action);
    } catch (thrown) {
      return this.#failed(chat, lane, thrown);
    }
    await this.#change(chat, 'sent', null);
  }

  async #failed(chat: ChatMessage, lane: Lane, thrown: unknown): Promise<void> {
    const reason = messageOf(thrown);
    const error = thrown instanceof CompanionError ? thrown : new CompanionError('INTERNAL', reason);
    this.#deps.log.warn({ pbx: chat.pbx, chat: chat.id, code: error.code }, 'a chat was not sent');
    const requeue = async () => {
      lane.ids.unshift(chat.id);
      await this.#change(chat, 'queued', reason);
    };
    switch (error.code) {
      case 'AMI_DISCONNECTED':
      case 'AMI_TIMEOUT':
        if (error.details['written'] === false) return requeue();
        return this.#change(chat, 'unknown', reason);
      case 'MODULE_ABSENT':
        // The driver is being reloaded, or is not there yet: the chat surely went nowhere.
        this.#retryLater();
        return requeue();
      case 'ACCOUNT_LOGGED_OUT':
        this.#deps.states.note(chat.pbx, chat.user, 'Logged Out');
        return requeue();
      case 'PBX_REFUSED': {
        // The driver's words say nothing for certain; what it is asked then does.
        const why = await this.#deps.explain(error, chat.user);
        return why.code === error.code
          ? this.#change(chat, 'rejected', reason)
          : this.#failed(chat, lane, why);
      }
      case 'INTERNAL':
        return this.#change(chat, 'unknown', reason);
      default:
        return this.#change(chat, 'rejected', reason);
    }
  }

  async #change(chat: ChatMessage, state: ChatState, reason: string | null): Promise<void> {
    const { result } = await this.#deps.recorder.change(async (tx, append) => {
      // An echo that came before the answer has already proved that it went out.
      const now = await tx.chat(chat.id);
      if (now?.state === 'sent') return now;
      return changeState(tx, append, this.#now(), chat.id, { state, reason });
    });
    if (result !== null) this.#tell(result);
  }

  #tell(chat: ChatMessage): void {
    if (chat.state !== null && isFinal(chat.state)) this.#waiters.resolve(chat.id, chat);
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.wake();
    }, RETRY_MS);
  }

  #now(): number {
    return this.#deps.clock.now();
  }
}
