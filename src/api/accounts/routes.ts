import { z } from 'zod';
import { isoTime } from '../../model/public-event.ts';
import { RO_ACCOUNT_PROPERTIES, RW_ACCOUNT_PROPERTIES } from '../../model/status.ts';
import type { AccountView } from '../../services/accounts.ts';
import type { Routes } from '../routes.ts';
import { listOf, named, time, userParams } from '../schemas.ts';

const accountSchema = named(
  'Account',
  z.object({
    user: z.string(),
    pbx: z.string(),
    status: z.string().describe('As the PBX says it, for example "Logged In"; "Unknown" before it was heard'),
    updatedAt: time.nullable(),
  }),
);

const writable = Object.fromEntries(
  RW_ACCOUNT_PROPERTIES.map((name) => [name, z.string().max(1000).optional()]),
) as Record<(typeof RW_ACCOUNT_PROPERTIES)[number], z.ZodOptional<z.ZodString>>;
const readable = Object.fromEntries(
  RO_ACCOUNT_PROPERTIES.map((name) => [name, z.string().optional()]),
) as Record<(typeof RO_ACCOUNT_PROPERTIES)[number], z.ZodOptional<z.ZodString>>;

const propertiesSchema = named(
  'AccountProperties',
  z
    .object({ ...writable, ...readable })
    .describe('Properties of manual 3.3.4 under their names there; one that is not set is empty'),
);
const changeSchema = z.strictObject(writable);

function publicAccount({ updatedAt, ...account }: AccountView): z.infer<typeof accountSchema> {
  return { ...account, updatedAt: isoTime(updatedAt) };
}

export const accountRoutes: Routes = (server, { accounts }) => {
  server.get(
    '/accounts',
    {
      config: { checksAccounts: true },
      schema: {
        operationId: 'listAccounts',
        summary: 'List the accounts',
        tags: ['accounts'],
        response: { 200: listOf(accountSchema) },
      },
    },
    async (request) => {
      const found = (await accounts.list()).filter(({ user }) => request.grant.reaches(user));
      return { items: found.map(publicAccount), next: null };
    },
  );
  server.get(
    '/accounts/:user',
    {
      schema: {
        operationId: 'getAccount',
        summary: 'Show an account',
        tags: ['accounts'],
        params: userParams,
        response: { 200: accountSchema },
      },
    },
    async (request) => publicAccount(await accounts.show(request.params.user)),
  );
  server.post(
    '/accounts/:user/login',
    {
      schema: {
        operationId: 'loginAccount',
        summary: 'Log an account in',
        description: 'Answers when the PBX shows it as logged in, or with how it stands after 20 seconds.',
        tags: ['accounts'],
        params: userParams,
        response: { 200: accountSchema },
      },
    },
    async (request) => publicAccount(await accounts.login(request.params.user)),
  );
  server.post(
    '/accounts/:user/logoff',
    {
      schema: {
        operationId: 'logoffAccount',
        summary: 'Log an account off',
        tags: ['accounts'],
        params: userParams,
        response: { 200: accountSchema },
      },
    },
    async (request) => publicAccount(await accounts.logoff(request.params.user)),
  );
  server.get(
    '/accounts/:user/properties',
    {
      schema: {
        operationId: 'getAccountProperties',
        summary: 'Read the properties of an account from the PBX',
        tags: ['accounts'],
        params: userParams,
        response: { 200: propertiesSchema },
      },
    },
    async (request) => accounts.properties(request.params.user),
  );
  server.patch(
    '/accounts/:user/properties',
    {
      schema: {
        operationId: 'setAccountProperties',
        summary: 'Set properties of an account',
        description: 'An empty text clears a property. What the PBX holds afterwards is returned.',
        tags: ['accounts'],
        params: userParams,
        body: changeSchema,
        response: { 200: propertiesSchema },
      },
    },
    async (request) => {
      const given = Object.entries(request.body).filter(([, value]) => value !== undefined);
      return accounts.setProperties(request.params.user, Object.fromEntries(given));
    },
  );
};
