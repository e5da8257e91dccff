import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicEvent } from '../../src/model/public-event.ts';
import { Replay } from '../../src/services/replay/events.ts';

/** The events of a capture, without their times. */
function eventsOf(text: string) {
  const replay = new Replay({ pbx: 'main', isAccount: null, year: 2026 });
  const events = [...replay.push(Buffer.from(text)), ...replay.end()];
  return events.map((event) => ({ ...publicEvent(event), at: null }));
}

const name = fc.constantFrom('james_bond', 'austin_powers', 'live:dr.evil', '+12564286000');
const base64 = fc
  .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
  .map((text) => Buffer.from(text).toString('base64'));
/** What the PBX says. */
const said = fc.oneof(
  fc
    .tuple(name, base64)
    .map(([from, text]) => ['Event: SkypeChatMessage', 'Username: q', `From: ${from}`, `Message: ${text}`]),
  name.map((user) => ['Event: SkypeAccountStatus', `Username: ${user}`, 'Status: Logged In']),
  name.map((buddy) => ['Event: SkypeBuddyStatus', `Buddy: Skype/q@${buddy}`, 'BuddyStatus: Online']),
  fc.constant(['Response: Success', 'ActionID: 7', 'Message: sent']),
  fc.constant(['Event: Newchannel', 'Channel: Skype/q-1', 'Event2: SkypeChatMessage']),
);
/** What the other side says, as like to an event as it can be. */
const asked = fc
  .tuple(name, base64)
  .map(([user, text]) => [
    'Action: SkypeChatSend',
    'ActionID: 7',
    'Event: SkypeChatMessage',
    `From: ${user}`,
    `User: ${user}`,
    `Message: ${text}`,
  ]);

/** Two lists as one, in an order that `turns` decides. */
function merge<Item>(one: readonly Item[], other: readonly Item[], turns: readonly boolean[]): Item[] {
  const [left, right] = [[...one], [...other]];
  const merged: Item[] = [];
  for (const turn of turns) {
    const next = (turn ? left : right).shift();
    if (next !== undefined) merged.push(next);
  }
  return [...merged, ...left, ...right];
}

const session = fc.record({
  said: fc.array(said, { minLength: 1, maxLength: 8 }),
  asked: fc.array(asked, { maxLength: 8 }),
  turns: fc.array(fc.boolean(), { maxLength: 60 }),
  end: fc.constantFrom('\r\n', '\n'),
});

describe('what the other side says changes no event', () => {
  it('between the messages, without any mark', () => {
    fc.assert(
      fc.property(session, ({ said: pbx, asked: client, turns, end }) => {
        const print = (messages: readonly (readonly string[])[]) =>
          messages.map((lines) => [...lines, '', ''].join(end)).join('');
        expect(eventsOf(print(merge(pbx, client, turns)))).toEqual(eventsOf(print(pbx)));
      }),
    );
  });

  it.each([
    ['<', '>'],
    ['<<<', '>>>'],
    ['recv:', 'sent:'],
  ])('line by line within the messages, with the marks %s and %s', (received, sent) => {
    fc.assert(
      fc.property(session, ({ said: pbx, asked: client, turns, end }) => {
        const lines = (messages: readonly (readonly string[])[], mark: string) =>
          messages.flatMap((message) =>
            [...message, ''].map((line) => `2026-11-21T02:39:06.100Z ${mark} ${line}${end}`),
          );
        const mixed = merge(lines(pbx, received), lines(client, sent), turns).join('');
        expect(eventsOf(mixed)).toEqual(eventsOf(lines(pbx, received).join('')));
        expect(eventsOf(mixed).length).toBe(
          pbx.filter(([first]) => first?.startsWith('Event: Skype')).length,
        );
      }),
    );
  });
});
