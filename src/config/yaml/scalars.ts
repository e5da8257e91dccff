import { z } from 'zod';
import { confValueMistake } from '../conf-text.ts';
import { DIAGNOSTIC_CODES as CODES } from '../diagnostic.ts';
import type { IssueParams } from '../issues.ts';

// The building blocks of schemas over YAML that was read without types: every scalar arrives as the text
// that was written. The `error` of a block is the phrase after "allowed:". What an editor should take for
// a block stands in its metadata (`json`), because to an editor `007` is a number.

/** Metadata of a schema: what JSON Schema says of it, see `json-schema.ts`. */
export interface JsonHint {
  readonly json: Readonly<Record<string, unknown>>;
}

/** Any scalar, because an editor types what here stays text. */
const ANY_SCALAR = ['string', 'number', 'boolean'];

/** Limits of a text. */
export interface TextLimits {
  /** Bytes that share the line of a `.conf` file with the value. */
  readonly reserved?: number;
  /** An empty text means something here; it has to be quoted in YAML. */
  readonly mayBeEmpty?: boolean;
}

/** Text that a line of a `.conf` file carries unchanged. */
export function confText({ reserved = 0, mayBeEmpty = false }: TextLimits = {}) {
  return z
    .string({ error: 'text' })
    .superRefine((value, context) => {
      if (value === '' && !mayBeEmpty)
        return refuse(context, 'text that is not empty; leave the key out otherwise');
      const mistake = confValueMistake(value, reserved);
      if (mistake !== null) refuse(context, mistake.allowed, mistake);
    })
    .meta({ json: { type: ANY_SCALAR } } satisfies JsonHint);
}

/**
 * Text of which `test` holds; `allowed` says in words what that is.
 *
 * @param hidden the value may hold a secret, so messages do not quote it.
 */
export function matching(
  test: RegExp | ((text: string) => boolean),
  allowed: string,
  { hidden = false }: { readonly hidden?: boolean } = {},
) {
  const holds = typeof test === 'function' ? test : (text: string) => test.test(text);
  return z
    .string({ error: allowed })
    .superRefine((value, context) => {
      const mistake = confValueMistake(value);
      if (mistake !== null) refuse(context, mistake.allowed, mistake);
      else if (!holds(value)) refuse(context, allowed, hidden ? { found: 'other text' } : {});
    })
    .meta({
      json: {
        type: ANY_SCALAR,
        ...(typeof test === 'function' ? {} : { pattern: test.source }),
        errorMessage: allowed,
      },
    } satisfies JsonHint);
}

/** One of some words. */
export function oneOf<const W extends readonly [string, ...string[]]>(words: W) {
  const numbers = words.filter((word) => /^\d+$/.test(word)).map(Number);
  return z
    .enum(words, { error: words.join(', ') })
    .meta({ json: { enum: [...words, ...numbers] } } satisfies JsonHint);
}

const TRUE = new Set(['yes', 'true', 'on']);
const FALSE = new Set(['no', 'false', 'off']);

/** A boolean: yes, true, on, no, false or off, in any case. */
export function flag() {
  return z
    .string({ error: 'yes or no' })
    .transform((text, context): boolean => {
      const word = text.toLowerCase();
      if (TRUE.has(word)) return true;
      if (FALSE.has(word)) return false;
      refuse(context, 'yes or no (also true, false, on, off)');
      return z.NEVER;
    })
    .meta({ json: { enum: ['yes', 'no', true, false, 'on', 'off'] } } satisfies JsonHint);
}

/** A whole number in decimal digits. */
export function integer(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return z
    .string({ error: allowed })
    .transform((text, context): number => {
      const number = Number(text);
      if (/^\d{1,15}$/.test(text) && number >= min && number <= max) return number;
      refuse(context, allowed);
      return z.NEVER;
    })
    .meta({ json: { type: 'integer', minimum: min, maximum: max } } satisfies JsonHint);
}

/** A list that is not empty and holds nothing twice. */
export function listOf<T extends z.ZodType<string>>(item: T, allowed: string) {
  return z.array(item, { error: allowed }).superRefine((items, context) => {
    if (items.length === 0) refuse(context, allowed, { found: 'an empty list' });
    // 40 bytes are more than the longest option with ` = ` behind it.
    const mistake = confValueMistake(items.join(','), 40);
    if (mistake?.code === CODES.TOO_LONG) refuse(context, mistake.allowed, mistake);
    const seen = new Set<string>();
    for (const [index, text] of items.entries()) {
      if (seen.has(text)) {
        const params = { found: 'an item that stands twice', code: CODES.DUPLICATE } satisfies IssueParams;
        context.addIssue({ code: 'custom', message: 'every item once', params, path: [index] });
      }
      seen.add(text);
    }
  });
}

/** What may be left empty: `echo123:`, `echo123: ~` and `echo123: null` are an empty mapping. */
export function orEmptyMapping<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === null || value === '~' || value === 'null' ? {} : value), schema);
}

function refuse(context: z.core.$RefinementCtx, allowed: string, facts: IssueParams = {}): void {
  const params: IssueParams = {
    ...(facts.found === undefined ? {} : { found: facts.found }),
    ...(facts.code === undefined ? {} : { code: facts.code }),
  };
  context.addIssue({ code: 'custom', message: allowed, params: { ...params } });
}
