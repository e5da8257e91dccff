import { z } from 'zod';
import { listOf, named } from '../schemas.ts';

const diagnosticSchema = named(
  'Diagnostic',
  z.object({
    pbx: z.string().nullable().describe('The PBX whose model it is about; null for the settings'),
    inForce: z
      .boolean()
      .describe('False for a model that was read and refused: the one before stays in force'),
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
    key: z.string().describe('Dotted path of the key'),
    message: z.string().describe('What was found and what is allowed; never a secret'),
    severity: z.enum(['error', 'warning']),
    code: z.string().describe('Stable code; docs/lint.md explains SFA2xx'),
    suggestion: z.string().optional(),
  }),
);

export const diagnosticList = listOf(diagnosticSchema);

const names = z.array(z.string()).readonly();

const accountPlan = z
  .object({
    status: z.string().nullable().describe('Null when the driver has no such account'),
    login: z.enum(['in', 'off']).nullable(),
    set: z
      .array(
        z.object({
          property: z.string(),
          from: z.string().nullable().describe('Null when it cannot be read'),
          to: z.string(),
        }),
      )
      .readonly(),
    add: names.describe('Buddies to add'),
    remove: names.describe('Buddies to remove, where the settings say reconcile.prune'),
    strangers: names.describe('Buddies that the model does not name, and that stay'),
  })
  .describe('What would change about one account');

export const planList = listOf(
  named(
    'Plan',
    z.object({
      pbx: z.string(),
      files: z
        .array(
          z.object({
            name: z.string(),
            action: z.enum(['create', 'replace', 'keep']),
            ownership: z.enum(['intact', 'edited', 'foreign']).nullable(),
            effective: z.boolean().describe('False when only comments differ'),
            diff: z.string().describe('Unified diff, secrets masked'),
          }),
        )
        .readonly()
        .nullable(),
      loadOnly: names.nullable().describe('Changed options that a reload leaves alone'),
      filesReason: z.string().nullable().describe('Why there is no plan of the files'),
      live: z
        .array(
          z.object({
            user: z.string(),
            plan: accountPlan.nullable(),
            error: z.string().nullable().describe('Why it could not be looked at'),
          }),
        )
        .readonly()
        .nullable(),
      liveReason: z.string().nullable().describe('Why there is no plan of the live accounts'),
    }),
  ),
);
