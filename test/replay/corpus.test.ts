import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicEvent } from '../../src/model/public-event.ts';
import { Replay } from '../../src/services/replay/events.ts';
import { cutAt } from '../helpers/frames.ts';
import { bytesOf, type CorpusEntry, corpus, expectedOf, isAccountOf, YEAR } from './corpus.ts';

function read(entry: CorpusEntry, chunks: readonly Buffer[], quick = false) {
  const replay = new Replay({ pbx: 'main', isAccount: isAccountOf(entry), year: YEAR, quick });
  const events = chunks.flatMap((chunk) => {
    // A reader may reuse its buffer once the events were taken.
    const lent = Buffer.from(chunk);
    const found = replay.push(lent);
    lent.fill(0);
    return found;
  });
  events.push(...replay.end());
  return { events: events.map((event) => publicEvent(event)), report: replay.report };
}

const withoutPbx = (events: ReturnType<typeof read>['events']) => events.map(({ pbx: _, ...event }) => event);

describe('the corpus of captures', () => {
  it('is large, labelled, and every capture has what its sender sent beside it', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(40);
    expect(new Set(corpus.map(({ file }) => file)).size).toBe(corpus.length);
    for (const entry of corpus) expect(['authentic', 'synthetic']).toContain(entry.origin);
  });

  it.each(corpus.map((entry) => [entry.file, entry.what, entry] as const))(
    '%s: %s',
    async (_file, _what, entry) => {
      const bytes = await bytesOf(entry);
      const { events, report } = read(entry, [bytes]);
      expect(withoutPbx(events)).toEqual(expectedOf(entry));
      expect([report.capture.unknownBytes, report.badEvents]).toEqual([
        entry.unknownBytes ?? 0,
        entry.badEvents ?? 0,
      ]);
      expect(report.capture.bytes).toBe(bytes.length);
    },
  );

  it.each(corpus.map((entry) => [entry.file, entry] as const))(
    '%s reads the same quickly, and in any chunks',
    async (_file, entry) => {
      const bytes = await bytesOf(entry);
      const { events, report } = read(entry, [bytes]);
      expect(read(entry, [bytes], true).events).toEqual(events);
      const small = bytes.length < 20_000;
      for (const size of small ? [1, 7, 64, 1448] : [1448, 65_536]) {
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const cut = read(entry, chunks);
        expect(cut.events).toEqual(events);
        expect(cut.report).toEqual(report);
        expect(read(entry, chunks, true).events).toEqual(events);
      }
      if (!small) return;
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
          expect(read(entry, cutAt(bytes, places)).events).toEqual(events);
          expect(read(entry, cutAt(bytes, places), true).events).toEqual(events);
        }),
        { numRuns: 10 },
      );
    },
  );
});
