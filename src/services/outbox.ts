import type { AmiLink } from '../ami/link/link.ts';
import { skypeChatSend } from '../ami/skype/actions.ts';
import type { ChatMessage, ChatState } from '../model/chat.ts';
import { CompanionError, messageOf } from '../model/errors.ts';
import { nameFromPbx, nameKey } from '../model/skype-name.ts';
import type { StoreReader } from '../store/port.ts';
import type { Logger } from './logger.ts';
import type { Recorder } from './recorder.ts';

/** Pause before a chat is tried again that the PBX surely has not got, in milliseconds. */
const RETRY_MS = 5_000;

/**
 * Sends the queued chats of one PBX: in order within a conversation, conversations side by side. A chat
 * is marked `sending` on the disk before its first byte is written, so that after a crash nobody sends it
 * a second time without knowing.
 */
export class Outbox {
  readonly #link: AmiLink;
  readonly #store: StoreReader;
  readonly #recorder: Recorder;
  readonly #log: Logger;
  /** Conversations that are being worked on. */
  readonly #lanes = new Set<string>();
  readonly #waiters = new Map<string, Set<() => void>>();
  #scanning = false;
  #again = false;
  #retry: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(deps: { link: AmiLink; store: StoreReader; recorder: Recorder; log: Logger }) {
    this.#link = deps.link;
    this.#store = deps.store;
    this.#recorder = deps.recorder;
    this.#log = deps.log;
  }

  /** What an earlier run was sending when it ended may have gone out: `unknown`, never sent again. */
  async recover(): Promise<void> {
    for (const chat of await this.#store.chatsInState(this.#link.pbx, 'sending')) {
      await this.#settle(chat, 'unknown', 'the service ended while the chat was being sent');
    }
  }

  /** Looks for chats that can be sent now: after a new one, a login, a reconnect. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    if (this.#scanning) return;
    this.#scanning = true;
    void this.#scan().finally(() => {
      this.#scanning = false;
      // Woken after the last look, before this line.
      if (this.#again) this.wake();
    });
  }

  /** Resolves when the chat has a final state, or after the time. */
  settled(id: string, waitMs: number): Promise<void> {
    if (waitMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(id) ?? new Set();
      const done = () => {
        clearTimeout(timer);
        waiters.delete(done);
        if (waiters.size === 0) this.#waiters.delete(id);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      waiters.add(done);
      this.#waiters.set(id, waiters);
    });
  }

  /** Takes no more work; what is on the wire keeps the state `sending` until its answer. */
  stop(): void {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const waiters of this.#waiters.values()) for (const done of [...waiters]) done();
  }

  async #scan(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      if (this.#link.state !== 'ready' || this.#retry !== null) return;
      const loggedIn = new Set(
        (await this.#store.accounts())
          .filter((row) => row.pbx === this.#link.pbx && row.status === 'Logged In')
          .map((row) => nameKey(row.user)),
      );
      for (const chat of await this.#store.chatsInState(this.#link.pbx, 'queued')) {
        const lane = `${nameKey(chat.user)}\n${nameKey(chat.peer)}`;
        if (!loggedIn.has(nameKey(chat.user)) || this.#lanes.has(lane)) continue;
        this.#lanes.add(lane);
        void this.#send(chat).finally(() => {
          this.#lanes.delete(lane);
          this.wake();
        });
      }
    }
  }

  async #send(chat: ChatMessage): Promise<void> {
    try {
      await this.#change(chat, 'sending', null);
      const { user, peer, text } = chat;
      await this.#link.request(skypeChatSend({ user: nameFromPbx(user), to: nameFromPbx(peer), text }));
      await this.#settle(chat, 'sent', null);
    } catch (thrown) {
      await this.#fail(chat, thrown);
    }
  }

  async #fail(chat: ChatMessage, thrown: unknown): Promise<void> {
    const reason = messageOf(thrown);
    const code = thrown instanceof CompanionError ? thrown.code : 'INTERNAL';
    this.#log.warn({ pbx: chat.pbx, chat: chat.id, code }, 'a chat was not sent');
    if (thrown instanceof CompanionError) {
      switch (thrown.code) {
        case 'AMI_DISCONNECTED':
          if (thrown.details['written'] === false) return this.#change(chat, 'queued', null);
          return this.#settle(chat, 'unknown', reason);
        case 'AMI_TIMEOUT':
          return this.#settle(chat, 'unknown', reason);
        case 'MODULE_ABSENT':
          // The driver is being reloaded, or is not there yet: the chat surely went nowhere.
          this.#retry ??= setTimeout(() => {
            this.#retry = null;
            this.wake();
          }, RETRY_MS);
          return this.#change(chat, 'queued', reason);
        default:
          return this.#settle(chat, 'rejected', reason);
      }
    }
    return this.#settle(chat, 'unknown', reason);
  }

  async #settle(chat: ChatMessage, state: ChatState, reason: string | null): Promise<void> {
    await this.#change(chat, state, reason);
    for (const done of [...(this.#waiters.get(chat.id) ?? [])]) done();
  }

  async #change(chat: ChatMessage, state: ChatState, reason: string | null): Promise<void> {
    await this.#recorder.change(async (tx) => {
      // An echo that came before the answer has already proved that it went out.
      const now = await tx.chat(chat.id);
      if (now?.state === 'sent' && state !== 'sent') return;
      await tx.changeChat(chat.id, { state, reason });
    });
  }
}
