import { createHash } from 'node:crypto';
import { chatLimitBytes, skypeChatSend } from '../ami/skype/actions.ts';
import type { ChatMessage } from '../model/chat.ts';
import { isFinal } from '../model/chat.ts';
import type { Clock } from '../model/clock.ts';
import { CompanionError } from '../model/errors.ts';
import { isSkypeName, SKYPE_NAME_RULE } from '../model/skype-name.ts';
import type { ChatQuery, Claim, Conversation, Page, Store } from '../store/port.ts';
import { changeState } from './chat-state.ts';
import type { Directory, KnownAccount } from './directory.ts';
import type { Links } from './links.ts';
import type { Outbox } from './outbox.ts';
import type { Recorder } from './recorder.ts';
import { splitText } from './split.ts';

/** How long a queued chat waits for its PBX or account when nobody says, in seconds: a day. */
export const DEFAULT_TTL_SECONDS = 24 * 60 * 60;
/** More parts than this are no chat any more. */
const MOST_PARTS = 100;

export interface SendRequest {
  readonly user: string;
  readonly to: string;
  readonly text: string;
  /** Cut a text that is too long instead of refusing it. */
  readonly split?: boolean | undefined;
  /** Seconds until a chat that is still queued expires. */
  readonly ttl?: number | undefined;
  /** Idempotency-Key. */
  readonly key?: string | undefined;
}

/** A chat, and all parts of its text when that was cut. */
export interface SentChat {
  readonly chat: ChatMessage;
  /** In order, `chat` among them; null for a whole text. */
  readonly parts: readonly ChatMessage[] | null;
  /** It was made by an earlier request with the same key. */
  readonly replayed: boolean;
}

/** What a person may find out about a chat that is unknown; `queued` sends it again. */
export type Resolution = 'sent' | 'rejected' | 'queued';

interface ChatDeps {
  readonly directory: Directory;
  readonly store: Store;
  readonly recorder: Recorder;
  readonly links: Links;
  readonly outboxes: ReadonlyMap<string, Outbox>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly ttlSeconds?: number | undefined;
}

/** Chats as scripts see them: accepted first, then sent by the outbox of their PBX. */
export class ChatService {
  readonly #deps: ChatDeps;

  constructor(deps: ChatDeps) {
    this.#deps = deps;
  }

  /**
   * Accepts a chat: it is on the disk when this returns, whatever happens to the PBX.
   *
   * @param waitMs how long to wait for a final state; the chat is returned as it stands then.
   * @throws CompanionError `ACCOUNT_UNKNOWN`, `CHAT_TOO_LONG`, `VALUE_FORBIDDEN` for a peer that is no
   *   Skype name, or `IDEMPOTENCY_CONFLICT`; nothing was accepted then.
   */
  async send(request: SendRequest, waitMs: number): Promise<SentChat> {
    const { directory, recorder, outboxes } = this.#deps;
    const account = directory.get(request.user);
    const chats = this.#chatsOf(account, request);
    const [first] = chats;
    if (first === undefined) throw new CompanionError('REQUEST_INVALID', 'text: empty', { field: 'text' });
    const claim = claimOf(account, request, first);
    const outbox = outboxes.get(account.pbx);
    const turn = outbox?.reserve(first) ?? null;
    const stored = turn === null ? first : { ...first, state: 'sending' as const };
    const accepting = recorder.change(async (tx) => {
      const known = claim === null ? null : await tx.claim(claim.user, claim.key);
      if (claim !== null && known !== null && (await tx.chat(known.chatId)) !== null) {
        refuseOtherBody(known, claim);
        return known.chatId;
      }
      for (const chat of chats) await tx.insertChat(chat === first ? stored : chat);
      if (claim !== null) await tx.putClaim(claim);
      return null;
    });
    const earlier = await accepting.then(
      ({ result }) => result,
      (thrown) => {
        turn?.cancel();
        throw thrown;
      },
    );
    if (earlier !== null) {
      turn?.cancel();
      return this.#wait(await this.show(earlier), waitMs, true);
    }
    if (turn === null) outbox?.accept(first);
    else turn.send(stored);
    for (const chat of chats.slice(1)) outbox?.accept(chat);
    const parts = chats.length > 1 ? [stored, ...chats.slice(1)] : null;
    return this.#wait({ chat: stored, parts }, waitMs, false);
  }

  /** @throws CompanionError `CHAT_UNKNOWN` */
  async show(id: string): Promise<Omit<SentChat, 'replayed'>> {
    const { store } = this.#deps;
    const chat = await store.chat(id);
    if (chat === null) throw new CompanionError('CHAT_UNKNOWN', `there is no chat "${id}"`, { id });
    return { chat, parts: chat.group === null ? null : await store.chatsOfGroup(chat.group) };
  }

