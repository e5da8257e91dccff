import { z } from 'zod';
import {
  ACCOUNT_NAME_RULE,
  isAccountName,
  isSkypeName,
  SKYPE_NAME_RULE,
  type SkypeName,
} from '../../model/skype-name.ts';
import { lineBreakerIn } from '../../model/text.ts';

/** Schemas of what actions take. Their messages name the field and the rule, never the value. */

function text(rule: string, test: (value: string) => boolean) {
  return z.string(rule).refine(test, rule);
}

export function skypeName(field: string) {
  const rule = `${field}: ${SKYPE_NAME_RULE}`;
  return z.custom<SkypeName>((value) => typeof value === 'string' && isSkypeName(value), rule);
}

/** An account as an argument of a dialplan function, which a comma would end. */
export function argumentName(field: string) {
  const rule = `${field}: ${ACCOUNT_NAME_RULE}; no comma in the argument of a function`;
  return z.custom<SkypeName>(
    (value) => typeof value === 'string' && isAccountName(value) && !value.includes(','),
    rule,
  );
}

/** One line of any text that UTF-8 can carry. */
export function line(field: string) {
  return text(
    `${field}: text on one line, without CR, LF, NUL and half surrogate pairs`,
    (value) => lineBreakerIn(value) === null && value.isWellFormed(),
  );
}

/** Text that base64 carries over any number of lines; C ends it at a NUL all the same. */
export function chatText(field: string) {
  return text(
    `${field}: text that is not empty, without NUL and half surrogate pairs`,
    (value) => value !== '' && !value.includes('\0') && value.isWellFormed(),
  );
}

/** A word without blanks: names of channels, contexts, extensions, modules. */
export function word(field: string) {
  return text(`${field}: 1 to 255 printable ASCII characters without blanks`, (value) =>
    /^[!-~]{1,255}$/.test(value),
  );
}

export function moduleName(field: string) {
  return text(`${field}: the name of a module, for example chan_skype.so`, (value) =>
    /^[A-Za-z0-9_-]{1,64}(?:\.so)?$/.test(value),
  );
}

/** A variable, with leading underscores for inheritance, or a function with one plain argument. */
export function variableName(field: string) {
  return text(`${field}: the name of a variable, or a function such as SKYPE_CALL_PROPERTY(topic)`, (value) =>
    /^[A-Za-z_][A-Za-z0-9_]{0,79}(?:\([A-Za-z0-9_]{1,79}\))?$/.test(value),
  );
}

export function oneOf<const Value extends string>(field: string, values: readonly Value[]) {
  return z.enum(values, `${field}: one of ${values.join(', ')}`);
}

/** Names to values; the names are checked by their own schema. */
export function variables<Name extends z.ZodType<string>>(field: string, name: Name) {
  return z.custom<Readonly<Partial<Record<z.infer<Name>, string>>>>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.entries(value).every(
        ([key, entry]) =>
          name.safeParse(key).success && (entry === undefined || line(field).safeParse(entry).success),
      ),
    `${field}: known names, each with text on one line, without CR, LF, NUL and half surrogate pairs`,
  );
}
