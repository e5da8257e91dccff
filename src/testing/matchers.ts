import type { PublicEvent } from '../model/public-event.ts';
import { checkExpectations } from '../services/replay/expect/check.ts';
import type { EventPattern } from '../services/replay/expect/schema.ts';

/** Fields of an event that must be so; those that are not named may be anything. A text may be a RegExp. */
export type EventFields = Readonly<Record<string, string | number | boolean | null | RegExp>>;

interface Result {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Matchers for vitest over the events of a replay: `expect.extend(matchers)`.
 *
 * - `toHaveEvent(fields)`: at least one such event.
 * - `toHaveEventsInOrder([fields, ...])`: all of them in this order; others may stand between.
 * - `toHaveEvents([fields, ...])`: all of them in any order, each its own event.
 * - `toHaveEventCount(fields, count)`: exactly so many.
 */
export const matchers = {
  toHaveEvent: (events: readonly PublicEvent[], fields: EventFields): Result =>
    result(events, { unordered: [patternOf(fields)] }),
  toHaveEventsInOrder: (events: readonly PublicEvent[], list: readonly EventFields[]): Result =>
    result(events, { ordered: list.map(patternOf) }),
  toHaveEvents: (events: readonly PublicEvent[], list: readonly EventFields[]): Result =>
    result(events, { unordered: list.map(patternOf) }),
  toHaveEventCount: (events: readonly PublicEvent[], fields: EventFields, count: number): Result =>
    result(events, { counts: [{ match: patternOf(fields), exactly: count }] }),
};

function patternOf(fields: EventFields): EventPattern {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof RegExp ? { matches: value } : value,
    ]),
  );
}

function result(events: readonly PublicEvent[], expected: Parameters<typeof checkExpectations>[1]): Result {
  const failures = checkExpectations(events, expected);
  return {
    pass: failures.length === 0,
    message: () =>
      failures.length === 0
        ? 'expected the events not to match, but they do'
        : failures.map(({ where, text }) => `${where}: ${text}`).join('\n'),
  };
}
