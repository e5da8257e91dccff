import type { Routes } from '../routes.ts';

export const metricsRoutes: Routes = (server, { metrics }) => {
  server.get(
    '/metrics',
    { schema: { operationId: 'getMetrics', summary: 'Figures for Prometheus', tags: ['operation'] } },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
};
