import { z } from 'zod';
import { CALL_STATES } from '../../model/events.ts';
import { publicCall } from '../../model/public-event.ts';
import type { Routes } from '../routes.ts';
import { listOf, time } from '../schemas.ts';

const callSchema = z.object({
  id: z.string(),
  pbx: z.string(),
  user: z.string().describe('Account of ours'),
  peer: z.string(),
  agent: z.string().describe("Dial string of the agent's phone"),
  direction: z.enum(['in', 'out']),
  state: z.enum(CALL_STATES),
  topic: z.string().nullable(),
  startedAt: time.nullable(),
  answeredAt: time.nullable(),
  endedAt: time.nullable(),
  cause: z.string().nullable().describe('Why it ended, for example "hangup" or "busy"'),
});

const callParams = z.object({ id: z.string().max(64) });

const startSchema = z.strictObject({
  from: z.string().min(1).max(64).describe('Account that calls'),
  to: z.string().min(1).max(128).describe('Skype name or +number'),
  agent: z
    .string()
    .min(1)
    .max(128)
    .describe("Dial string of the agent's phone, which rings first: PJSIP/shoe-phone"),
  topic: z.string().max(500).optional().describe('Topic that the called person sees'),
});

export const callRoutes: Routes = (server, { calls }) => {
  server.post(
    '/calls',
    {
      schema: {
        summary: 'Call a Skype user and join an agent',
        body: startSchema,
        response: { 201: callSchema },
      },
    },
    async (request, reply) => reply.status(201).send(publicCall(await calls.start(request.body))),
  );
  server.get(
    '/calls',
    {
      schema: {
        summary: 'List calls, newest first',
        querystring: z.object({ active: z.stringbool().optional() }),
        response: { 200: listOf(callSchema) },
      },
    },
    async (request) => {
      const { active } = request.query;
      const found = await calls.list(active === undefined ? {} : { active });
      return { items: found.map(publicCall), next: null };
    },
  );
  server.get(
    '/calls/:id',
    { schema: { summary: 'Show a call', params: callParams, response: { 200: callSchema } } },
    async (request) => publicCall(await calls.show(request.params.id)),
  );
  server.delete(
    '/calls/:id',
    { schema: { summary: 'Hang up both sides', params: callParams, response: { 200: callSchema } } },
    async (request) => publicCall(await calls.end(request.params.id)),
  );
};
