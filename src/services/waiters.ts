import type { ChatMessage } from '../model/chat.ts';

type Done = (chat: ChatMessage | null) => void;

/** Who waits for what becomes of a chat. */
export class Waiters {
  readonly #waiting = new Map<string, Set<Done>>();
  #released = false;

  /** Resolves with the chat when it is told, or with null after the time. */
  wait(id: string, waitMs: number): Promise<ChatMessage | null> {
    if (waitMs <= 0 || this.#released) return Promise.resolve(null);
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      const done: Done = (chat) => {
        clearTimeout(timer);
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(id);
        resolve(chat);
      };
      const timer = setTimeout(() => done(null), waitMs);
      this.#waiting.set(id, waiting.add(done));
    });
  }

  resolve(id: string, chat: ChatMessage): void {
    for (const done of [...(this.#waiting.get(id) ?? [])]) done(chat);
  }

  /** Nobody waits any longer, nor from now on. */
  releaseAll(): void {
    this.#released = true;
    for (const waiting of [...this.#waiting.values()]) for (const done of [...waiting]) done(null);
  }
}
