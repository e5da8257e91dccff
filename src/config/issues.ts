import { z } from 'zod';
import {
  DIAGNOSTIC_CODES as CODES,
  type DiagnosticCode,
  type KeyPath,
  type Problem,
  quote,
} from './diagnostic.ts';
import { suggest } from './suggest.ts';

/**
 * Facts that a schema's own check may give along with its message, which says what is allowed:
 * `context.addIssue({ code: 'custom', message, params })`.
 */
export interface IssueParams {
  /** What was found, where the value itself should not be quoted or says too little. */
  readonly found?: string;
  readonly code?: DiagnosticCode;
}

/** What keys with values are called: in YAML, or in JSON. */
export type Mapping = 'a mapping' | 'an object';

/**
 * Phrases what a schema of zod allows, so that every message reads "found ..., allowed: ...". Handed to
 * zod for one parse; schemas that bring their own `error` are asked first.
 */
export function allowedPhrase(mapping: Mapping): z.core.$ZodErrorMap {
  return (issue) => phraseOf(issue, mapping);
}

function phraseOf(issue: z.core.$ZodRawIssue, mapping: Mapping): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'object' || issue.expected === 'record') return mapping;
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    case 'unrecognized_keys':
      // problemsOf splits this again: only here zod still tells which schema it was.
      return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(', ') : '';
    case 'invalid_format':
      return `text of the form ${issue.format}`;
    default:
      return undefined;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** What a limit counts, by zod's name of the kind of value. */
const COUNTED: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

function amount(limit: number | bigint, origin: string): string {
  const counted = COUNTED[origin];
  return counted === undefined ? String(limit) : `${limit} ${counted}${limit === 1 ? '' : 's'}`;
}

/**
 * Turns what zod found into problems of ours, one for each mistake.
 *
 * @param raw what was parsed: of YAML, where every scalar is a text, or of JSON.
 */
export function problemsOf(error: z.ZodError, raw: unknown, mapping: Mapping): Problem[] {
  // A value of the wrong kind is measured all the same (a list as a text that is too short): its kind says enough.
  const wrongKind = new Set(error.issues.filter(({ code }) => code === 'invalid_type').map(placeOf));
  return error.issues
    .filter((issue) => issue.code === 'invalid_type' || !wrongKind.has(placeOf(issue)))
    .flatMap((issue) => problemsOfIssue(issue, raw, mapping));
}

function placeOf({ path }: z.core.$ZodIssue): string {
  return JSON.stringify(path);
}

function problemsOfIssue(issue: z.core.$ZodIssue, raw: unknown, mapping: Mapping): Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(', ');
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: 'key',
      code: CODES.UNKNOWN_KEY,
      ...unknownKey(key, known),
    }));
  }
  if (issue.code === 'invalid_key') {
    const allowed = issue.issues[0]?.message ?? 'another key';
    const key = String(path.at(-1) ?? '');
    return [{ path, at: 'key', code: CODES.VALUE, message: `found key ${quote(key)}, allowed: ${allowed}` }];
  }
  const params: IssueParams = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const parent = valueAt(raw, path.slice(0, -1));
  // A schema took one text for a list of one (`dial: PJSIP/shoe-phone`): the text is what stands there.
  if (path.at(-1) === 0 && typeof parent === 'string') path.pop();
  const value = valueAt(raw, path);
  if (value === undefined) {
    return [{ path, code: CODES.MISSING_KEY, message: `found nothing, required: ${issue.message}` }];
  }
  const found = params.found ?? describeValue(value, mapping);
  return [{ path, code: params.code ?? CODES.VALUE, message: `found ${found}, allowed: ${issue.message}` }];
}

function unknownKey(key: string, known: readonly string[]): Pick<Problem, 'message' | 'suggestion'> {
  const meant = suggest(key, known);
  const start = `found unknown key '${quote(key).slice(1, -1)}'`;
  if (meant === null) return { message: `${start}, allowed: ${known.join(', ')}` };
  return { message: `${start}: did you mean '${meant}'?`, suggestion: meant };
}

/** Names a value for a message: a text in quotation marks, anything else by its kind. */
function describeValue(value: unknown, mapping: Mapping): string {
  if (typeof value === 'string') return quote(value);
  if (value === null) return 'nothing';
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'a list' : mapping;
}

/** The value at a path, undefined when there is none. */
function valueAt(raw: unknown, path: KeyPath): unknown {
  let value = raw;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
