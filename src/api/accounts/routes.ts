import { z } from 'zod';
import { isoTime } from '../../model/public-event.ts';
import type { AccountView } from '../../services/accounts.ts';
import type { Routes } from '../routes.ts';
import { listOf, time, userParams } from '../schemas.ts';

const accountSchema = z.object({
  user: z.string(),
  pbx: z.string(),
  status: z.string().describe('As the PBX says it, for example "Logged In"; "Unknown" before it was heard'),
  updatedAt: time.nullable(),
});

function publicAccount({ updatedAt, ...account }: AccountView): z.infer<typeof accountSchema> {
  return { ...account, updatedAt: isoTime(updatedAt) };
}

export const accountRoutes: Routes = (server, { accounts }) => {
  server.get(
    '/accounts',
    { schema: { summary: 'List the accounts', response: { 200: listOf(accountSchema) } } },
    async () => ({ items: (await accounts.list()).map(publicAccount), next: null }),
  );
  server.get(
    '/accounts/:user',
    { schema: { summary: 'Show an account', params: userParams, response: { 200: accountSchema } } },
    async (request) => publicAccount(await accounts.show(request.params.user)),
  );
};
