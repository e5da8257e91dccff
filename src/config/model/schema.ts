import { z } from 'zod';
import type { SkypeName } from '../../model/skype-name.ts';
import { AVAILABILITIES, RO_ACCOUNT_PROPERTIES } from '../../model/status.ts';
import { utf8Length } from '../../model/text.ts';
import { DIAGNOSTIC_CODES as CODES } from '../diagnostic.ts';
import { confText, integer, listOf, matching, oneOf, orEmptyMapping } from '../yaml/scalars.ts';
import {
  accountName,
  contextName,
  date,
  dialplanSkypeName,
  dialString,
  extension,
  extensionOrPattern,
  skypeName,
} from './names.ts';
import { GENERAL_OPTIONS, shapeOf, USER_OPTIONS } from './options.ts';

/** Longest header line that Asterisk 22 takes over AMI, CRLF not counted (seen). */
const MAX_AMI_LINE_BYTES = 1022;

/** Text that one AMI header carries; `escaped` where Asterisk splits the value like arguments. */
function amiText(prefix: string, { escaped = false }: { readonly escaped?: boolean } = {}) {
  const room = MAX_AMI_LINE_BYTES - utf8Length(prefix);
  return confText().superRefine((value, context) => {
    const bytes = utf8Length(escaped ? value.replace(/[\\",]/g, '\\$&') : value);
    if (bytes <= room) return;
    context.addIssue({
      code: 'custom',
      message: `at most ${room}, which is what an AMI header carries`,
      params: { found: `${bytes} bytes`, code: CODES.TOO_LONG },
    });
  });
}

const property = (name: string) => amiText(`Variable: ${name}=`, { escaped: true }).optional();

/** Account properties that are kept true over AMI (manual 3.3.4); `status` is what login and logoff do. */
const profile = z.strictObject({
  fullname: property('fullname'),
  country: property('country'),
  province: property('province'),
  city: property('city'),
  phone_home: property('phone_home'),
  phone_office: property('phone_office'),
  phone_mobile: property('phone_mobile'),
  email: property('email'),
  homepage: property('homepage'),
  about: property('about'),
  birthday: date().optional(),
  gender: oneOf(['1', '2']).optional(),
  mood_text: property('mood_text'),
  availability: oneOf(AVAILABILITIES).optional(),
});

const buddy = z.strictObject({
  auth_message: amiText('AuthMsg: ').optional(),
  hint: extension().optional(),
});

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,79}(?:\([A-Za-z0-9_,.:-]{1,99}\))?$/;
const READ_ONLY = new RegExp(
  `^SKYPE_ACCOUNT_PROPERTY\\((?:[^)]*,)?(?:${RO_ACCOUNT_PROPERTIES.join('|')})\\)$`,
  'i',
);

const variableName = () =>
  matching(
    (text) => VARIABLE.test(text) && !READ_ONLY.test(text),
    'a channel variable or FUNCTION(argument) that can be written',
  );

/** Room for the longest `setvar = NAME(argument)=` in front of a value. */
const SETVAR_RESERVED = 200;

const user = z.strictObject({
  ...shapeOf(USER_OPTIONS),
  setvar: orEmptyMapping(z.record(variableName(), confText({ reserved: SETVAR_RESERVED, mayBeEmpty: true })))
    .transform((map) => Object.entries(map).map(([name, value]): Variable => ({ name, value })))
    .optional()
    .describe('Variables set on every channel of the account (manual 3.3.3, 3.3.4).'),
  profile: orEmptyMapping(profile).optional().describe('Account properties that are kept true over AMI.'),
  buddies: orEmptyMapping(z.record(skypeName(), orEmptyMapping(buddy)))
    .transform((map) =>
      Object.entries(map).map(([name, rest]): Buddy => ({ name: name as SkypeName, ...rest })),
    )
    .optional()
    .describe('The buddy list that is kept true over AMI.'),
});

const hint = z.strictObject({ exten: extension(), user: accountName(), buddy: dialplanSkypeName() });

const hints = z.strictObject({
  context: contextName().optional(),
  extra: z.array(hint, { error: 'a list of { exten, user, buddy }' }).optional(),
});

const DIAL_RULE = 'a device such as PJSIP/shoe-phone, or a list of devices that ring together';

const incoming = z.strictObject({
  user: accountName(),
  dial: z.preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    listOf(dialString(), DIAL_RULE),
  ),
  timeout: integer(1, 86_400).optional().describe('Seconds to ring.'),
  context: contextName()
    .optional()
    .describe('The generated context; `skype-in-` and the context of the user when absent.'),
});

/** Room for `exten => EXTEN,n,Set(SKYPE_CALL_PROPERTY(topic)=)` with the longest extension. */
const TOPIC_RESERVED = 150;

const topic = () =>
  confText({ reserved: TOPIC_RESERVED }).superRefine((value, context) => {
    if (!/\$[{[]/.test(value)) return;
    context.addIssue({
      code: 'custom',
      message: 'text without ${ and $[, which Asterisk expands and knows no escape for',
      params: { code: CODES.EXPANSION },
    });
  });

const outgoing = z.strictObject({
  context: contextName(),
  exten: extensionOrPattern(),
  originator: accountName(),
  to: dialplanSkypeName().optional().describe('The Skype name or +number that is called.'),
  strip: integer(0, 79)
    .optional()
    .describe('SkypeOut: leading characters of the dialled extension that are not part of the number.'),
  topic: topic().optional().describe('The call topic that the callee sees.'),
});

const routes = z.strictObject({
  incoming: z.array(incoming, { error: 'a list of { user, dial, timeout }' }).optional(),
  outgoing: z
    .array(outgoing, { error: 'a list of { context, exten, originator, to or strip, topic }' })
    .optional(),
});

/** The provisioning model of one PBX, for a document that was read without types. */
export const modelSchema = z
  .strictObject({
    version: oneOf(['1']),
    general: orEmptyMapping(z.strictObject(shapeOf(GENERAL_OPTIONS))).optional(),
    users: orEmptyMapping(z.record(accountName(), orEmptyMapping(user))).optional(),
    hints: orEmptyMapping(hints).optional(),
    routes: orEmptyMapping(routes).optional(),
  })
  .transform((model) => ({
    version: 1 as const,
    general: model.general ?? {},
    // A list in place of a mapping: names are data, and no name can be mistaken for a method.
    users: Object.entries(model.users ?? {}).map(([name, rest]) => ({ name: name as SkypeName, ...rest })),
    hints: { context: model.hints?.context ?? DEFAULT_HINTS_CONTEXT, extra: model.hints?.extra ?? [] },
    routes: { incoming: model.routes?.incoming ?? [], outgoing: model.routes?.outgoing ?? [] },
  }));

/** Where hints go when the model names no context. */
export const DEFAULT_HINTS_CONTEXT = 'skype-hints';

/** A channel variable or writable function and its value. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

export type Buddy = { readonly name: SkypeName } & z.output<typeof buddy>;
export type Profile = z.output<typeof profile>;
export type ProvisioningModel = z.output<typeof modelSchema>;
export type ModelUser = ProvisioningModel['users'][number];
export type IncomingRoute = ProvisioningModel['routes']['incoming'][number];
export type OutgoingRoute = ProvisioningModel['routes']['outgoing'][number];
export type HintEntry = z.output<typeof hint>;

/** The generated context that takes the calls of an incoming route. */
export function incomingContext(userContext: string | undefined, routeContext: string | undefined): string {
  return routeContext ?? `skype-in-${userContext ?? USER_OPTIONS.context.default}`;
}
