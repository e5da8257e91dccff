import type { ChatMessage } from '../src/model/chat.ts';
import type { RecordedEvent } from '../src/model/events.ts';
import { publicEvent } from '../src/model/public-event.ts';
import { SKIPPED_SEQS } from '../src/services/recorder.ts';
import type { Acknowledged } from './sender.ts';
import type { Arrived, Received } from './setup.ts';

/** Everything that was counted, from all sides. */
export interface Counts {
  /** How often the service was killed. */
  readonly kills: number;
  /** Chats that people wrote, numbered from 1 in one row. */
  readonly written: number;
  /** Chats that the simulated PBX got from the service, in order. */
  readonly arrived: readonly Arrived[];
  readonly acknowledged: readonly Acknowledged[];
  /** All stored events, in order. */
  readonly stored: readonly RecordedEvent[];
  /** Stored own chats by id. */
  readonly chats: ReadonlyMap<string, ChatMessage>;
  readonly received: readonly Received[];
}

export interface Verdict {
  /** What went wrong; empty when nothing did. */
  readonly faults: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Holds the counts against each other. */
export function judge(counts: Counts): Verdict {
  const faults: string[] = [];
  const incoming = judgeIncoming(counts, faults);
  judgeSubscriber(counts, faults);
  const outgoing = judgeOutgoing(counts, faults);
  return {
    faults,
    figures: {
      events: counts.stored.length,
      ...incoming,
      acknowledged: counts.acknowledged.length,
      ...outgoing,
    },
  };
}

/** What people wrote is stored once and in order; what is missing lies within an announced gap. */
function judgeIncoming({ written, stored }: Counts, faults: string[]): Record<string, number> {
  let last = 0;
  let gapSince = true;
  let found = 0;
  let gaps = 0;
  for (const { seq, event } of stored) {
    if (event.type === 'gap') {
      gaps += 1;
      gapSince = true;
    }
    if (event.type !== 'chat' || event.direction !== 'in') continue;
    const number = Number(event.text.slice('in-'.length));
    if (number <= last) faults.push(`event ${seq}: ${event.text} behind in-${last}`);
    if (number > last + 1 && !gapSince)
      faults.push(`in-${last + 1} to in-${number - 1} are lost without a gap`);
    last = number;
    gapSince = false;
    found += 1;
  }
  if (last < written) faults.push(`in-${last + 1} to in-${written} are lost at the end`);
  return { written, stored: found, missedInGaps: written - found, gaps };
}

/** The subscriber got exactly what is stored, once and in order. */
function judgeSubscriber({ kills, stored, received }: Counts, faults: string[]): void {
  stored.forEach((event, index) => {
    const before = stored[index - 1]?.seq ?? 0;
    // A start after a kill skips numbers, all starts together no more than this; a lost event is one number.
    if ((event.seq - before - 1) % SKIPPED_SEQS !== 0)
      faults.push(`event ${event.seq} comes behind ${before}`);
    const got = received[index];
    if (got?.seq !== event.seq) faults.push(`the subscriber got ${got?.seq} in the place of ${event.seq}`);
    else if (got.data !== JSON.stringify(publicEvent(event))) faults.push(`event ${event.seq} differs`);
  });
  const skipped = (stored.at(-1)?.seq ?? 0) - stored.length;
  if (skipped > kills * SKIPPED_SEQS) faults.push(`${skipped} numbers are missing after ${kills} kills`);
  if (received.length !== stored.length) {
    faults.push(`${stored.length} events are stored, ${received.length} were received`);
  }
}

/** Every acknowledged chat is known; `sent` arrived exactly once, `unknown` at most once, in order. */
function judgeOutgoing({ arrived, acknowledged, chats }: Counts, faults: string[]): Record<string, number> {
  const times = Map.groupBy(arrived, ({ text }) => text);
  let sent = 0;
  let unknown = 0;
  for (const { id, text } of acknowledged) {
    const chat = chats.get(id);
    const count = times.get(text)?.length ?? 0;
    if (chat === undefined) faults.push(`the acknowledged chat "${text}" is gone`);
    else if (chat.state === 'sent' && count === 1) sent += 1;
    else if (chat.state === 'unknown' && count <= 1) unknown += 1;
    else faults.push(`"${text}" is ${chat.state} and arrived ${count} times`);
  }
  for (const [conversation, texts] of Map.groupBy(arrived, ({ user, to }) => `${user} ${to}`)) {
    const numbers = texts.map(({ text }) => Number(text.slice(conversation.length + 1)));
    const wrong = numbers.findIndex((number, index) => number <= (numbers[index - 1] ?? 0));
    if (wrong !== -1) faults.push(`${conversation}: number ${numbers[wrong]} is out of order`);
  }
  return { sent, unknown, arrived: arrived.length };
}
