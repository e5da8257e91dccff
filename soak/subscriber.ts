/**
 * A subscriber as a process of its own: `node soak/subscriber.ts URL TOKEN`. Follows all events from the
 * first one and comes back with Last-Event-ID whenever it is cut. Any message asks for what it got.
 */
import { setTimeout } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { type Received, tell } from './setup.ts';

const [url = '', token = ''] = process.argv.slice(2);
const events: Received[] = [];
process.on('message', () => tell({ kind: 'received', events }));
process.on('disconnect', () => process.exit());

while (true) {
  try {
    await follow(events.at(-1)?.seq ?? 0);
  } catch {
    // The service was killed: that is the test.
  }
  await setTimeout(20);
}

async function follow(after: number): Promise<void> {
  const response = await fetch(`${url}/v1/events`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': String(after) },
  });
  if (!response.ok || response.body === null) throw new Error(`answered with ${response.status}`);
  const parser = createParser({
    onEvent: ({ id, data }) => events.push({ seq: Number(id), data }),
  });
  const decoder = new TextDecoder();
  for await (const chunk of response.body) parser.feed(decoder.decode(chunk, { stream: true }));
}
