import type { PublicEvent } from '../../../model/public-event.ts';
import { matches, misses, nearest, printField, printPattern } from './match.ts';
import type { EventPattern, Expectations } from './schema.ts';

/** One expectation that did not hold. */
export interface Failure {
  /** Which one: `ordered[2]`. */
  readonly where: string;
  /** What was expected and what was found, several lines. */
  readonly text: string;
}

/** Holds expectations against the events of a capture; an empty list means that all hold. */
export function checkExpectations(events: readonly PublicEvent[], expected: Expectations): Failure[] {
  return [
    ...checkOrdered(events, expected.ordered ?? []),
    ...checkUnordered(events, expected.unordered ?? []),
    ...checkCounts(events, expected.counts ?? []),
    ...checkAbsent(events, expected.absent ?? []),
    ...checkBetween(events, expected.between ?? []),
  ];
}

function checkOrdered(events: readonly PublicEvent[], patterns: readonly EventPattern[]): Failure[] {
  const failures: Failure[] = [];
  let position = 0;
  for (const [index, pattern] of patterns.entries()) {
    const found = events.findIndex((event, at) => at >= position && matches(event, pattern));
    if (found !== -1) {
      position = found + 1;
      continue;
    }
    const before = events[position - 1];
    const early = events.slice(0, position).find((event) => matches(event, pattern));
    const lines = [`expected ${printPattern(pattern)}`];
    if (before !== undefined) lines.push(`   after ${printFound(before)}`);
    if (early !== undefined) lines.push(`   found too early: ${printFound(early)}`);
    else lines.push(...nearestLines(events.slice(position), pattern));
    failures.push({ where: `ordered[${index}]`, text: lines.join('\n') });
  }
  return failures;
}

/**
 * Each pattern takes an event of its own. Augmenting paths (Kuhn's algorithm) find an assignment where
 * there is one: taking the first match could leave a later, narrower pattern without its only event.
 */
function checkUnordered(events: readonly PublicEvent[], patterns: readonly EventPattern[]): Failure[] {
  const takenBy = new Map<number, number>();
  const candidates = patterns.map((pattern) =>
    events.flatMap((event, at) => (matches(event, pattern) ? [at] : [])),
  );
  const assign = (pattern: number, tried: Set<number>): boolean =>
    (candidates[pattern] ?? []).some((at) => {
      if (tried.has(at)) return false;
      tried.add(at);
      const owner = takenBy.get(at);
      if (owner !== undefined && !assign(owner, tried)) return false;
      takenBy.set(at, pattern);
      return true;
    });
  return patterns.flatMap((pattern, index) => {
    if (assign(index, new Set())) return [];
    const taken = (candidates[index] ?? []).length;
    const lines = [`expected ${printPattern(pattern)}`];
    if (taken > 0) lines.push(`   found ${taken} such, but other expectations take them`);
    else lines.push(...nearestLines(events, pattern));
    return [{ where: `unordered[${index}]`, text: lines.join('\n') }];
  });
}

function checkCounts(events: readonly PublicEvent[], counts: NonNullable<Expectations['counts']>): Failure[] {
  return counts.flatMap(({ match, exactly, atLeast, atMost }, index) => {
    const found = events.filter((event) => matches(event, match));
    const wanted = [
      exactly === undefined ? [] : [`exactly ${exactly}`],
      atLeast === undefined ? [] : [`at least ${atLeast}`],
      atMost === undefined ? [] : [`at most ${atMost}`],
    ].flat();
    const right =
      (exactly === undefined || found.length === exactly) &&
      (atLeast === undefined || found.length >= atLeast) &&
      (atMost === undefined || found.length <= atMost);
    if (right) return [];
    const lines = [`expected ${wanted.join(' and ')} of ${printPattern(match)}`, `   found ${found.length}`];
    return [{ where: `counts[${index}]`, text: [...lines, ...someFound(found)].join('\n') }];
  });
}

function checkAbsent(events: readonly PublicEvent[], patterns: readonly EventPattern[]): Failure[] {
  return patterns.flatMap((pattern, index) => {
    const found = events.filter((event) => matches(event, pattern));
    if (found.length === 0) return [];
    const lines = [`expected none of ${printPattern(pattern)}`, `   found ${found.length}`];
    return [{ where: `absent[${index}]`, text: [...lines, ...someFound(found)].join('\n') }];
  });
}

function checkBetween(
  events: readonly PublicEvent[],
  spans: NonNullable<Expectations['between']>,
): Failure[] {
  return spans.flatMap(({ from, to, atLeast, atMost }, index) => {
    const where = `between[${index}]`;
    const start = events.findIndex((event) => matches(event, from));
    const begun = events[start];
    if (begun === undefined) {
      const lines = [`expected from ${printPattern(from)}`, ...nearestLines(events, from)];
      return [{ where, text: lines.join('\n') }];
    }
    const ended = events.slice(start + 1).find((event) => matches(event, to));
    if (ended === undefined) {
      const lines = [`expected to ${printPattern(to)}`, `   after ${printFound(begun)}`];
      return [{ where, text: [...lines, ...nearestLines(events.slice(start + 1), to)].join('\n') }];
    }
    if (begun.at === null || ended.at === null) {
      return [{ where, text: 'the capture holds no times, so none can be measured' }];
    }
    const took = Date.parse(ended.at) - Date.parse(begun.at);
    if (took >= (atLeast ?? 0) && took <= (atMost ?? Number.POSITIVE_INFINITY)) return [];
    const wanted = [
      atLeast === undefined ? [] : [`at least ${atLeast} ms`],
      atMost === undefined ? [] : [`at most ${atMost} ms`],
    ].flat();
    const lines = [
      `expected ${wanted.join(' and ')} from`,
      `   ${printFound(begun)}`,
      'to',
      `   ${printFound(ended)}`,
    ];
    return [{ where, text: [...lines, `   took ${took} ms`].join('\n') }];
  });
}

/** What comes nearest, and what is wrong with it. */
function nearestLines(events: readonly PublicEvent[], pattern: EventPattern): string[] {
  const event = nearest(events, pattern);
  if (event === null) return ['   found nothing like it'];
  const wrong = misses(event, pattern).map((name) => {
    const wanted = pattern[name];
    return `      ${name}: expected ${wanted === undefined ? '' : printField(wanted)}, found ${JSON.stringify(event[name])}`;
  });
  return [`   nearest ${printFound(event)}`, ...wrong];
}

const SHOWN = 3;

function someFound(events: readonly PublicEvent[]): string[] {
  const lines = events.slice(0, SHOWN).map((event) => `   ${printFound(event)}`);
  return events.length > SHOWN ? [...lines, `   and ${events.length - SHOWN} more`] : lines;
}

function printFound({ seq, at, pbx: _, ...fields }: PublicEvent): string {
  return `#${seq}${at === null ? '' : ` ${at}`} ${JSON.stringify(fields)}`;
}
