import type { RecordedEvent } from '../../model/events.ts';
import { standalone } from '../../model/text.ts';

/** What happened in a capture, in counts. */
export interface EventSummary {
  readonly events: number;
  /** The first and the last time, in milliseconds since the epoch; null for a capture without times. */
  readonly from: number | null;
  readonly to: number | null;
  readonly accounts: readonly AccountSummary[];
}

export interface AccountSummary {
  readonly user: string;
  /** The last one that was seen; null when none was. */
  readonly status: string | null;
  readonly received: number;
  readonly sent: number;
  readonly statusChanges: number;
  /** Buddies and the last status that was seen of them. */
  readonly buddies: Readonly<Record<string, string>>;
}

interface Tally {
  user: string;
  status: string | null;
  received: number;
  sent: number;
  statusChanges: number;
  buddies: Map<string, string>;
}

/** Counts events as they come; memory grows with accounts and buddies, not with events. */
export class SummaryCounter {
  #events = 0;
  #from: number | null = null;
  #to: number | null = null;
  readonly #words = new Map<string, string>();
  readonly #accounts = new Map<string, Tally>();

  add({ event, receivedAt }: RecordedEvent): void {
    this.#events += 1;
    if (receivedAt !== null) {
      this.#from = this.#from === null ? receivedAt : Math.min(this.#from, receivedAt);
      this.#to = this.#to === null ? receivedAt : Math.max(this.#to, receivedAt);
    }
    if (!('user' in event)) return;
    const tally = this.#tally(event.user);
    if (event.type === 'account.status') {
      tally.status = this.#word(event.status);
      tally.statusChanges += 1;
    } else if (event.type === 'buddy.status') {
      const status = this.#word(event.status);
      const known = tally.buddies.get(event.buddy);
      if (known !== status) {
        tally.buddies.set(known === undefined ? standalone(event.buddy) : event.buddy, status);
      }
    } else if (event.type === 'chat') {
      if (event.direction === 'in') tally.received += 1;
      else tally.sent += 1;
    }
  }

  result(): EventSummary {
    const accounts = [...this.#accounts.values()]
      .map(({ buddies, ...tally }) => ({ ...tally, buddies: Object.fromEntries([...buddies].sort()) }))
      .sort((a, b) => (a.user < b.user ? -1 : 1));
    return { events: this.#events, from: this.#from, to: this.#to, accounts };
  }

  /** One string for each status: those of all events would be many, and hold their messages. */
  #word(text: string): string {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    const word = standalone(text);
    this.#words.set(word, word);
    return word;
  }

  #tally(user: string): Tally {
    const found = this.#accounts.get(user.toLowerCase());
    if (found !== undefined) return found;
    const tally = {
      user: standalone(user),
      status: null,
      received: 0,
      sent: 0,
      statusChanges: 0,
      buddies: new Map(),
    };
    this.#accounts.set(user.toLowerCase(), tally);
    return tally;
  }
}
