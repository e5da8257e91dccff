import type { ChatMessage } from '../model/chat.ts';
import type { ChatEvent, CompanionEvent, RecordedEvent } from '../model/events.ts';
import type { Store, StoreWriter } from '../store/port.ts';
import type { EventHub } from './hub.ts';

/** An event as it came in; times are milliseconds since the epoch. */
export interface Incoming {
  readonly pbx: string;
  readonly at: number;
  readonly event: CompanionEvent;
}

/**
 * The one way of an event into the service: what it changes and the event itself are stored in one
 * transaction, then it is published. Transactions follow one another, so that subscribers see events in
 * the order of their numbers.
 */
export class Recorder {
  readonly #store: Store;
  readonly #hub: EventHub;
  readonly #newId: () => string;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(store: Store, hub: EventHub, newId: () => string) {
    this.#store = store;
    this.#hub = hub;
    this.#newId = newId;
  }

  /** Stores and publishes a batch. */
  record(batch: readonly Incoming[]): Promise<readonly RecordedEvent[]> {
    if (batch.length === 0) return Promise.resolve([]);
    return this.change(async (_tx, append) => {
      for (const { pbx, at, event } of batch) await append(pbx, at, event);
    }).then(({ events }) => events);
  }

  /** Runs a transaction that may append events, and publishes them when it is on the disk. */
  change<Result>(
    work: (
      tx: StoreWriter,
      append: (pbx: string, at: number, event: CompanionEvent) => Promise<void>,
    ) => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly events: readonly RecordedEvent[] }> {
    const run = async () => {
      const events: RecordedEvent[] = [];
      const result = await this.#store.transaction((tx) =>
        work(tx, async (pbx, at, event) => {
          await this.#apply(tx, pbx, at, event);
          events.push(await tx.appendEvent(pbx, at, event));
        }),
      );
      this.#hub.publish(events);
      return { result, events };
    };
    const done = this.#tail.then(run, run);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Resolves when everything that was asked for so far is stored. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  /** What an event means for the state that the store holds. */
  async #apply(tx: StoreWriter, pbx: string, at: number, event: CompanionEvent): Promise<void> {
    switch (event.type) {
      case 'account.status':
        return tx.putAccount({ pbx, user: event.user, status: event.status, updatedAt: at });
      case 'buddy.status': {
        const { user, buddy, status } = event;
        return tx.putBuddy({ pbx, user, buddy, fullname: null, status, updatedAt: at });
      }
      case 'chat':
        return this.#applyChat(tx, pbx, at, event);
      case 'call':
        return tx.putCall(event.call);
      case 'gap':
        return;
    }
  }

  /**
   * AMI gives no message ids. An echo confirms the oldest unconfirmed send of that account, peer and
   * exact text; one that matches none went out from elsewhere.
   */
  async #applyChat(tx: StoreWriter, pbx: string, at: number, event: ChatEvent): Promise<void> {
    const { user, peer, direction, text } = event;
    if (direction === 'out') {
      const own = await tx.unconfirmedSend(pbx, user, peer, text);
      if (own !== null) return tx.changeChat(own.id, { state: 'sent', reason: null, confirmed: true });
    }
    const base = { id: this.#newId(), pbx, user, peer, direction, text, at, reason: null };
    const chat: ChatMessage =
      direction === 'in'
        ? { ...base, state: null, origin: 'other' }
        : { ...base, state: 'sent', origin: 'other' };
    await tx.insertChat(chat);
  }
}
