import { z } from 'zod';
import type { Routes } from '../routes.ts';
import { listOf, userParams } from '../schemas.ts';

const buddySchema = z.object({
  user: z.string(),
  buddy: z.string(),
  fullname: z.string().nullable(),
  status: z.string().describe('Presence as the PBX says it, for example "Online"'),
});

export const buddyRoutes: Routes = (server, { accounts }) => {
  server.get(
    '/accounts/:user/buddies',
    {
      schema: {
        summary: "List an account's buddies",
        params: userParams,
        response: { 200: listOf(buddySchema) },
      },
    },
    async (request) => {
      const rows = await accounts.buddies(request.params.user);
      return {
        items: rows.map(({ user, buddy, fullname, status }) => ({ user, buddy, fullname, status })),
        next: null,
      };
    },
  );
};
