import { z } from 'zod';
import type { BuddyRow } from '../../store/port.ts';
import type { Routes } from '../routes.ts';
import { listOf, named, userParams } from '../schemas.ts';

const buddySchema = named(
  'Buddy',
  z.object({
    user: z.string(),
    buddy: z.string(),
    fullname: z.string().nullable(),
    status: z.string().describe('Presence as the PBX says it, for example "Online"'),
  }),
);
const profileSchema = named(
  'BuddyProfile',
  buddySchema.extend({
    profile: z
      .record(z.string(), z.string())
      .nullable()
      .describe('Lower-case properties of manual 3.5.5 as the PBX tells them now; null when it cannot'),
  }),
);
const buddyParams = userParams.extend({
  buddy: z.string().min(1).max(128).describe('Skype name or +number'),
});

function publicBuddy({ user, buddy, fullname, status }: BuddyRow): z.infer<typeof buddySchema> {
  return { user, buddy, fullname, status };
}

export const buddyRoutes: Routes = (server, { contacts }) => {
  server.get(
    '/accounts/:user/buddies',
    {
      schema: {
        operationId: 'listBuddies',
        summary: "List an account's buddies",
        description:
          'Requests of others to be added are answered by `auth_policy` of the account alone: the PBX has no event for them.',
        tags: ['buddies'],
        params: userParams,
        response: { 200: listOf(buddySchema) },
      },
    },
    async (request) => ({
      items: (await contacts.list(request.params.user)).map(publicBuddy),
      next: null,
    }),
  );
  server.get(
    '/accounts/:user/buddies/:buddy',
    {
      schema: {
        operationId: 'getBuddy',
        summary: 'Show a buddy with its profile',
        tags: ['buddies'],
        params: buddyParams,
        response: { 200: profileSchema },
      },
    },
    async (request) => {
      const { profile, ...row } = await contacts.show(request.params.user, request.params.buddy);
      return { ...publicBuddy(row), profile };
    },
  );
  server.post(
    '/accounts/:user/buddies',
    {
      schema: {
        operationId: 'addBuddy',
        summary: 'Add a buddy and ask it for authorisation',
        tags: ['buddies'],
        params: userParams,
        body: z.strictObject({
          buddy: z.string().min(1).max(128).describe('Skype name or +number'),
          authMessage: z
            .string()
            .max(1000)
            .optional()
            .describe('What the other side reads; also the password of `accept.<password>`'),
        }),
        response: { 201: buddySchema },
      },
    },
    async (request, reply) => {
      const { buddy, authMessage } = request.body;
      const row = await contacts.add(request.params.user, buddy, authMessage);
      return reply.status(201).send(publicBuddy(row));
    },
  );
  server.delete(
    '/accounts/:user/buddies/:buddy',
    {
      schema: {
        operationId: 'removeBuddy',
        summary: 'Remove a buddy',
        tags: ['buddies'],
        params: buddyParams,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await contacts.remove(request.params.user, request.params.buddy);
      return reply.status(204).send();
    },
  );
};
