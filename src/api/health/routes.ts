import { z } from 'zod';
import type { Routes } from '../server.ts';

const pbxSchema = z.object({
  pbx: z.string(),
  ami: z.string().describe('State of the manager connection; "ready" when usable'),
  ari: z.boolean().nullable().describe('Whether ARI is connected; null when the PBX has none'),
});

const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  pbxs: z.array(pbxSchema),
});

export type Health = z.infer<typeof healthSchema>;

export const healthRoutes: Routes = (server, { health }) => {
  server.get(
    '/healthz',
    { schema: { summary: 'Whether the service lives', response: { 200: healthSchema } } },
    async () => health(),
  );
  server.get(
    '/readyz',
    { schema: { summary: 'Whether every PBX is ready', response: { 200: healthSchema, 503: healthSchema } } },
    async (_request, reply) => {
      const found = health();
      return reply.status(found.status === 'ok' ? 200 : 503).send(found);
    },
  );
};
