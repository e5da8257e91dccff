import { isIP } from 'node:net';
import { ACCOUNT_NAME_RULE, isAccountName, isSkypeName, SKYPE_NAME_RULE } from '../../model/skype-name.ts';
import { matching, oneOf } from '../yaml/scalars.ts';

// Schemas of the names and addresses that the model's options hold. All are narrower than what Asterisk
// would take, so that no value needs quoting where the dialplan has none.

/** Name of an account of ours, which is a section of `chan_skype.conf`. */
export const accountName = () => matching(isAccountName, ACCOUNT_NAME_RULE);

/** Name of anybody at Skype, or a SkypeOut number. */
export const skypeName = () => matching(isSkypeName, SKYPE_NAME_RULE);

const DIALPLAN_NAME_RULE = 'a Skype name or +number without a comma, which would end it in the dialplan';

/** A Skype name in a hint or a dial string: `,` begins something else there (Asterisk 22 seen). */
export const dialplanSkypeName = () => matching(isDialplanSkypeName, DIALPLAN_NAME_RULE);

export function isDialplanSkypeName(name: string): boolean {
  return isSkypeName(name) && !name.includes(',');
}

const CONTEXT = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,69}$/;
const CONTEXT_RULE = 'a context: ASCII letters, digits and _ . -, at most 70, and not general or globals';

/** A dialplan context; `general` and `globals` are no contexts in `extensions.conf`. */
export const contextName = () =>
  matching((text) => CONTEXT.test(text) && !/^(general|globals)$/i.test(text), CONTEXT_RULE);

const EXTENSION = /^[A-Za-z0-9*#+][A-Za-z0-9*#+_.:@-]{0,78}$/;
const EXTENSION_RULE = 'an extension: ASCII letters, digits and * # + _ . : @ -, at most 79, no _ in front';

/** An extension that stands for itself, not a pattern. */
export const extension = () => matching(EXTENSION, EXTENSION_RULE);

/** Whether a name, above all that of an account, can be an extension that stands for itself. */
export function isExtension(text: string): boolean {
  return EXTENSION.test(text);
}

const PATTERN = /^_(?:[A-Za-z0-9*#+-]|\[[0-9A-Za-z*#+-]+\])*[.!]?$/;

/** An extension or a pattern: `_` and then digits, X, Z, N, `[1-5]` sets, at the end `.` or `!`. */
export const extensionOrPattern = () =>
  matching(
    (text) => EXTENSION.test(text) || (text.length > 1 && text.length < 80 && PATTERN.test(text)),
    `${EXTENSION_RULE}; or a pattern: _ and X, Z, N, digits, [sets], . or ! last`,
  );

/** The fewest characters that a dialled extension has when it matches this extension or pattern. */
export function shortestMatch(exten: string): number {
  if (!exten.startsWith('_')) return exten.length;
  // Dashes in patterns are for the reader, `!` matches nothing too.
  return exten
    .slice(1)
    .replace(/\[[^\]]*\]/g, 'X')
    .replace(/[-!]/g, '').length;
}

const DIAL = /^[A-Za-z][A-Za-z0-9_]*\/[A-Za-z0-9_.:;=+@/*#%~!?-]+$/;

/** One device for `Dial()`, for example `PJSIP/shoe-phone`; nothing that opens an argument or expands. */
export const dialString = () =>
  matching(
    DIAL,
    'a device such as PJSIP/shoe-phone, or a list of them; no blanks and none of , & $ " \\ ( )',
  );

export const ipAddress = () => matching((text) => isIP(text) !== 0, 'an IP address');

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::(\d{1,5}))?$/;

/** `host` or `host:port`, the form of the proxies (manual 3.1). */
export const hostPort = () =>
  matching((text) => {
    const match = HOST.exec(text);
    return match !== null && (match[1] === undefined || (Number(match[1]) > 0 && Number(match[1]) < 65_536));
  }, 'a host name or IPv4 address, with :port if needed');

/** A path on the PBX; it has to be absolute because the working directory of Asterisk is nobody's. */
export const path = () => matching(/^\//, 'an absolute path');

/** What the driver speaks (manual 3, notes; 3.1); `all` stands for the three. */
export const codec = () => oneOf(['ulaw', 'alaw', 'g729', 'all']);

export const musicClass = () =>
  matching(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'the name of a class of music on hold');

/** A day of the calendar as `yyyymmdd`. */
export const date = () => matching(isDate, 'a date as yyyymmdd, such as 19201111');

export function isDate(text: string): boolean {
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (match === null) return false;
  const iso = `${match[1]}-${match[2]}-${match[3]}`;
  const day = new Date(`${iso}T00:00:00Z`);
  // Date takes the 31st of April for the 1st of May.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso);
}
