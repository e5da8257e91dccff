import { z } from 'zod';
import { isoTime } from '../../model/public-event.ts';
import type { TokenRow } from '../../store/port.ts';
import type { Routes } from '../routes.ts';
import { listOf, millis, moment, named, time } from '../schemas.ts';

const tokenSchema = named(
  'Token',
  z.object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    accounts: z.array(z.string()).describe('Patterns of account names'),
    createdAt: time.nullable(),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable().describe('To the minute'),
  }),
);
const createdSchema = named(
  'CreatedToken',
  tokenSchema.extend({ token: z.string().describe('The secret itself, shown only here') }),
);

function publicToken(row: TokenRow): z.infer<typeof tokenSchema> {
  const { hash: _, createdAt, expiresAt, lastUsedAt, scopes, accounts, ...rest } = row;
  return {
    ...rest,
    scopes: [...scopes],
    accounts: [...accounts],
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(expiresAt),
    lastUsedAt: isoTime(lastUsedAt),
  };
}

export const tokenRoutes: Routes = (server, { tokens }) => {
  server.get(
    '/tokens',
    {
      schema: {
        operationId: 'listTokens',
        summary: 'List the tokens',
        tags: ['tokens'],
        response: { 200: listOf(tokenSchema) },
      },
    },
    async () => ({ items: (await tokens.list()).map(publicToken), next: null }),
  );
  server.post(
    '/tokens',
    {
      schema: {
        operationId: 'createToken',
        summary: 'Make a token',
        tags: ['tokens'],
        body: z.strictObject({
          name: z.string().min(1).max(100).describe('Who will use it'),
          scopes: z
            .array(z.string())
            .min(1)
            .optional()
            .describe('For example ["chat:send"]; all when absent'),
          accounts: z
            .array(z.string())
            .min(1)
            .optional()
            .describe('For example ["sales_*"]; all when absent'),
          expiresAt: moment('When it ends'),
        }),
        response: { 201: createdSchema },
      },
    },
    async (request, reply) => {
      const { expiresAt, ...rest } = request.body;
      const { token, row } = await tokens.create({ ...rest, expiresAt: millis(expiresAt) });
      return reply.status(201).send({ ...publicToken(row), token });
    },
  );
  server.delete(
    '/tokens/:id',
    {
      schema: {
        operationId: 'revokeToken',
        summary: 'Revoke a token',
        tags: ['tokens'],
        params: z.object({ id: z.string().max(64) }),
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await tokens.revoke(request.params.id);
      return reply.status(204).send();
    },
  );
};
