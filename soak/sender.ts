import { setTimeout } from 'node:timers/promises';
import { ACCOUNTS } from './setup.ts';

/** A chat that the service acknowledged. */
export interface Acknowledged {
  readonly id: string;
  readonly text: string;
}

const PEERS = 4;

/**
 * Sends numbered chats without pause, each with a key of its own, and asks again with the same key for as
 * long as nobody acknowledged it, like a careful script. Every lane is one conversation.
 */
export class Sender {
  readonly acknowledged: Acknowledged[] = [];
  readonly #url: string;
  readonly #token: string;
  readonly #lanes: Promise<void>[];
  #stopped = false;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
    this.#lanes = ACCOUNTS.flatMap((user) =>
      Array.from({ length: PEERS }, (_, index) => this.#lane(user, `peer_${index}`)),
    );
  }

  /** Sends no more; resolves when everything is acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#lanes);
  }

  async #lane(user: string, to: string): Promise<void> {
    for (let number = 1; !this.#stopped; number += 1) await this.#send(user, to, `${user} ${to} ${number}`);
  }

  async #send(user: string, to: string, text: string): Promise<void> {
    while (true) {
      try {
        const response = await fetch(`${this.#url}/v1/accounts/${user}/chats?wait=0.05`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${this.#token}`,
            'content-type': 'application/json',
            'idempotency-key': text.replaceAll(' ', '.'),
          },
          body: JSON.stringify({ to, text }),
        });
        const { id } = (await response.json()) as { id: string };
        if (response.ok) {
          this.acknowledged.push({ id, text });
          return;
        }
      } catch {
        // The service was killed: ask again with the same key.
      }
      await setTimeout(20);
    }
  }
}
