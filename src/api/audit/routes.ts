import { z } from 'zod';
import { isoTime } from '../../model/public-event.ts';
import type { Routes } from '../routes.ts';
import { cursor, limit, listOf, named, time } from '../schemas.ts';

const auditSchema = named(
  'AuditEntry',
  z.object({
    at: time.nullable(),
    actor: z.string().describe('Name of the token'),
    action: z.string(),
    target: z.string(),
    status: z.number().int().describe('HTTP status of the answer'),
    requestId: z.string(),
  }),
);

export const auditRoutes: Routes = (server, { audit }) => {
  server.get(
    '/audit',
    {
      schema: {
        operationId: 'listAudit',
        summary: 'Read who changed what, newest first',
        tags: ['audit'],
        querystring: z.object({ limit, cursor }),
        response: { 200: listOf(auditSchema) },
      },
    },
    async (request) => {
      const page = await audit.page(request.query);
      return {
        items: page.items.map(({ n: _, at, ...row }) => ({ ...row, at: isoTime(at) })),
        next: page.next,
      };
    },
  );
};
