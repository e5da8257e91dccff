import type { Writable } from 'node:stream';
import type { RecordedEvent } from '../../model/events.ts';
import { publicEvent } from '../../model/public-event.ts';
import type { EventHub } from '../../services/hub.ts';

export interface StreamOptions {
  /** Events behind this number are sent. */
  readonly after: number;
  readonly wants: (event: RecordedEvent) => boolean;
  readonly heartbeatMs: number;
  /** Cut after this time in which nothing could be written. */
  readonly slowMs: number;
  readonly signal: AbortSignal;
}

/** Each event is printed once for all its subscribers. */
const printed = new WeakMap<RecordedEvent, string>();

function printEvent(recorded: RecordedEvent): string {
  const known = printed.get(recorded);
  if (known !== undefined) return known;
  const text = `id: ${recorded.seq}\nevent: ${recorded.event.type}\ndata: ${JSON.stringify(publicEvent(recorded))}\n\n`;
  printed.set(recorded, text);
  return text;
}

/**
 * Writes events to one subscriber as the HTML standard prints them, a page at a time. A subscriber that
 * takes nothing for a while is cut: it comes back with Last-Event-ID and misses nothing, for everything
 * that it has not got is in the store. Returns when it left or was cut.
 */
export async function streamEvents(hub: EventHub, to: Writable, options: StreamOptions): Promise<void> {
  const { after, wants, heartbeatMs, slowMs, signal } = options;
  // At once: the client sees the headers before the first event.
  to.write(': connected\n\n');
  const heartbeat = setInterval(() => {
    if (!to.writableNeedDrain) to.write(': alive\n\n');
  }, heartbeatMs);
  try {
    for await (const page of hub.pages(after, signal)) {
      const text = page.filter(wants).map(printEvent).join('');
      if (text === '' || to.write(text)) continue;
      if (!(await drained(to, slowMs, signal))) return;
    }
  } finally {
    clearInterval(heartbeat);
  }
}

/** Whether a full pipe took something in time. */
function drained(to: Writable, withinMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (went: boolean) => {
      clearTimeout(timer);
      to.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
      resolve(went);
    };
    const onDrain = () => done(true);
    const onAbort = () => done(false);
    const timer = setTimeout(() => done(false), withinMs);
    to.once('drain', onDrain);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
