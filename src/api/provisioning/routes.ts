import type { Routes } from '../routes.ts';
import { diagnosticList, planList } from './schema.ts';

/** Read-only: what is wrong with the models, and what would change. Changes are made by `sfa apply`. */
export const provisioningRoutes: Routes = (server, { provisioning }) => {
  server.get(
    '/provisioning/diagnostics',
    {
      schema: {
        operationId: 'listDiagnostics',
        summary: 'List what is wrong with the models',
        tags: ['provisioning'],
        response: { 200: diagnosticList },
      },
    },
    async () => ({ items: provisioning.diagnostics(), next: null }),
  );
  server.get(
    '/provisioning/plan',
    {
      schema: {
        operationId: 'getPlan',
        summary: 'Show what would change in files and live accounts',
        tags: ['provisioning'],
        response: { 200: planList },
      },
    },
    async () => ({ items: await provisioning.plan(), next: null }),
  );
};
