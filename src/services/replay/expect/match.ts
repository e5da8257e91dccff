import type { PublicEvent } from '../../../model/public-event.ts';
import type { EventPattern, FieldPattern } from './schema.ts';

/** Whether an event has every field that a pattern names. */
export function matches(event: PublicEvent, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([name, wanted]) => fieldMatches(event[name], wanted));
}

function fieldMatches(found: unknown, wanted: FieldPattern): boolean {
  if (wanted === null || typeof wanted !== 'object') return found === wanted;
  if ('contains' in wanted) return typeof found === 'string' && found.includes(wanted.contains);
  if ('matches' in wanted) return typeof found === 'string' && wanted.matches.test(found);
  if ('oneOf' in wanted) return wanted.oneOf.some((value) => value === found);
  return found !== wanted.not;
}

/** The fields in which an event misses a pattern. */
export function misses(event: PublicEvent, pattern: EventPattern): string[] {
  return Object.keys(pattern).filter((name) => {
    const wanted = pattern[name];
    return wanted !== undefined && !fieldMatches(event[name], wanted);
  });
}

/** The event that comes nearest to a pattern: the fewest fields wrong, of those the first. Null where all are. */
export function nearest(events: readonly PublicEvent[], pattern: EventPattern): PublicEvent | null {
  const fields = Object.keys(pattern).length;
  let best: PublicEvent | null = null;
  let fewest = fields;
  for (const event of events) {
    const wrong = misses(event, pattern).length;
    // An event of another type says nothing, however many of its fields fit.
    if (wrong < fewest && !misses(event, pattern).includes('type')) {
      best = event;
      fewest = wrong;
    }
  }
  return best;
}

/** A pattern on one line, for people. */
export function printPattern(pattern: EventPattern): string {
  return Object.entries(pattern)
    .map(([name, wanted]) => `${name}: ${printField(wanted)}`)
    .join(', ');
}

export function printField(wanted: FieldPattern): string {
  if (wanted === null || typeof wanted !== 'object') return JSON.stringify(wanted);
  if ('contains' in wanted) return `contains ${JSON.stringify(wanted.contains)}`;
  if ('matches' in wanted) return `matches ${wanted.matches.toString()}`;
  if ('oneOf' in wanted) return `one of ${JSON.stringify(wanted.oneOf)}`;
  return `not ${JSON.stringify(wanted.not)}`;
}
