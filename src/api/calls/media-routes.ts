import { z } from 'zod';
import { publicCall } from '../../model/public-event.ts';
import type { Routes } from '../routes.ts';
import { ownAccounts, reachedCall } from './guard.ts';
import { callParams, callSchema, side } from './schema.ts';

const tags = ['calls'];

const holdSchema = z
  .strictObject({ musicClass: z.string().min(1).max(64).optional().describe('Class of musiconhold.conf') })
  .nullish();
const sideSchema = (preset: 'agent' | 'skype') => z.strictObject({ side: side.default(preset) }).nullish();
const playbackParams = callParams.extend({ playback: z.string().min(1).max(64) });

/** What the sides hear: hold, mute, digits, playback, recording. */
export const mediaRoutes: Routes = (server, { calls }) => {
  const { operations } = calls;
  const order = (
    path: string,
    operationId: string,
    summary: string,
    work: (id: string) => Promise<Parameters<typeof publicCall>[0]>,
  ) =>
    server.post(
      `/calls/:id/${path}`,
      {
        config: ownAccounts,
        schema: { operationId, summary, tags, params: callParams, response: { 200: callSchema } },
      },
      async (request) => publicCall(await work((await reachedCall(calls, request)).id)),
    );
  server.post(
    '/calls/:id/hold',
    {
      config: ownAccounts,
      schema: {
        operationId: 'holdCall',
        summary: 'Let the Skype side hear music instead of the agent',
        tags,
        params: callParams,
        body: holdSchema,
        response: { 200: callSchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      return publicCall(await operations.hold(id, request.body?.musicClass ?? null));
    },
  );
  order('unhold', 'unholdCall', 'Join the sides again', (id) => operations.unhold(id));
  for (const [path, operationId, on, summary] of [
    ['mute', 'muteSide', true, 'Let the other side not hear this one'],
    ['unmute', 'unmuteSide', false, 'Let the other side hear this one again'],
  ] as const) {
    server.post(
      `/calls/:id/${path}`,
      {
        config: ownAccounts,
        schema: {
          operationId,
          summary,
          tags,
          params: callParams,
          body: sideSchema('agent'),
          response: { 200: callSchema },
        },
      },
      async (request) => {
        const { id } = await reachedCall(calls, request);
        return publicCall(await operations.mute(id, request.body?.side ?? 'agent', on));
      },
    );
  }
  server.post(
    '/calls/:id/dtmf',
    {
      config: ownAccounts,
      schema: {
        operationId: 'sendDigits',
        summary: 'Send digits to a side',
        tags,
        params: callParams,
        body: z.strictObject({ digits: z.string().min(1).max(64), side: side.default('skype') }),
        response: { 200: callSchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      return publicCall(await operations.dtmf(id, request.body.side, request.body.digits));
    },
  );
  server.post(
    '/calls/:id/playbacks',
    {
      config: ownAccounts,
      schema: {
        operationId: 'startPlayback',
        summary: 'Play a sound to one side or both',
        tags,
        params: callParams,
        body: z.strictObject({
          media: z
            .string()
            .min(1)
            .max(128)
            .describe('sound:hello-world, recording:NAME, digits:12, tone:ring'),
          side: z.enum(['agent', 'skype', 'both']).default('both'),
        }),
        response: { 201: z.object({ id: z.string() }) },
      },
    },
    async (request, reply) => {
      const { id } = await reachedCall(calls, request);
      const { side: target, media } = request.body;
      return reply.status(201).send({ id: await operations.play(id, target, media) });
    },
  );
  server.delete(
    '/calls/:id/playbacks/:playback',
    {
      config: ownAccounts,
      schema: {
        operationId: 'stopPlayback',
        summary: 'Stop a playback',
        tags,
        params: playbackParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = await reachedCall(calls, request);
      await operations.stopPlayback(id, request.params.playback);
      return reply.status(204).send(null);
    },
  );
  server.post(
    '/calls/:id/recording',
    {
      config: ownAccounts,
      schema: {
        operationId: 'startRecording',
        summary: 'Record what both sides say',
        tags,
        params: callParams,
        body: z
          .strictObject({ format: z.enum(['wav', 'gsm', 'ulaw', 'alaw', 'sln']).default('wav') })
          .nullish(),
        response: { 200: callSchema },
      },
    },
    async (request) => {
      const { id } = await reachedCall(calls, request);
      return publicCall(await operations.startRecording(id, request.body?.format ?? 'wav'));
    },
  );
  order('recording/pause', 'pauseRecording', 'Pause the recording', (id) =>
    operations.controlRecording(id, 'pause'),
  );
  order('recording/resume', 'resumeRecording', 'Go on recording', (id) =>
    operations.controlRecording(id, 'resume'),
  );
  order('recording/stop', 'stopRecording', 'End the recording', (id) =>
    operations.controlRecording(id, 'stop'),
  );
  server.get(
    '/calls/:id/recording',
    {
      config: ownAccounts,
      schema: {
        operationId: 'downloadRecording',
        summary: 'Download the sound file of a recording that has ended',
        tags,
        params: callParams,
      },
    },
    async (request, reply) => {
      const { id } = await reachedCall(calls, request);
      const { format, file } = await operations.downloadRecording(id);
      return reply
        .type(format === 'wav' ? 'audio/wav' : 'application/octet-stream')
        .header('content-disposition', `attachment; filename="${id}.${format}"`)
        .send(file);
    },
  );
};
