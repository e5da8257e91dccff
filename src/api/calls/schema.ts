import { z } from 'zod';
import { CALL_ENDERS, CALL_STATES, RECORDING_STATES, SIDES } from '../../model/call.ts';
import { named, time } from '../schemas.ts';

export const side = z.enum(SIDES);

const recordingSchema = z.object({
  name: z.string().describe('Name of the file on the PBX'),
  format: z.string(),
  state: z.enum(RECORDING_STATES),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  seconds: z.number().nullable(),
});

export const callSchema = named(
  'Call',
  z.object({
    id: z.string(),
    pbx: z.string(),
    user: z.string().describe('Account of ours'),
    peer: z.string(),
    agent: z.string().describe("Dial string of the agent's phone; empty while nobody was chosen"),
    direction: z.enum(['in', 'out']),
    state: z.enum(CALL_STATES),
    topic: z.string().nullable(),
    startedAt: time.nullable(),
    answeredAt: time.nullable(),
    endedAt: time.nullable(),
    cause: z.string().nullable().describe('Why it ended, for example "hangup" or "busy"'),
    endedBy: z.enum(CALL_ENDERS).nullable(),
    first: side.describe('The side that rang first'),
    callerId: z.string().nullable(),
    control: z.enum(['ari', 'ami']),
    muted: z.array(side),
    recording: recordingSchema.nullable(),
    consulting: z.string().nullable().describe('Dial string of the agent who is consulted'),
    transferredTo: z.string().nullable(),
    caller: z
      .object({
        number: z.string(),
        name: z.string(),
        properties: z.record(z.string(), z.string()).describe('Call properties of manual 3.3.3'),
      })
      .nullable()
      .describe('Who calls; of incoming calls'),
    targetIdentity: z.string().nullable().describe('The SkypeIn number that was dialled'),
  }),
);

export const callParams = z.object({ id: z.string().min(1).max(64) });

export const agentField = z
  .string()
  .min(1)
  .max(128)
  .describe("Dial string of the agent's phone, of the settings' allow-list: PJSIP/shoe-phone");

export const timeoutField = z
  .number()
  .int()
  .min(1)
  .max(600)
  .optional()
  .describe('Seconds that a side may ring');

export const startSchema = z.strictObject({
  from: z.string().min(1).max(64).describe('Account that calls'),
  to: z.string().min(1).max(128).describe('Skype name or +number'),
  agent: agentField,
  first: side.optional().describe('The side that rings first; the agent when left out'),
  topic: z.string().max(500).optional().describe('Topic that the called person sees'),
  token: z.string().max(500).optional().describe('Text that the driver keeps with the call'),
  callerId: z.string().max(128).optional().describe('What the sides are shown: "Name" <number>'),
  timeout: timeoutField,
  record: z.boolean().optional().describe('Record from the moment both sides are joined'),
  variables: z
    .record(z.string(), z.string().max(1000))
    .optional()
    .describe('Channel variables of both legs: plain names, no functions'),
});

export const startHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The same key with the same body gives the same call again'),
});
