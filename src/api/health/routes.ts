import type { Routes } from '../routes.ts';
import { healthSchema } from './schema.ts';

export const healthRoutes: Routes = (server, { health }) => {
  server.get(
    '/healthz',
    {
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the service lives',
        tags: ['operation'],
        response: { 200: healthSchema },
      },
    },
    async () => health(),
  );
  server.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether every PBX is ready',
        tags: ['operation'],
        response: { 200: healthSchema, 503: healthSchema },
      },
    },
    async (_request, reply) => {
      const found = health();
      return reply.status(found.status === 'ok' ? 200 : 503).send(found);
    },
  );
};
