import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { CompanionError } from '../../../model/errors.ts';

/** `5s`, `250ms`, `2m`, `1h`, or a number of seconds; in milliseconds. */
const duration = z.union([z.number().nonnegative(), z.string()]).transform((value, context) => {
  if (typeof value === 'number') return value * 1000;
  const match = /^(\d+(?:\.\d+)?) ?(ms|s|m|h)$/.exec(value);
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''];
  if (factor !== undefined) return Number(match?.[1]) * factor;
  context.addIssue(`"${value}" is no duration; use for example 250ms, 5s, 2m`);
  return z.NEVER;
});

const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source, 'u');
  } catch {
    context.addIssue(`"${source}" is no regular expression`);
    return z.NEVER;
  }
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What a field of an event must be: a value, or one of these. */
const field = z.union([
  scalar,
  z.strictObject({ contains: z.string() }),
  z.strictObject({ matches: pattern }),
  z.strictObject({ not: scalar }),
  z.strictObject({ oneOf: z.array(scalar).min(1) }),
]);

/** Fields of an event in its public shape (`sfa replay --json`); those that are not named may be anything. */
const event = z
  .record(z.string(), field)
  .refine((fields) => Object.keys(fields).length > 0, 'name at least one field, for example type: chat');

const count = z
  .strictObject({
    match: event,
    exactly: z.number().int().nonnegative().optional(),
    atLeast: z.number().int().nonnegative().optional(),
    atMost: z.number().int().nonnegative().optional(),
  })
  .refine(
    ({ exactly, atLeast, atMost }) => (exactly ?? atLeast ?? atMost) !== undefined,
    'say how many: exactly, atLeast or atMost',
  );

const between = z
  .strictObject({ from: event, to: event, atLeast: duration.optional(), atMost: duration.optional() })
  .refine(({ atLeast, atMost }) => (atLeast ?? atMost) !== undefined, 'say how long: atLeast or atMost');

const expectations = z.strictObject({
  /** In this order; others may stand between. */
  ordered: z.array(event).optional(),
  /** In any order, each its own event. */
  unordered: z.array(event).optional(),
  counts: z.array(count).optional(),
  /** None may match. */
  absent: z.array(event).optional(),
  /** Time from the first event of one kind to the next of another. */
  between: z.array(between).optional(),
});

export type Expectations = z.output<typeof expectations>;
export type EventPattern = z.output<typeof event>;
export type FieldPattern = z.output<typeof field>;

/**
 * Reads a file of expectations.
 *
 * @throws CompanionError `CONFIG_INVALID`, a line of text with file and line for each mistake.
 */
export function parseExpectations(text: string, name: string): Expectations {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${name}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw invalid(document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`));
  }
  const result = expectations.safeParse(document.toJS() ?? {});
  if (result.success) {
    if (Object.values(result.data).some((list) => (list?.length ?? 0) > 0)) return result.data;
    throw invalid([`${name}: nothing is expected; write ordered, unordered, counts, absent or between`]);
  }
  throw invalid(
    result.error.issues.map(({ path, message }) => {
      const range = rangeOf(document, path);
      return `${range === null ? name : at(range)}: ${path.join('.')}: ${message}`;
    }),
  );
}

/** Where the nearest node to a path stands. */
function rangeOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
      continue;
    const [start]: unknown[] = node.range;
    if (typeof start === 'number') return start;
  }
  return null;
}

function invalid(lines: readonly string[]): CompanionError {
  return new CompanionError('CONFIG_INVALID', lines.join('\n'));
}
