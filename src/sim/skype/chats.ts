import { nameKey } from '../../model/skype-name.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Account, Member } from './members.ts';
import type { SkypeNotice } from './notices.ts';

/** Chats that wait for a logged-out account; older ones are lost beyond it. */
const MOST_HELD = 100;

/** What chats need of the community around them. */
export interface ChatSurroundings {
  member(name: string): Member;
  emit(notice: SkypeNotice): void;
  readonly scheduler: Scheduler;
  readonly replyPause: number;
}

/** One chat on its way; `automatic` ones are never answered automatically, or two robots never end. */
interface Chat {
  readonly from: Member;
  readonly text: string;
  readonly automatic: boolean;
}

/** How chats travel between members, and who answers by themselves. */
export class Chats {
  readonly #around: ChatSurroundings;
  /** By name: an account may be configured anew meanwhile. */
  readonly #held = new Map<string, Chat[]>();
  readonly #waiting = new Set<{ to: string; from: string; take(text: string): void }>();

  constructor(around: ChatSurroundings) {
    this.#around = around;
  }

  /** An account writes: its own echo first, then the arrival (the order seen with Asterisk 22). */
  send(from: Account, to: string, text: string, automatic = false): void {
    this.#around.emit({ type: 'chat-sent', from: from.name, to, text });
    // A phone number has no chat: the text is accepted and goes nowhere.
    if (!to.startsWith('+')) this.#arrive(this.#around.member(to), { from, text, automatic });
  }

  /** A chat from anybody reaches an account. */
  deliver(to: Account, from: Member, text: string): void {
    this.#arrive(to, { from, text, automatic: false });
  }

  /** Hands over what came while the account was logged out. */
  deliverHeld(account: Account): void {
    const held = this.#held.get(nameKey(account.name)) ?? [];
    this.#held.delete(nameKey(account.name));
    for (const chat of held) this.#arrive(account, chat);
  }

  /** Waits for a chat from somebody to an account; empty when none comes in time (manual 3.3.6). */
  receive(to: string, from: string, millis: number): Promise<string> {
    return new Promise((resolve) => {
      const take = (text: string) => {
        cancel();
        this.#waiting.delete(waiting);
        resolve(text);
      };
      const waiting = { to: nameKey(to), from: nameKey(from), take };
      const cancel = this.#around.scheduler.after(millis, () => take(''));
      this.#waiting.add(waiting);
    });
  }

  #arrive(to: Member, chat: Chat): void {
    if (to.kind === 'account' && !to.loggedIn) {
      this.#hold(to, chat);
      return;
    }
    if (to.kind === 'account') {
      this.#around.emit({
        type: 'chat-received',
        user: to.name,
        from: chat.from.name,
        text: chat.text,
      });
      for (const waiting of this.#waiting) {
        const fits = waiting.to === nameKey(to.name) && waiting.from === nameKey(chat.from.name);
        if (fits) waiting.take(chat.text);
      }
    }
    const reply = to.kind === 'account' ? to.autoreply : to.echoes ? chat.text : null;
    if (reply !== null && !chat.automatic) this.#replySoon(to, chat.from, reply);
  }

  #replySoon(from: Member, to: Member, text: string): void {
    this.#around.scheduler.after(this.#around.replyPause, () => {
      if (from.kind === 'person') this.#arrive(to, { from, text, automatic: true });
      else if (from.loggedIn) this.send(from, to.name, text, true);
    });
  }

  #hold(account: Account, chat: Chat): void {
    const held = this.#held.get(nameKey(account.name)) ?? [];
    held.push(chat);
    if (held.length > MOST_HELD) held.shift();
    this.#held.set(nameKey(account.name), held);
  }
}
