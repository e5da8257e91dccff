import { z } from 'zod';
import { CHAT_STATES, type ChatMessage } from '../../model/chat.ts';
import { isoTime } from '../../model/public-event.ts';
import { ChatService } from '../../services/chats.ts';
import type { Routes } from '../routes.ts';
import { listOf, time, userParams } from '../schemas.ts';

/** How long a send waits for its final state when the request does not say, in seconds. */
const DEFAULT_WAIT = 5;

const chatSchema = z.object({
  id: z.string(),
  user: z.string().describe('Account of ours'),
  peer: z.string(),
  direction: z.enum(['in', 'out']),
  text: z.string(),
  state: z.enum(CHAT_STATES).nullable().describe('State of sending; null for a received chat'),
  at: time.describe('When it was accepted or received'),
  origin: z.enum(['own', 'other']).describe('"other": seen going out, but not sent through this service'),
  reason: z.string().nullable().describe('Why it is rejected, unknown or still queued'),
});

function publicChat(chat: ChatMessage): z.infer<typeof chatSchema> {
  const { pbx: _, at, ...rest } = chat;
  return { ...rest, at: isoTime(at) ?? '' };
}

const sendSchema = z.strictObject({
  to: z.string().min(1).max(128).describe('Skype name or +number'),
  text: z.string().min(1).describe('Any text; newlines arrive as they are'),
});

export const chatRoutes: Routes = (server, { chats }) => {
  server.post(
    '/accounts/:user/chats',
    {
      schema: {
        summary: 'Send a chat',
        description:
          'Stored first, then sent. 201 when the state is final, 202 while it is queued or sending.',
        params: userParams,
        querystring: z.object({
          wait: z.coerce
            .number()
            .min(0)
            .max(60)
            .default(DEFAULT_WAIT)
            .describe('Seconds to wait for a final state'),
        }),
        body: sendSchema,
        response: { 201: chatSchema, 202: chatSchema },
      },
    },
    async (request, reply) => {
      const { to, text } = request.body;
      const chat = await chats.send(request.params.user, to, text, request.query.wait * 1000);
      return reply.status(ChatService.isSettled(chat) ? 201 : 202).send(publicChat(chat));
    },
  );
  server.get(
    '/accounts/:user/chats',
    {
      schema: {
        summary: 'Read the chats of an account, newest first',
        params: userParams,
        querystring: z.object({
          with: z.string().max(128).optional().describe('Only the conversation with this Skype name'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
          cursor: z.string().optional().describe('`next` of the page before'),
        }),
        response: { 200: listOf(chatSchema) },
      },
    },
    async (request) => {
      const { with: peer, limit, cursor } = request.query;
      const page = await chats.list({ user: request.params.user, peer, limit, cursor });
      return { items: page.items.map(publicChat), next: page.next };
    },
  );
};
