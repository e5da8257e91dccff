import { z } from 'zod';
import { PRESENCE_STATES } from '../../model/presence.ts';
import { isoTime } from '../../model/public-event.ts';
import type { Routes } from '../routes.ts';
import { cursor, limit, listOf, millis, moment, named, time, userParams } from '../schemas.ts';

const presenceSchema = named(
  'Presence',
  z.object({
    user: z.string(),
    buddy: z.string(),
    fullname: z.string().nullable(),
    status: z.string().describe('As Skype says it'),
    state: z.enum(PRESENCE_STATES).describe('As the PBX says it: the presence table of the settings'),
    at: time.nullable().describe('Since when, or when it was last confirmed'),
  }),
);
const changeSchema = named(
  'PresenceChange',
  presenceSchema.omit({ fullname: true }).extend({ seq: z.number().int().describe('Number of the event') }),
);

export const presenceRoutes: Routes = (server, { presence }) => {
  server.get(
    '/accounts/:user/presence',
    {
      schema: {
        operationId: 'listPresence',
        summary: 'Who is there now',
        tags: ['presence'],
        params: userParams,
        response: { 200: listOf(presenceSchema) },
      },
    },
    async (request) => {
      const found = await presence.now(request.params.user);
      return {
        items: found.map(({ updatedAt, ...rest }) => ({ ...rest, at: isoTime(updatedAt) })),
        next: null,
      };
    },
  );
  server.get(
    '/accounts/:user/presence/history',
    {
      schema: {
        operationId: 'listPresenceHistory',
        summary: 'How presence changed, newest first',
        tags: ['presence'],
        params: userParams,
        querystring: z.object({
          buddy: z.string().max(128).optional().describe('Only this buddy'),
          since: moment('From this time on'),
          until: moment('Before this time'),
          limit,
          cursor,
        }),
        response: { 200: listOf(changeSchema) },
      },
    },
    async (request) => {
      const { since, until, ...query } = request.query;
      const { user } = request.params;
      const page = await presence.history({
        ...query,
        user,
        since: millis(since),
        until: millis(until),
      });
      return {
        items: page.items.flatMap(({ seq, receivedAt, event }) =>
          event.type === 'buddy.status'
            ? [
                {
                  seq,
                  user: event.user,
                  buddy: event.buddy,
                  status: event.status,
                  state: presence.stateOf(event.status),
                  at: isoTime(receivedAt),
                },
              ]
            : [],
        ),
        next: page.next,
      };
    },
  );
};
