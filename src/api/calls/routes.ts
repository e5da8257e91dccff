import { z } from 'zod';
import { publicCall } from '../../model/public-event.ts';
import type { Routes } from '../routes.ts';
import { cursor, limit, listOf, named } from '../schemas.ts';
import { ownAccounts, reachedCall } from './guard.ts';
import { mediaRoutes } from './media-routes.ts';
import { propertyRoutes } from './property-routes.ts';
import { callParams, callSchema, startHeaders, startSchema } from './schema.ts';
import { transferRoutes } from './transfer-routes.ts';

const tags = ['calls'];

const channelsSchema = named(
  'CallCapabilities',
  z.object({
    pbx: z.string(),
    control: z.enum(['ari', 'ami']).describe('How calls are controlled'),
    cannot: z.array(z.string()).describe('What that way cannot do'),
    channels: z
      .object({ used: z.number().int(), limit: z.number().int().nullable() })
      .describe('Licensed Skype channels; the limit is null when nobody said'),
  }),
);

/** Calls: begin, list, show, hang up. What is done with a living call stands in the files beside this. */
export const callRoutes: Routes = (server, deps) => {
  const { calls } = deps;
  server.post(
    '/calls',
    {
      config: ownAccounts,
      schema: {
        operationId: 'startCall',
        summary: 'Call a Skype user and join an agent',
        description: 'Rings one side, then the other, and joins them when both have answered.',
        tags,
        headers: startHeaders,
        body: startSchema,
        response: { 201: callSchema },
      },
    },
    async (request, reply) => {
      request.grant.check(request.body.from);
      const key = request.headers['idempotency-key'] ?? null;
      return reply.status(201).send(publicCall(await calls.start(request.body, key)));
    },
  );
  server.get(
    '/calls',
    {
      config: ownAccounts,
      schema: {
        operationId: 'listCalls',
        summary: 'List calls, newest first',
        tags,
        description: 'A page of a token that does not reach all accounts may hold less than the limit.',
        querystring: z.object({
          active: z.stringbool().optional().describe('Only calls that have not ended, or only the others'),
          limit,
          cursor,
        }),
        response: { 200: listOf(callSchema) },
      },
    },
    async (request) => {
      const { items, next } = await calls.list(request.query);
      return { items: items.filter(({ user }) => request.grant.reaches(user)).map(publicCall), next };
    },
  );
  server.get(
    '/calls/capabilities',
    {
      schema: {
        operationId: 'listCallCapabilities',
        summary: 'What calls of each PBX can do, and its licensed channels',
        tags,
        response: { 200: listOf(channelsSchema) },
      },
    },
    async () => {
      const usage = new Map(calls.usage().map(({ pbx, used, limit }) => [pbx, { used, limit }]));
      const items = calls.capabilities().map(({ cannot, ...rest }) => ({
        ...rest,
        cannot: [...cannot],
        channels: usage.get(rest.pbx) ?? { used: 0, limit: null },
      }));
      return { items, next: null };
    },
  );
  server.get(
    '/calls/:id',
    {
      config: ownAccounts,
      schema: {
        operationId: 'getCall',
        summary: 'Show a call',
        tags,
        params: callParams,
        response: { 200: callSchema },
      },
    },
    async (request) => publicCall(await reachedCall(calls, request)),
  );
  server.delete(
    '/calls/:id',
    {
      config: ownAccounts,
      schema: {
        operationId: 'endCall',
        summary: 'Hang up both sides',
        tags,
        params: callParams,
        response: { 200: callSchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      return publicCall(await calls.end(id));
    },
  );
  mediaRoutes(server, deps);
  transferRoutes(server, deps);
  propertyRoutes(server, deps);
};
