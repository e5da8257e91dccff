import { z } from 'zod';
import { CHAT_STATES } from '../../model/chat.ts';
import type { Routes } from '../routes.ts';
import { cursor, limit, listOf, millis, moment, userParams } from '../schemas.ts';
import {
  chatSchema,
  conversationSchema,
  publicChat,
  publicConversation,
  publicSent,
  sentChatSchema,
} from './schema.ts';
import { chatSendRoutes } from './send.ts';

export const chatRoutes: Routes = (server, deps) => {
  const { chats } = deps;
  chatSendRoutes(server, deps);
  server.get(
    '/accounts/:user/chats',
    {
      schema: {
        operationId: 'listChats',
        summary: 'Read and search the chats of an account, newest first',
        tags: ['chats'],
        params: userParams,
        querystring: z.object({
          with: z.string().max(128).optional().describe('Only the conversation with this Skype name'),
          q: z
            .string()
            .max(200)
            .optional()
            .describe('Words of the text, each from its beginning; case and accents do not count'),
          direction: z.enum(['in', 'out']).optional(),
          state: z.enum(CHAT_STATES).optional(),
          since: moment('From this time on'),
          until: moment('Before this time'),
          limit,
          cursor,
        }),
        response: { 200: listOf(chatSchema) },
      },
    },
    async (request) => {
      const { with: peer, q: search, since, until, ...query } = request.query;
      const page = await chats.list({
        ...query,
        user: request.params.user,
        peer,
        search,
        since: millis(since),
        until: millis(until),
      });
      return { items: page.items.map(publicChat), next: page.next };
    },
  );
  server.get(
    '/accounts/:user/conversations',
    {
      schema: {
        operationId: 'listConversations',
        summary: 'List the conversations of an account, the latest first',
        tags: ['chats'],
        params: userParams,
        querystring: z.object({ limit, cursor }),
        response: { 200: listOf(conversationSchema) },
      },
    },
    async (request) => {
      const page = await chats.conversations({ ...request.query, user: request.params.user });
      return { items: page.items.map(publicConversation), next: page.next };
    },
  );
  server.get(
    '/chats/:id',
    {
      config: { checksAccounts: true },
      schema: {
        operationId: 'getChat',
        summary: 'Show a chat',
        tags: ['chats'],
        params: z.object({ id: z.string().max(64) }),
        response: { 200: sentChatSchema },
      },
    },
    async (request) => {
      const found = await chats.show(request.params.id);
      request.grant.check(found.chat.user);
      return publicSent(found);
    },
  );
};
