import { z } from 'zod';
import { CompanionError } from '../../model/errors.ts';
import { pbxSchema } from '../health/schema.ts';
import type { Routes } from '../routes.ts';
import { listOf, named } from '../schemas.ts';

const schema = named(
  'Pbx',
  pbxSchema.extend({
    reason: z.string().nullable().describe('Why the manager connection is not ready; null while it is'),
    code: z.string().nullable().describe('The code of the reason, of the catalogue of errors'),
    ariReason: z
      .string()
      .nullable()
      .describe('Why ARI is not connected; null while it is, and for a PBX without ARI'),
    driver: z
      .enum(['loaded', 'absent', 'unknown'])
      .nullable()
      .describe('Whether chan_skype is there, as found at the last login; null before it'),
    denied: z
      .array(z.object({ action: z.string(), right: z.string() }))
      .describe('Actions that the manager user may not use, with the right that manager.conf has to give'),
  }),
);

export const pbxRoutes: Routes = (server, { pbxs }) => {
  server.get(
    '/pbxs',
    {
      schema: {
        operationId: 'listPbxs',
        summary: 'List the PBXs and how they stand',
        tags: ['pbxs'],
        response: { 200: listOf(schema) },
      },
    },
    async () => ({ items: [...pbxs()], next: null }),
  );
  server.get(
    '/pbxs/:pbx',
    {
      schema: {
        operationId: 'getPbx',
        summary: 'Show a PBX',
        tags: ['pbxs'],
        params: z.object({ pbx: z.string().max(64) }),
        response: { 200: schema },
      },
    },
    async (request) => {
      const { pbx } = request.params;
      const found = pbxs().find((candidate) => candidate.pbx === pbx);
      if (found === undefined) {
        throw new CompanionError('PBX_UNKNOWN', `the settings name no PBX "${pbx}"`, { pbx });
      }
      return found;
    },
  );
};
