import { Readable } from 'node:stream';
import { z } from 'zod';
import { CompanionError } from '../../model/errors.ts';
import type { RecordedEvent } from '../../model/events.ts';
import { publicEvent } from '../../model/public-event.ts';
import type { Routes } from '../routes.ts';

/** One event of a stream, as the HTML standard prints it. */
function printEvent(recorded: RecordedEvent): string {
  return `id: ${recorded.seq}\nevent: ${recorded.event.type}\ndata: ${JSON.stringify(publicEvent(recorded))}\n\n`;
}

async function* print(events: AsyncIterable<RecordedEvent>): AsyncGenerator<string, void, void> {
  // A comment at once: the client sees the headers before the first event.
  yield ': connected\n\n';
  for await (const event of events) yield printEvent(event);
}

export const eventRoutes: Routes = (server, { hub, stopping }) => {
  server.get(
    '/events',
    {
      schema: {
        summary: 'Follow all events (Server-Sent Events)',
        description: 'Begins with the next event, or behind the one that Last-Event-ID or `after` names.',
        headers: z.looseObject({ 'last-event-id': z.string().optional() }),
        querystring: z.object({
          after: z.string().optional().describe('Like Last-Event-ID, for clients that cannot send it'),
        }),
      },
    },
    async (request, reply) => {
      const after = request.headers['last-event-id'] ?? request.query.after;
      if (after !== undefined && !/^[0-9]{1,15}$/.test(after)) {
        throw new CompanionError(
          'REQUEST_INVALID',
          'Last-Event-ID: a number that an event of this stream gave is allowed',
          {
            field: 'Last-Event-ID',
          },
        );
      }
      const left = new AbortController();
      request.raw.once('close', () => left.abort());
      const events = hub.follow(
        after === undefined ? hub.lastSeq : Number(after),
        AbortSignal.any([left.signal, stopping]),
      );
      return reply
        .header('content-type', 'text/event-stream')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(print(events)));
    },
  );
};
