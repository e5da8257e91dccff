import { z } from 'zod';
import { CHAT_STATES, type ChatMessage } from '../../model/chat.ts';
import { isoTime } from '../../model/public-event.ts';
import type { SentChat } from '../../services/chats.ts';
import type { Conversation } from '../../store/port.ts';
import { named, time } from '../schemas.ts';

const chatFields = z.object({
  id: z.string(),
  user: z.string().describe('Account of ours'),
  peer: z.string(),
  direction: z.enum(['in', 'out']),
  text: z.string(),
  state: z.enum(CHAT_STATES).nullable().describe('State of sending; null for a received chat'),
  at: time.describe('When it was accepted or received'),
  origin: z.enum(['own', 'other']).describe('"other": seen going out, but not sent through this service'),
  reason: z.string().nullable().describe('Why it is rejected, unknown, expired or queued again'),
  expiresAt: time.nullable().describe('When it expires if it is still queued then'),
});

export const chatSchema = named('Chat', chatFields);

export const sentChatSchema = named(
  'SentChat',
  chatFields.extend({
    parts: z
      .array(chatSchema)
      .nullable()
      .describe('All chats that the text was cut into, in order, this one among them; null for a whole text'),
  }),
);

export const conversationSchema = named(
  'Conversation',
  z.object({
    user: z.string(),
    peer: z.string(),
    chats: z.number().int(),
    lastAt: time.nullable(),
    lastDirection: z.enum(['in', 'out']),
    lastText: z.string(),
  }),
);

export function publicChat(chat: ChatMessage): z.infer<typeof chatSchema> {
  const { pbx: _pbx, group: _group, at, expiresAt, ...rest } = chat;
  return { ...rest, at: isoTime(at) ?? '', expiresAt: isoTime(expiresAt) };
}

export function publicSent({
  chat,
  parts,
}: Pick<SentChat, 'chat' | 'parts'>): z.infer<typeof sentChatSchema> {
  return { ...publicChat(chat), parts: parts === null ? null : parts.map(publicChat) };
}

export function publicConversation({ lastAt, ...rest }: Conversation): z.infer<typeof conversationSchema> {
  return { ...rest, lastAt: isoTime(lastAt) };
}