  /**
   * A person tells what became of a chat that is `unknown`, or asks to send it again.
   *
   * @throws CompanionError `CHAT_UNKNOWN`, or `STATE_CONFLICT` for a chat in another state.
   */
  async resolve(id: string, state: Resolution, by: string): Promise<ChatMessage> {
    const { recorder, clock, outboxes } = this.#deps;
    await this.show(id);
    const now = clock.now();
    const { result } = await recorder.change(async (tx, append) => {
      const chat = await tx.chat(id);
      if (chat?.state !== 'unknown') {
        throw new CompanionError('STATE_CONFLICT', 'only a chat in the state unknown can be resolved', {
          id,
          state: chat?.state ?? null,
        });
      }
      const expiresAt = state === 'queued' ? now + this.#ttlMs(undefined) : chat.expiresAt;
      return changeState(tx, append, now, id, { state, reason: `resolved by ${by}`, expiresAt });
    });
    if (result === null) throw new CompanionError('CHAT_UNKNOWN', `there is no chat "${id}"`, { id });
    if (state === 'queued') outboxes.get(result.pbx)?.accept(result);
    return result;
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN`, or `REQUEST_INVALID` for a cursor that is none of ours. */
  list(query: ChatQuery): Promise<Page<ChatMessage>> {
    return this.#deps.store.chats({ ...query, user: this.#deps.directory.get(query.user).user });
  }

  /** @throws CompanionError `ACCOUNT_UNKNOWN`, or `REQUEST_INVALID` for a cursor that is none of ours. */
  conversations(query: {
    user: string;
    limit: number;
    cursor?: string | undefined;
  }): Promise<Page<Conversation>> {
    return this.#deps.store.conversations({ ...query, user: this.#deps.directory.get(query.user).user });
  }

  /** Whether nothing more will be done about it. */
  static isSettled({ chat, parts }: Pick<SentChat, 'chat' | 'parts'>): boolean {
    return (parts ?? [chat]).every(({ state }) => state === null || isFinal(state));
  }

  /** The chats that a request means: one, or the parts of its text. Built once for its checks. */
  #chatsOf(account: KnownAccount, request: SendRequest): ChatMessage[] {
    const { clock, newId } = this.#deps;
    const { to, text } = request;
    if (!isSkypeName(to)) {
      throw new CompanionError('VALUE_FORBIDDEN', `to: allowed is ${SKYPE_NAME_RULE}`, { field: 'to' });
    }
    if (text.includes('\0')) {
      throw new CompanionError('VALUE_FORBIDDEN', 'text: NUL was found, which ends a text on the PBX', {
        field: 'text',
      });
    }
    const { limits } = this.#deps.links.of(account);
    const texts = request.split === true ? partsOf(text, chatLimitBytes(limits)) : [text];
    for (const part of texts) skypeChatSend({ user: account.user, to, text: part }, limits);
    const ids = texts.map(() => newId());
    const at = clock.now();
    return texts.map((part, index) => ({
      id: ids[index] ?? newId(),
      pbx: account.pbx,
      user: account.user,
      peer: to,
      direction: 'out',
      text: part,
      state: 'queued',
      origin: 'own',
      at,
      reason: null,
      expiresAt: at + this.#ttlMs(request.ttl),
      group: texts.length > 1 ? (ids[0] ?? null) : null,
    }));
  }

  #ttlMs(seconds: number | undefined): number {
    return (seconds ?? this.#deps.ttlSeconds ?? DEFAULT_TTL_SECONDS) * 1000;
  }

  /** Waits for the final states of a chat and its parts. */
  async #wait(sent: Omit<SentChat, 'replayed'>, waitMs: number, replayed: boolean): Promise<SentChat> {
    const waitFor = async (chat: ChatMessage) => {
      if (chat.state === null || isFinal(chat.state)) return chat;
      const settled = await this.#deps.outboxes.get(chat.pbx)?.settled(chat.id, waitMs);
      return settled ?? (await this.#deps.store.chat(chat.id)) ?? chat;
    };
    if (sent.parts === null) return { chat: await waitFor(sent.chat), parts: null, replayed };
    const parts = await Promise.all(sent.parts.map(waitFor));
    return { chat: parts.find(({ id }) => id === sent.chat.id) ?? sent.chat, parts, replayed };
  }
}

function partsOf(text: string, limitBytes: number): string[] {
  const parts = splitText(text, limitBytes);
  if (parts.length > MOST_PARTS) {
    throw new CompanionError(
      'CHAT_TOO_LONG',
      `a text of ${parts.length} parts, at most ${MOST_PARTS} are sent`,
      { limitBytes: limitBytes * MOST_PARTS },
    );
  }
  return parts;
}

function claimOf(account: KnownAccount, request: SendRequest, chat: ChatMessage): Claim | null {
  if (request.key === undefined) return null;
  const { to, text, split = false, ttl = null } = request;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([to, text, split, ttl]))
    .digest('hex');
  return { user: account.user, key: request.key, fingerprint, chatId: chat.id, at: chat.at };
}

function refuseOtherBody(known: Claim, now: Claim): void {
  if (known.fingerprint === now.fingerprint) return;
  throw new CompanionError('IDEMPOTENCY_CONFLICT', 'this Idempotency-Key was used with another body', {
    id: known.chatId,
  });
}
