import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCandidate } from '../../src/ami/capture/search.ts';
import { publicEvent } from '../../src/model/public-event.ts';
import { Replay } from '../../src/services/replay/events.ts';
import { cutAt } from '../helpers/frames.ts';

function eventsOf(chunks: readonly Buffer[], quick: boolean) {
  const replay = new Replay({ pbx: 'p', isAccount: null, year: 2026, quick });
  const events = chunks.flatMap((chunk) => replay.push(chunk));
  return [...events, ...replay.end()].map((event) => publicEvent(event));
}

describe('findCandidate', () => {
  it.each([
    ['Event: SkypeChatMessage', 22],
    ['event:skypebuddystatus', 21],
    ['x SKYPEACCOUNTSTATUS', 17],
    ['Response: Follows', 16],
    ['response:follows', 15],
    ['Response:             FOLLOWS', 28],
    ['Event: SkypeChatMessag', -1],
    ['Event: SkypeBuddyEntry', -1],
    ['Message: Command output follows', -1],
    ['', -1],
  ])('%j: %i', (text, place) => {
    expect(findCandidate(Buffer.from(text), 0)).toBe(place);
  });

  it('finds what stands at any place, in any case, and nothing else', () => {
    const name = fc.constantFrom(
      'skypechatmessage',
      'skypebuddystatus',
      'skypeaccountstat',
      'response: follows',
    );
    const cased = fc
      .tuple(name, fc.nat())
      .map(([text, bits]) =>
        [...text].map((char, index) => ((bits >> (index % 30)) & 1 ? char.toUpperCase() : char)).join(''),
      );
    const filler = fc.string({ unit: fc.constantFrom(...'skypechatmgbuound: \r\n'), maxLength: 60 });
    fc.assert(
      fc.property(filler, cased, filler, (before, text, behind) => {
        const bytes = Buffer.from(before + text + behind);
        const pattern = /skypechatmessage|skypebuddystatus|skypeaccountstat|response: *follows/i;
        const match = pattern.exec(bytes.toString('latin1'));
        expect(findCandidate(bytes, 0)).toBe((match?.index ?? 0) + (match?.[0].length ?? 0) - 1);
        expect(findCandidate(Buffer.from(before), 0) === -1).toBe(!pattern.test(before));
      }),
    );
  });
});

describe('a quick reading', () => {
  const body = Buffer.from('héllo').toString('base64');
  const line = fc.constantFrom(
    'Event: SkypeChatMessage',
    'event:SKYPECHATMESSAGE',
    'EVENT:   skypeChatMessage',
    'Event: SkypeAccountStatus',
    'Event: SkypeBuddyStatus',
    'Event: PeerStatus',
    'Action: Ping',
    'Response: Follows',
    'Response:    follows',
    'Response: Success',
    'Asterisk Call Manager/1.1',
    '--END COMMAND--',
    'Output: Event: SkypeChatMessage',
    'Trying ::1...',
    'Username: a',
    'From: b',
    'To: c',
    'Status: Logged In',
    'Buddy: Skype/a@b',
    'BuddyStatus: Online',
    `Message: ${body}`,
    'garbage',
    '',
    '',
  );
  const end = fc.constantFrom('\r\n', '\n', '\n\n', '\r\n\r\n', '\r');
  const stream = fc
    .array(fc.tuple(line, end), { maxLength: 60 })
    .map((parts) => Buffer.from(parts.flat().join('')));

  it('gives exactly the events of a thorough one, whatever the bytes and the chunks', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (bytes, places) => {
        const thorough = eventsOf([bytes], false);
        expect(eventsOf([bytes], true)).toEqual(thorough);
        expect(eventsOf(cutAt(bytes, places), true)).toEqual(thorough);
        expect(eventsOf(cutAt(bytes, places), false)).toEqual(thorough);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives them also behind the part from which the layout is told', () => {
    const filler = Buffer.from('Event: PeerStatus\r\nPeer: x\r\n\r\n'.repeat(1100));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (bytes, places) => {
        const chunks = [filler, ...cutAt(bytes, places)];
        expect(eventsOf(chunks, true)).toEqual(eventsOf([Buffer.concat(chunks)], false));
      }),
      { numRuns: 300 },
    );
  });
});
