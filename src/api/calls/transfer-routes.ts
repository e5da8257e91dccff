import { z } from 'zod';
import { publicCall } from '../../model/public-event.ts';
import type { Routes } from '../routes.ts';
import { ownAccounts, reachedCall } from './guard.ts';
import { agentField, callParams, callSchema, timeoutField } from './schema.ts';

const tags = ['calls'];

const targetSchema = z.union(
  [
    z.strictObject({
      extension: z.string().min(1).max(64).describe('Where the Skype side goes on in the dialplan'),
      context: z.string().min(1).max(64).optional().describe('One that the settings allow'),
    }),
    z.strictObject({
      skype: z.string().min(1).max(128).describe('Skype name or +number; incoming calls only'),
      topic: z.string().max(500).optional(),
    }),
  ],
  { error: 'either { extension, context } or { skype, topic }' },
);

const consultSchema = z.strictObject({ agent: agentField, timeout: timeoutField });

/** Sending the Skype side elsewhere: at once (blind), or after a word with whoever takes it (attended). */
export const transferRoutes: Routes = (server, { calls }) => {
  const { operations } = calls;
  server.post(
    '/calls/:id/transfer',
    {
      config: ownAccounts,
      schema: {
        operationId: 'transferCall',
        summary: 'Send the Skype side to an extension or a Skype name, and hang up the agent',
        description: 'To a Skype name only incoming Skype calls can go; others answer 409.',
        tags,
        params: callParams,
        body: targetSchema,
        response: { 200: callSchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      return publicCall(await operations.transfer(id, request.body));
    },
  );
  server.post(
    '/calls/:id/consultation',
    {
      config: ownAccounts,
      schema: {
        operationId: 'startConsultation',
        summary: 'Begin an attended transfer: the Skype side waits while the agent talks to another one',
        tags,
        params: callParams,
        body: consultSchema,
        response: { 200: callSchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      return publicCall(await operations.consult(id, request.body.agent, request.body.timeout));
    },
  );
  server.post(
    '/calls/:id/consultation/complete',
    {
      config: ownAccounts,
      schema: {
        operationId: 'completeConsultation',
        summary: 'The consulted agent takes the call over',
        tags,
        params: callParams,
        response: { 200: callSchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      return publicCall(await operations.completeTransfer(id));
    },
  );
  server.delete(
    '/calls/:id/consultation',
    {
      config: ownAccounts,
      schema: {
        operationId: 'cancelConsultation',
        summary: 'End the consultation; the agent has the Skype side again',
        tags,
        params: callParams,
        response: { 200: callSchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      return publicCall(await operations.cancelConsult(id));
    },
  );
};
