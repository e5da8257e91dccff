import { z } from 'zod';
import { CompanionError } from '../../model/errors.ts';
import { accountOf, EVENT_TYPES, type EventType, type RecordedEvent } from '../../model/events.ts';
import { publicEvent } from '../../model/public-event.ts';
import { nameKey } from '../../model/skype-name.ts';
import type { Grant } from '../../services/scopes.ts';
import type { Routes } from '../routes.ts';
import { cursor, limit, listOf, millis, moment, named, time } from '../schemas.ts';
import { streamEvents } from './stream.ts';

const eventSchema = named(
  'Event',
  z.looseObject({
    seq: z.number().int(),
    at: time.nullable(),
    pbx: z.string(),
    type: z.enum(EVENT_TYPES),
  }),
);

const types = z
  .string()
  .optional()
  .transform((text, context): EventType[] | undefined => {
    if (text === undefined) return undefined;
    const words = text.split(',');
    const known = words.flatMap((word) => EVENT_TYPES.filter((type) => type === word));
    if (known.length === words.length) return known;
    context.addIssue({ code: 'custom', message: `${EVENT_TYPES.join(', ')}, separated by commas` });
    return z.NEVER;
  })
  .describe(`Only these, separated by commas: ${EVENT_TYPES.join(', ')}`);
const user = z.string().max(64).optional().describe('Only events of this account');

/** What a subscriber gets: its filters, within the accounts that its token reaches. Gaps concern everybody. */
function filterOf(grant: Grant, query: { user?: string | undefined; type?: EventType[] | undefined }) {
  const key = query.user === undefined ? null : nameKey(query.user);
  return ({ event }: RecordedEvent): boolean => {
    if (query.type !== undefined && !query.type.includes(event.type)) return false;
    const account = accountOf(event);
    return account === null || ((key === null || nameKey(account) === key) && grant.reaches(account));
  };
}

function afterOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new CompanionError(
    'REQUEST_INVALID',
    'Last-Event-ID: a number that an event of this stream gave is allowed',
    { field: 'Last-Event-ID' },
  );
}

export const eventRoutes: Routes = (server, { hub, history, stopping, limits }) => {
  server.get(
    '/events',
    {
      config: { checksAccounts: true },
      schema: {
        operationId: 'followEvents',
        summary: 'Follow all events (Server-Sent Events)',
        description:
          'Begins with the next event, or behind the one that Last-Event-ID or `after` names. A subscriber that takes nothing for a while is cut and resumes the same way.',
        tags: ['events'],
        response: {
          200: {
            description: 'Server-Sent Events: `id` is `seq`, `event` the type, `data` an Event as JSON',
            content: { 'text/event-stream': { schema: eventSchema } },
          },
        },
        headers: z.looseObject({ 'last-event-id': z.string().optional() }),
        querystring: z.object({
          after: z.string().optional().describe('Like Last-Event-ID, for clients that cannot send it'),
          user,
          type: types,
        }),
      },
    },
    async (request, reply) => {
      const after = afterOf(request.headers['last-event-id'] ?? request.query.after) ?? hub.lastSeq;
      const wants = filterOf(request.grant, request.query);
      const left = new AbortController();
      const { raw } = reply.hijack();
      raw.once('close', () => left.abort());
      raw.on('error', () => left.abort());
      raw.writeHead(200, {
        ...Object.fromEntries(Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined)),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      await streamEvents(hub, raw, {
        after,
        wants,
        heartbeatMs: limits.heartbeatMs,
        slowMs: limits.slowSubscriberMs,
        signal: AbortSignal.any([left.signal, stopping]),
      });
      // A slow one would never see a proper end.
      if (raw.writableNeedDrain) raw.destroy();
      else raw.end();
    },
  );
  server.get(
    '/events/history',
    {
      config: { checksAccounts: true },
      schema: {
        operationId: 'listEvents',
        summary: 'Read stored events, newest first',
        tags: ['events'],
        querystring: z.object({
          user,
          type: types,
          since: moment('From this time on'),
          until: moment('Before this time'),
          limit,
          cursor,
        }),
        response: { 200: listOf(eventSchema) },
      },
    },
    async (request) => {
      const { since, until, type, ...query } = request.query;
      const page = await history.events({
        ...query,
        types: type,
        since: millis(since),
        until: millis(until),
      });
      const wants = filterOf(request.grant, {});
      return { items: page.items.filter(wants).map(publicEvent), next: page.next };
    },
  );
};
