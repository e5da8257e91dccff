import { skypeChatSend } from '../ami/skype/actions.ts';
import type { ChatMessage } from '../model/chat.ts';
import { isFinal } from '../model/chat.ts';
import type { Clock } from '../model/clock.ts';
import { CompanionError } from '../model/errors.ts';
import { isSkypeName, SKYPE_NAME_RULE } from '../model/skype-name.ts';
import type { ChatQuery, Page, Store } from '../store/port.ts';
import type { Directory } from './directory.ts';
import type { Outbox } from './outbox.ts';
import type { Recorder } from './recorder.ts';

/** Chats as scripts see them: accepted first, then sent by the outbox of their PBX. */
export class ChatService {
  readonly #directory: Directory;
  readonly #store: Store;
  readonly #recorder: Recorder;
  readonly #outboxes: ReadonlyMap<string, Outbox>;
  readonly #clock: Clock;
  readonly #newId: () => string;

  constructor(deps: {
    directory: Directory;
    store: Store;
    recorder: Recorder;
    outboxes: ReadonlyMap<string, Outbox>;
    clock: Clock;
    newId: () => string;
  }) {
    this.#directory = deps.directory;
    this.#store = deps.store;
    this.#recorder = deps.recorder;
    this.#outboxes = deps.outboxes;
    this.#clock = deps.clock;
    this.#newId = deps.newId;
  }

  /**
   * Accepts a chat: it is on the disk when this returns, whatever happens to the PBX.
   *
   * @param waitMs how long to wait for a final state; the chat is returned as it stands then.
   * @throws CompanionError `ACCOUNT_UNKNOWN`, `CHAT_TOO_LONG`, or `VALUE_FORBIDDEN` for a peer that is no
   *   Skype name; nothing was accepted then.
   */
  async send(user: string, to: string, text: string, waitMs: number): Promise<ChatMessage> {
    const account = this.#directory.get(user);
    if (!isSkypeName(to)) {
      throw new CompanionError('VALUE_FORBIDDEN', `to: allowed is ${SKYPE_NAME_RULE}`, { field: 'to' });
    }
    if (text.includes('\0')) {
      throw new CompanionError('VALUE_FORBIDDEN', 'text: NUL was found, which ends a text on the PBX', {
        field: 'text',
      });
    }
    // Built once here for its checks: what is accepted can be sent.
    skypeChatSend({ user: account.user, to, text });
    const chat: ChatMessage = {
      id: this.#newId(),
      pbx: account.pbx,
      user: account.user,
      peer: to,
      direction: 'out',
      text,
      state: 'queued',
      origin: 'own',
      at: this.#clock.now(),
      reason: null,
    };
    await this.#recorder.change((tx) => tx.insertChat(chat));
    const outbox = this.#outboxes.get(account.pbx);
    const settled = outbox?.settled(chat.id, waitMs);
    outbox?.wake();
    await settled;
    return (await this.#store.chat(chat.id)) ?? chat;
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN`, or `REQUEST_INVALID` for a cursor that is none of ours. */
  list(query: ChatQuery): Promise<Page<ChatMessage>> {
    return this.#store.chats({ ...query, user: this.#directory.get(query.user).user });
  }

  /** Whether nothing more will be done about it. */
  static isSettled(chat: ChatMessage): boolean {
    return chat.state === null || isFinal(chat.state);
  }
}
