import { z } from 'zod';
import type { SkypeName } from '../../model/skype-name.ts';
import { AVAILABILITIES } from '../../model/status.ts';
import { utf8Length } from '../../model/text.ts';
import { DIAGNOSTIC_CODES as CODES } from '../diagnostic.ts';
import { secretRef } from '../secrets.ts';
import { confText, oneOf, orEmptyMapping } from '../yaml/scalars.ts';
import { lint } from './lint.ts';
import { date, extension, skypeName } from './names.ts';
import { shapeOf, USER_OPTIONS } from './options.ts';
import { variableName } from './variables.ts';

/** Longest header line that Asterisk 22 takes over AMI, CRLF not counted (seen). */
const MAX_AMI_LINE_BYTES = 1022;

/** Bytes that are left for a value behind the beginning of an AMI header. */
export function amiRoom(prefix: string): number {
  return MAX_AMI_LINE_BYTES - utf8Length(prefix);
}

/** Text of an AMI header that Asterisk splits like arguments, so that it is escaped on its way. */
function property(name: string) {
  const room = amiRoom(`Variable: ${name}=`);
  return confText()
    .superRefine((value, context) => {
      const bytes = utf8Length(value.replace(/[\\",]/g, '\\$&'));
      if (bytes <= room) return;
      context.addIssue({
        code: 'custom',
        message: `at most ${room}, which is what an AMI header carries`,
        params: { found: `${bytes} bytes`, code: CODES.TOO_LONG },
      });
    })
    .optional();
}

/** Account properties that are kept true over AMI (manual 3.3.4); `status` is what login and logoff do. */
const profile = z.strictObject({
  fullname: property('fullname').describe("The user's full name."),
  country: property('country').describe("The user's country."),
  province: property('province').describe("The user's province."),
  city: property('city').describe("The user's city."),
  phone_home: property('phone_home').describe("The user's phone at home."),
  phone_office: property('phone_office').describe("The user's phone in the office."),
  phone_mobile: property('phone_mobile').describe("The user's mobile phone."),
  email: property('email').describe("The user's e-mail address."),
  homepage: property('homepage').describe("The user's homepage."),
  about: property('about').describe('What the user says of himself.'),
  birthday: date().optional().describe("The user's birthday, yyyymmdd."),
  gender: oneOf(['1', '2']).optional().describe('1 is male, 2 is female.'),
  mood_text: property('mood_text').describe('The mood message that buddies see.'),
  availability: oneOf(AVAILABILITIES).optional().describe('What the user shows to others.'),
});

const buddy = z.strictObject({
  auth_message: secretRef
    .optional()
    .describe('Text that asks for authorization; the password where the other side expects one.'),
  hint: extension().optional().describe('Extension whose hint shows the presence of the buddy.'),
  lint,
});

/** Room for the longest `setvar = NAME(argument)=` in front of a value. */
const SETVAR_RESERVED = 200;

const setvar = orEmptyMapping(
  z.record(variableName(), confText({ reserved: SETVAR_RESERVED, mayBeEmpty: true })),
)
  .transform((map) => Object.entries(map).map(([name, value]): Variable => ({ name, value })))
  .optional()
  .describe('Variables and writable properties set on every call or the account (manual 3.3.3, 3.3.4).');

const { secret, ...SHARED } = shapeOf(USER_OPTIONS);

/** What `defaults:` may hold: everything of an account that several can share. */
export const defaultsSchema = z.strictObject({
  ...SHARED,
  setvar,
  profile: orEmptyMapping(profile).optional().describe('Account properties that are kept true over AMI.'),
  lint,
});

export const userSchema = z.strictObject({
  secret,
  ...SHARED,
  setvar,
  profile: orEmptyMapping(profile).optional().describe('Account properties that are kept true over AMI.'),
  buddies: orEmptyMapping(z.record(skypeName(), orEmptyMapping(buddy)))
    .transform((map) =>
      Object.entries(map).map(([name, rest]): Buddy => ({ name: name as SkypeName, ...rest })),
    )
    .optional()
    .describe('The buddy list that is kept true over AMI.'),
  lint,
});

/** A channel variable or writable function and its value. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

export type Buddy = { readonly name: SkypeName } & z.output<typeof buddy>;
export type Profile = z.output<typeof profile>;
export type UserOptions = z.output<typeof userSchema>;
type Defaults = z.output<typeof defaultsSchema>;

/**
 * The account with what `defaults:` adds: an option of its own hides the shared one; of `setvar` and
 * `profile` each variable and property does.
 */
export function withDefaults(user: UserOptions, defaults: Defaults | undefined): UserOptions {
  if (defaults === undefined) return user;
  const { lint: _lint, setvar: sharedVariables, profile: sharedProfile, ...shared } = defaults;
  // A list of its own for `disallow` is about the shared `allow` no more, nor the other way round.
  const { allow, disallow, ...rest } = shared;
  const codecs = user.allow === undefined && user.disallow === undefined ? { allow, disallow } : {};
  const merged: UserOptions = { ...rest, ...definedOf(codecs), ...user };
  if (sharedVariables !== undefined) {
    const own = new Set(user.setvar?.map(({ name }) => name));
    merged.setvar = [...sharedVariables.filter(({ name }) => !own.has(name)), ...(user.setvar ?? [])];
  }
  if (sharedProfile !== undefined) merged.profile = { ...sharedProfile, ...user.profile };
  return merged;
}

function definedOf<T extends object>(values: T): Partial<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}
