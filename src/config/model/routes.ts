import { z } from 'zod';
import { DIAGNOSTIC_CODES as CODES } from '../diagnostic.ts';
import { confText, flag, integer, listOf, matching, orEmptyMapping } from '../yaml/scalars.ts';
import { lint } from './lint.ts';
import {
  accountName,
  contextName,
  dialplanSkypeName,
  dialString,
  extension,
  extensionOrPattern,
} from './names.ts';

const DIAL_RULE = 'a device such as PJSIP/shoe-phone, or a list of devices that ring together';

/** Name of a Stasis application, the form that the service's own setting has. */
const application = () =>
  matching(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'the name of a Stasis application, such as sfa');

const continuation = z
  .preprocess(
    (value) => (typeof value === 'string' ? { context: value } : value),
    z.strictObject(
      {
        context: contextName(),
        exten: extension().optional().describe('Extension in that context; the dialled one when absent.'),
      },
      { error: 'a context, or { context, exten }' },
    ),
  )
  .meta({ alsoText: true });

const incoming = z.strictObject({
  user: accountName().describe('The account that is called.'),
  app: application()
    .optional()
    .describe('Stasis application that gets the call first, with the arguments incoming,ACCOUNT.'),
  dial: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), listOf(dialString(), DIAL_RULE))
    .optional()
    .meta({ alsoText: true })
    .describe('Devices that ring together.'),
  timeout: integer(1, 86_400).optional().describe('Seconds to ring.'),
  continue: continuation
    .optional()
    .describe("Where the call goes when nobody answered: a context of the operator's dialplan."),
  context: contextName()
    .optional()
    .describe('The generated context; `skype-in-` and the context of the user when absent.'),
  lint,
});

/** Room for `exten => EXTEN,n,Set(SKYPE_CALL_PROPERTY(topic)=)` with the longest extension. */
const PROPERTY_RESERVED = 150;

const callProperty = () =>
  confText({ reserved: PROPERTY_RESERVED }).superRefine((value, context) => {
    if (!/\$[{[]/.test(value)) return;
    context.addIssue({
      code: 'custom',
      message: 'text without ${ and $[, which Asterisk expands and knows no escape for',
      params: { code: CODES.EXPANSION },
    });
  });

const outgoing = z.strictObject({
  context: contextName().describe('The generated context that takes these calls.'),
  exten: extensionOrPattern().describe('What is dialled: an extension or a pattern.'),
  originator: accountName().describe('The account that places the call.'),
  to: dialplanSkypeName().optional().describe('The Skype name or +number that is called.'),
  strip: integer(0, 79)
    .optional()
    .describe('SkypeOut: leading characters of the dialled extension that are not part of the number.'),
  topic: callProperty().optional().describe('The call topic that the callee sees.'),
  token: callProperty().optional().describe('Access token: who knows it can call in to the call.'),
  lint,
});

const transfer = z
  .union(
    [
      z.strictObject({
        context: contextName().optional().describe('Name of the context; skype-transfer when absent.'),
      }),
      flag(),
    ],
    { error: 'yes, no or { context }' },
  )
  .optional()
  .describe(
    'A context that transfers an incoming Skype call; there when a route has `app`, unless this says no.',
  );

/** Where the dialplan's part of calls goes. */
export const routesSchema = orEmptyMapping(
  z.strictObject({
    incoming: z
      .array(incoming, { error: 'a list of { user, dial, timeout }' })
      .optional()
      .describe('What becomes of calls from Skype.'),
    outgoing: z
      .array(outgoing, { error: 'a list of { context, exten, originator, to or strip, topic }' })
      .optional()
      .describe('Calls to Skype.'),
    transfer,
  }),
);

export type IncomingRoute = z.output<typeof incoming>;
export type OutgoingRoute = z.output<typeof outgoing>;
type RawRoutes = z.output<typeof routesSchema>;

/** The name of the context for transfers where the model gives none. */
export const DEFAULT_TRANSFER_CONTEXT = 'skype-transfer';

/** The routes with their defaults; `transfer` is the name of the context, null for none. */
export function routesOf(routes: RawRoutes | undefined) {
  const incomingRoutes = routes?.incoming ?? [];
  const wanted = routes?.transfer ?? incomingRoutes.some(({ app }) => app !== undefined);
  const named = typeof wanted === 'object' ? wanted.context : undefined;
  return {
    incoming: incomingRoutes,
    outgoing: routes?.outgoing ?? [],
    transfer: wanted === false ? null : (named ?? DEFAULT_TRANSFER_CONTEXT),
  };
}
