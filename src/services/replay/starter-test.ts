import type { RecordedEvent } from '../../model/events.ts';
import { type PublicEvent, publicEvent } from '../../model/public-event.ts';

export interface StarterTest {
  /** The capture's path as the test writes it, relative to the test. */
  readonly capture: string;
  /** Accounts of the captured PBX. */
  readonly accounts: readonly string[];
  readonly events: readonly RecordedEvent[];
}

/** More events than this are counted, not listed: nobody reads such a test. */
const MAX_LISTED = 50;

/** Writes a test for vitest that holds today's events of a capture, to be cut down to what matters. */
export function starterTest({ capture, accounts, events }: StarterTest): string {
  const shown = events.slice(0, MAX_LISTED).map((event) => `    ${printFields(publicEvent(event))},`);
  const types = [...new Set(events.map(({ event }) => event.type))].sort();
  const counts = types.map((type) => {
    const count = events.filter(({ event }) => event.type === type).length;
    return `  expect(events).toHaveEventCount({ type: ${quote(type)} }, ${count});`;
  });
  const options = accounts.length === 0 ? '' : `, { accounts: [${accounts.map(quote).join(', ')}] }`;
  return `import { matchers, replay } from 'chan-skype-companion/testing';
import { expect, it } from 'vitest';

expect.extend(matchers);

it(${quote(`replays ${capture}`)}, async () => {
  const { events } = await replay(new URL(${quote(capture)}, import.meta.url)${options});
${shown.length === 0 ? '  expect(events).toEqual([]);' : `  // Keep the lines that the case is about.\n  expect(events).toHaveEventsInOrder([\n${shown.join('\n')}\n  ]);`}
${counts.join('\n')}
});
`;
}

/** The fields that say what happened; number, time and PBX's name are left to whoever needs them. */
function printFields({ seq: _seq, at: _at, pbx: _pbx, inferred: _inferred, ...fields }: PublicEvent): string {
  const parts = Object.entries(fields).map(([name, value]) => `${name}: ${quote(String(value))}`);
  return `{ ${parts.join(', ')} }`;
}

/** A string literal in single quotes; what cannot be seen is escaped. */
function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replace(/[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, escaped)}'`;
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
