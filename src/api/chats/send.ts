import { z } from 'zod';
import { ChatService } from '../../services/chats.ts';
import type { Routes } from '../routes.ts';
import { userParams } from '../schemas.ts';
import { publicSent, sentChatSchema } from './schema.ts';

/** How long a send waits for its final state when the request does not say, in seconds. */
const DEFAULT_WAIT = 5;
const WEEK_SECONDS = 7 * 24 * 60 * 60;

const sendSchema = z.strictObject({
  to: z.string().min(1).max(128).describe('Skype name or +number'),
  text: z.string().min(1).describe('Any text; newlines arrive as they are'),
  split: z
    .boolean()
    .optional()
    .describe('Cut a text that is too long into several chats, between words where that is possible'),
  ttl: z
    .number()
    .int()
    .min(1)
    .max(WEEK_SECONDS)
    .optional()
    .describe('Seconds after which it expires if it is still queued; a day when absent'),
});

const wait = z.coerce
  .number()
  .min(0)
  .max(60)
  .default(DEFAULT_WAIT)
  .describe('Seconds to wait for a final state');

/** Sending, and what became of it. */
export const chatSendRoutes: Routes = (server, { chats }) => {
  server.post(
    '/accounts/:user/chats',
    {
      config: { scope: 'chat:send' },
      schema: {
        operationId: 'sendChat',
        summary: 'Send a chat',
        description:
          'Stored first, then sent, in order within a conversation. 201 when the state is final, 202 while it is queued or sending. The same Idempotency-Key and body give the same chat for as long as it is kept.',
        tags: ['chats'],
        params: userParams,
        headers: z.object({
          'idempotency-key': z
            .string()
            .regex(/^[!-~]{1,255}$/, '1 to 255 printable ASCII characters without blanks')
            .optional()
            .describe('A name of your own for this request, for example a UUID'),
        }),
        querystring: z.object({ wait }),
        body: sendSchema,
        response: { 201: sentChatSchema, 202: sentChatSchema },
      },
    },
    async (request, reply) => {
      const sent = await chats.send(
        { ...request.body, user: request.params.user, key: request.headers['idempotency-key'] },
        request.query.wait * 1000,
      );
      if (sent.replayed) reply.header('idempotent-replayed', 'true');
      return reply
        .status(ChatService.isSettled(sent) ? 201 : 202)
        .header('location', `/v1/chats/${sent.chat.id}`)
        .send(publicSent(sent));
    },
  );
  server.post(
    '/chats/:id/resolve',
    {
      config: { scope: 'chat:send', checksAccounts: true },
      schema: {
        operationId: 'resolveChat',
        summary: 'Tell what became of a chat that is unknown',
        description:
          '`sent` and `rejected` are what a person found out; `queued` sends it again, which may send it twice.',
        tags: ['chats'],
        params: z.object({ id: z.string().max(64) }),
        body: z.strictObject({ state: z.enum(['sent', 'rejected', 'queued']) }),
        response: { 200: sentChatSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      request.grant.check((await chats.show(id)).chat.user);
      await chats.resolve(id, request.body.state, request.grant.name);
      return publicSent(await chats.show(id));
    },
  );
};
