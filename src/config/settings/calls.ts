import { z } from 'zod';
import {
  DIAL_PATTERN_RULE,
  DIAL_STRING_RULE,
  isDialPattern,
  isDialString,
  matchesDialPattern,
} from '../../model/dial-string.ts';
import { nameKey } from '../../model/skype-name.ts';
import type { KeyPath } from '../diagnostic.ts';
import { accountName, contextName, extension } from '../model/names.ts';
import type { ProvisioningModel } from '../model/schema.ts';
import { integer, listOf, matching, oneOf } from '../yaml/scalars.ts';

/** What holds where `pbxs.NAME.calls` says nothing: devices of this PBX, and nothing that leads elsewhere. */
export const CALL_DEFAULTS = {
  agents: ['PJSIP/*', 'SIP/*', 'IAX2/*'],
  /** Never called, whatever the settings say (EULA of Skype for Asterisk, section 4). */
  emergency: ['000', '110', '111', '112', '113', '115', '117', '118', '119', '911', '999'],
  first: 'agent',
  ringSeconds: 30,
  transferContexts: ['default'],
} as const;

const device = () => matching(isDialString, DIAL_STRING_RULE);

const incoming = z.strictObject({
  agents: z
    .record(accountName(), device())
    .optional()
    .describe("Accounts of the model, and the agent's phone that rings for each."),
  continue: z
    .strictObject({
      context: contextName(),
      exten: extension().optional().describe('s when absent.'),
    })
    .optional()
    .describe('Where a call goes on that nobody takes; behind its Stasis() line when absent.'),
});

/** What calls of a PBX may do, for a document that was read without types. */
export const callsSchema = z.strictObject({
  agents: listOf(matching(isDialPattern, DIAL_PATTERN_RULE), 'a list of dial strings such as PJSIP/*')
    .optional()
    .describe(`Dial strings that calls may ring; ${CALL_DEFAULTS.agents.join(', ')} when absent.`),
  emergency: listOf(matching(/^\d{2,15}$/, 'a number of 2 to 15 digits'), 'a list of numbers')
    .optional()
    .describe(`More numbers that are never called, besides ${CALL_DEFAULTS.emergency.join(', ')}.`),
  first: oneOf(['agent', 'skype'])
    .optional()
    .describe('The side that rings first when a request does not say; agent when absent.'),
  ring_seconds: integer(1, 600).optional().describe('How long a side rings; 30 when absent.'),
  transfer_contexts: listOf(contextName(), 'a list of contexts')
    .optional()
    .describe('Contexts that a blind transfer may go to, the usual one first; default when absent.'),
  channels: integer(0, 100_000)
    .optional()
    .describe('Licensed Skype channels: calls beyond them are refused. Not counted when absent.'),
  incoming: incoming.optional().describe('Calls from Skype that reach the Stasis application.'),
});

export type RawCalls = z.output<typeof callsSchema>;

/** What calls of a PBX may do. */
export interface CallSettings {
  readonly agents: readonly string[];
  readonly emergency: readonly string[];
  readonly first: 'agent' | 'skype';
  readonly ringSeconds: number;
  readonly transferContexts: readonly string[];
  /** The generated context for transfers to a Skype name; null without one. */
  readonly skypeTransferContext: string | null;
  /** Null when the settings do not say. */
  readonly channels: number | null;
  readonly incoming: {
    /** Dial strings by the names of accounts in lower case. */
    readonly agents: ReadonlyMap<string, string>;
    readonly fallback: { readonly context: string; readonly extension: string } | null;
  };
}

/**
 * Fills in the defaults.
 *
 * @param refuse told about agents of accounts that the model does not have, and agents that `agents` does not
 *   allow, with the place below `calls`.
 */
export function callSettings(
  raw: RawCalls,
  { users, routes }: Pick<ProvisioningModel, 'users' | 'routes'>,
  refuse: (path: KeyPath, message: string) => void,
): CallSettings {
  const { emergency = [], first, ring_seconds, transfer_contexts, channels, incoming: calls } = raw;
  const agents = raw.agents ?? CALL_DEFAULTS.agents;
  const known = new Set(users.map(({ name }) => nameKey(name)));
  for (const [user, agent] of Object.entries(calls?.agents ?? {})) {
    const path = ['incoming', 'agents', user];
    if (!known.has(nameKey(user))) refuse(path, `found ${user}, allowed: an account of the model`);
    if (!agents.some((pattern) => matchesDialPattern(pattern, agent))) {
      refuse(path, `found ${agent}, allowed: what calls.agents allows (${agents.join(', ')})`);
    }
  }
  const next = calls?.continue;
  return {
    agents,
    emergency: [...new Set([...CALL_DEFAULTS.emergency, ...emergency])],
    first: first ?? CALL_DEFAULTS.first,
    ringSeconds: ring_seconds ?? CALL_DEFAULTS.ringSeconds,
    transferContexts: transfer_contexts ?? CALL_DEFAULTS.transferContexts,
    skypeTransferContext: routes.transfer,
    channels: channels ?? null,
    incoming: {
      agents: new Map(Object.entries(calls?.agents ?? {}).map(([user, agent]) => [nameKey(user), agent])),
      fallback: next === undefined ? null : { context: next.context, extension: next.exten ?? 's' },
    },
  };
}
