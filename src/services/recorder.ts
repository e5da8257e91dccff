import { setImmediate as turnOfLoop } from 'node:timers/promises';
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

type Append = (pbx: string, at: number, event: CompanionEvent) => Promise<void>;
type Work<Result> = (tx: StoreWriter, append: Append) => Promise<Result>;

export interface Changed<Result> {
  readonly result: Result;
  readonly events: readonly RecordedEvent[];
}

/** A change that waits for its turn. */
interface Waiting {
  readonly durable: boolean;
  /** Runs it inside a transaction; gives what to do when that is on the disk. */
  run(tx: StoreWriter): Promise<{ readonly events: readonly RecordedEvent[]; settle(): void } | null>;
  reject(thrown: unknown): void;
}

/** Changes that share one transaction at most: what a crash may undo of unacknowledged work stays small. */
const GROUP = 512;
/** How long a change waits that nobody waits for, in milliseconds. */
const LATER_MS = 50;
/** How long something may be stored and not yet be on the disk, in milliseconds. */
const AT_RISK_MS = 1_000;
/** How many events may be. */
const MOST_AT_RISK = 1_000;

export interface ChangeOptions {
  /** False for what nobody waits for: it shares the transaction of something else. */
  readonly soon?: boolean;
  /**
   * False for what the PBX would tell again, or what nobody was promised: a power cut may undo it within a
   * second. The end of this process never does.
   */
  readonly durable?: boolean;
}

/** Numbers that are given to nobody after a crash: the last group may be full when the limit is reached. */
export const SKIPPED_SEQS = MOST_AT_RISK + GROUP;

/**
 * After a power cut, subscribers may know events that the store has lost: their numbers are not given again,
 * since subscribers resume by them.
 */
export async function skipLostNumbers(store: Store): Promise<void> {
  if (store.interrupted) await store.transaction((tx) => tx.skipSeqs(SKIPPED_SEQS));
}

/**
 * The one way of an event into the service: what it changes and the event itself are stored in one
 * transaction, then it is published. Changes run one after the other, so that subscribers see events in
 * the order of their numbers; those that come while the disk is busy share the next transaction, and a
 * failing one is undone alone.
 */
export class Recorder {
  readonly #store: Store;
  readonly #hub: EventHub;
  readonly #newId: () => string;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #later: NodeJS.Timeout | null = null;
  #atRisk = 0;
  #flushing: NodeJS.Timeout | null = null;
  #healthy = true;

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

  /**
   * Runs a transaction that may append events, and publishes them when it is on the disk.
   */
  change<Result>(
    work: Work<Result>,
    { soon = true, durable = true }: ChangeOptions = {},
  ): Promise<Changed<Result>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        durable,
        reject,
        run: async (tx) => {
          const events: RecordedEvent[] = [];
          try {
            const result = await tx.attempt(() =>
              work(tx, async (pbx, at, event) => {
                await this.#apply(tx, pbx, at, event);
                events.push(await tx.appendEvent(pbx, at, event));
              }),
            );
            return { events, settle: () => resolve({ result, events }) };
          } catch (thrown) {
            reject(thrown);
            return null;
          }
        },
      });
      if (soon) this.#start();
      else this.#drainLater();
    });
  }

  #start(): void {
    if (this.#running !== null || this.#waiting.length === 0) return;
    // What waits for company goes along.
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    this.#running = this.#drain();
  }

  /** Lets a change wait for company: it joins the next transaction, or makes its own after a moment. */
  #drainLater(): void {
    if (this.#running !== null || this.#later !== null) return;
    this.#later = setTimeout(() => {
      this.#later = null;
      this.#start();
    }, LATER_MS);
  }

  /** Whether the last transaction could be written. */
  get healthy(): boolean {
    return this.#healthy;
  }

  /** Resolves when everything that was asked for so far is on the disk. */
  async idle(): Promise<void> {
    this.#start();
    while (this.#running !== null) await this.#running;
    if (this.#flushing !== null) await this.#flush();
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Orders that were given with the change leave first, so that the PBX works while this thread writes: an
      // idle connection is looked at for a turn before it is used again (undici).
      await turnOfLoop();
      // What the sockets bring joins the group, for as long as each turn brings more.
      let had = 0;
      do {
        had = this.#waiting.length;
        await turnOfLoop();
      } while (this.#waiting.length > had && this.#waiting.length < GROUP);
      await this.#commit(this.#waiting.splice(0, GROUP));
    }
    this.#running = null;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const durable = this.#atRisk >= MOST_AT_RISK || group.some((waiting) => waiting.durable);
    try {
      const done = await this.#store.transaction(
        async (tx) => {
          const results = [];
          for (const waiting of group) results.push(await waiting.run(tx));
          return results.filter((result) => result !== null);
        },
        { durable },
      );
      this.#healthy = true;
      const events = done.flatMap((result) => result.events);
      if (durable) this.#safe();
      else this.#risk(events.length);
      this.#hub.publish(events);
      for (const { settle } of done) settle();
    } catch (thrown) {
      this.#healthy = false;
      // The commit itself failed, for example on a full disk: nothing of the group is stored.
      for (const { reject } of group) reject(thrown);
    }
  }

  /** A durable transaction brings what was stored before it to the disk, too. */
  #safe(): void {
    this.#atRisk = 0;
    if (this.#flushing !== null) clearTimeout(this.#flushing);
    this.#flushing = null;
  }

  #risk(events: number): void {
    this.#atRisk += events;
    this.#flushing ??= setTimeout(() => void this.#flush(), AT_RISK_MS);
  }

  async #flush(): Promise<void> {
    this.#safe();
    try {
      await this.#store.flush();
    } catch {
      this.#healthy = false;
      // The next transaction waits for the disk, and whoever asked for it hears when that fails again.
      this.#atRisk = MOST_AT_RISK;
    }
  }

  /** What an event means for the state that the store holds. */
  async #apply(tx: StoreWriter, pbx: string, at: number, event: CompanionEvent): Promise<void> {
    switch (event.type) {
      case 'account.status':
        return tx.putAccount({ pbx, user: event.user, status: event.status, updatedAt: at });
      case 'buddy.status': {
        const { user, buddy, status } = event;
        return tx.putBuddy({ pbx, user, buddy, fullname: null, status, updatedAt: at, listed: false });
      }
      case 'buddy.removed':
        return tx.removeBuddy(pbx, event.user, event.buddy);
      case 'chat':
        return this.#applyChat(tx, pbx, at, event);
      case 'call':
        return tx.putCall(event.call);
      case 'buddy.added':
      case 'buddy.changed':
      case 'chat.state':
      case 'account.balance':
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
    const base = { id: this.#newId(), pbx, user, peer, direction, text, at };
    const rest = { reason: null, expiresAt: null, group: null };
    const chat: ChatMessage =
      direction === 'in'
        ? { ...base, ...rest, state: null, origin: 'other' }
        : { ...base, ...rest, state: 'sent', origin: 'other' };
    await tx.insertChat(chat);
  }
}
