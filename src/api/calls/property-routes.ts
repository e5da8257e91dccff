import { z } from 'zod';
import type { Routes } from '../routes.ts';
import { ownAccounts, reachedCall } from './guard.ts';
import { callParams } from './schema.ts';

const tags = ['calls'];
const params = callParams.extend({
  name: z.string().min(1).max(32).describe('Call property of manual 3.3.3: topic, token, skypename...'),
});
const propertySchema = z.object({ name: z.string(), value: z.string() });

/** Call properties of the driver; `topic` and `token` can be written, the others say who is at the other end. */
export const propertyRoutes: Routes = (server, { calls }) => {
  const { operations } = calls;
  server.get(
    '/calls/:id/properties/:name',
    {
      config: ownAccounts,
      schema: {
        operationId: 'getCallProperty',
        summary: 'Read a call property',
        tags,
        params,
        response: { 200: propertySchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      const { name } = request.params;
      return { name, value: await operations.getProperty(id, name) };
    },
  );
  server.put(
    '/calls/:id/properties/:name',
    {
      config: ownAccounts,
      schema: {
        operationId: 'setCallProperty',
        summary: 'Write topic or token',
        tags,
        params,
        body: z.strictObject({ value: z.string().max(500) }),
        response: { 200: propertySchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      const { name } = request.params;
      const { value } = request.body;
      await operations.setProperty(id, name, value);
      return { name, value };
    },
  );
};
