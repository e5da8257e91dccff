import { z } from 'zod';
import { publicEvent } from '../../model/public-event.ts';
import { chatSchema, publicChat } from '../chats/schema.ts';
import type { Routes } from '../routes.ts';
import { named } from '../schemas.ts';

const params = z.object({ person: z.string().min(1).max(128).describe('Skype name or +number') });

const exportSchema = named(
  'PersonExport',
  z.object({
    person: z.string(),
    chats: z.array(chatSchema),
    events: z.array(z.looseObject({ seq: z.number().int(), type: z.string() })),
  }),
);
const erasedSchema = named(
  'Erased',
  z.object({
    chats: z.number().int(),
    events: z.number().int(),
    buddies: z.number().int(),
    calls: z.number().int(),
  }),
);

export const privacyRoutes: Routes = (server, { privacy }) => {
  server.get(
    '/privacy/:person',
    {
      schema: {
        operationId: 'exportPerson',
        summary: 'Export everything that is kept about a person',
        tags: ['privacy'],
        params,
        response: { 200: exportSchema },
      },
    },
    async (request) => {
      const { person, chats, events } = await privacy.exportPerson(request.params.person);
      return { person, chats: chats.map(publicChat), events: events.map(publicEvent) };
    },
  );
  server.delete(
    '/privacy/:person',
    {
      schema: {
        operationId: 'erasePerson',
        summary: 'Erase everything that is kept about a person',
        description: 'Buddies that are still on a list of the PBX come back with its next reading.',
        tags: ['privacy'],
        params,
        response: { 200: erasedSchema },
      },
    },
    async (request) => privacy.erasePerson(request.params.person),
  );
};
