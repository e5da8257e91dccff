import { z } from 'zod';
import type { SkypeName } from '../../model/skype-name.ts';
import { oneOf, orEmptyMapping } from '../yaml/scalars.ts';
import { lint } from './lint.ts';
import { type ManagerUser, managersSchema } from './manager.ts';
import { accountName, contextName, dialplanSkypeName, extension } from './names.ts';
import { GENERAL_OPTIONS, shapeOf, USER_OPTIONS } from './options.ts';
import { routesOf, routesSchema } from './routes.ts';
import { defaultsSchema, type UserOptions, userSchema, withDefaults } from './user.ts';

export type { ManagerUser } from './manager.ts';
export type { IncomingRoute, OutgoingRoute } from './routes.ts';
export type { Buddy, Profile, Variable } from './user.ts';

const hint = z.strictObject({
  exten: extension().describe('Extension whose hint this is.'),
  user: accountName().describe('The account that looks.'),
  buddy: dialplanSkypeName().describe('Whose presence is shown.'),
  context: contextName().optional().describe('The generated context; that of all hints when absent.'),
  lint,
});

const hints = z.strictObject({
  context: contextName().optional().describe('The generated context of hints; skype-hints when absent.'),
  extra: z
    .array(hint, { error: 'a list of { exten, user, buddy }' })
    .optional()
    .describe('Hints beside those of buddies.'),
  lint,
});

/** The document before the parts are put together; what `sfa schema` describes. */
export const documentSchema = z.strictObject({
  version: oneOf(['1']).describe('Version of this format.'),
  general: orEmptyMapping(z.strictObject({ ...shapeOf(GENERAL_OPTIONS), lint }))
    .optional()
    .describe('The section [general] of chan_skype.conf.'),
  defaults: orEmptyMapping(defaultsSchema)
    .optional()
    .describe('What all accounts share unless they say otherwise.'),
  users: orEmptyMapping(z.record(accountName(), orEmptyMapping(userSchema)))
    .optional()
    .describe('The accounts; more may stand in users/*.yaml beside this file.'),
  hints: orEmptyMapping(hints).optional().describe('Presence of Skype users for phones.'),
  routes: routesSchema.optional().describe('Calls from and to Skype.'),
  manager: managersSchema.optional().describe('Users of manager_skype.conf.'),
  lint,
});

/** The provisioning model of one PBX, for a document that was read without types. */
export const modelSchema = documentSchema.transform((model) => ({
  version: 1 as const,
  general: model.general ?? {},
  // A list in place of a mapping: names are data, and no name can be mistaken for a method.
  users: Object.entries(model.users ?? {}).map(
    ([name, user]): ModelUser => ({ name: name as SkypeName, ...withDefaults(user, model.defaults) }),
  ),
  hints: { context: model.hints?.context ?? DEFAULT_HINTS_CONTEXT, extra: model.hints?.extra ?? [] },
  routes: routesOf(model.routes),
  managers: Object.entries(model.manager ?? {}).map(([name, rest]): ManagerUser => ({ name, ...rest })),
}));

/** Where hints go when the model names no context. */
export const DEFAULT_HINTS_CONTEXT = 'skype-hints';

/** An account with what `defaults:` adds. */
export type ModelUser = { readonly name: SkypeName } & UserOptions;
export type ProvisioningModel = z.output<typeof modelSchema>;
export type HintEntry = z.output<typeof hint>;

/** The generated context that takes the calls of an incoming route. */
export function incomingContext(userContext: string | undefined, routeContext: string | undefined): string {
  return routeContext ?? `skype-in-${userContext ?? USER_OPTIONS.context.default}`;
}
