import { expect, test } from 'vitest';
import { seededRandom } from '../../src/sim/variation/random.ts';
import { ERAS, plainVariation, type Variation, variationOf } from '../../src/sim/variation/variation.ts';
import { ask, block, DRIVER_EVENTS, logIn, pbxForTest } from './support.ts';

test('the same seed gives the same variation, another one another', () => {
  for (const era of ERAS) {
    expect(variationOf(7, era)).toEqual(variationOf(7, era));
    expect(variationOf(7, era)).not.toEqual(variationOf(8, era));
    expect(variationOf(7, era).era).toBe(era);
  }
});

test('among 64 seeds every axis takes more than one value', () => {
  const axes = Object.keys(plainVariation('22')).filter((axis) => axis !== 'era') as (keyof Variation)[];
  const constant = axes.filter(
    (axis) => new Set(Array.from({ length: 64 }, (_, seed) => variationOf(seed, '22')[axis])).size < 2,
  );
  expect(constant).toEqual([]);
});

test('numbers spread over their range', () => {
  const random = seededRandom(1);
  const counts = [0, 0, 0, 0];
  for (let at = 0; at < 4000; at += 1) {
    const drawn = random.below(4);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

/** A PBX that differs from the plain one of Asterisk 22 in some axes. */
async function varied(over: Partial<Variation>) {
  const pbx = await pbxForTest({
    variation: { ...plainVariation('22'), ...over },
    clock: { now: () => 1_795_228_746_689 },
  });
  return { pbx, wire: await logIn(pbx, DRIVER_EVENTS) };
}

test('debug headers and timestamps stand behind the privilege', async () => {
  const { pbx, wire } = await varied({ debugHeaders: true, timestamps: true, comma: ', ' });
  pbx.community.writeTo('james_bond', 'austin_powers', 'hi');
  expect(await wire.until('\r\n\r\n')).toBe(
    block(
      'Event: SkypeChatMessage',
      'Privilege: system, all',
      'Timestamp: 1795228746.689000',
      // FullyBooted was the first.
      'SequenceNumber: 2',
      'File: chan_skype.c',
      'Line: 864',
      'Func: new_chat_message',
      'Username: james_bond',
      'From: austin_powers',
      'Message: aGk=',
    ),
  );
});

test('an arrival in the shape of the echo, with the lines the other way round', async () => {
  const { pbx, wire } = await varied({ arrival: 'To', peerFirst: true });
  pbx.community.writeTo('james_bond', 'austin_powers', 'hi');
  expect(await wire.until('\r\n\r\n')).toBe(
    block(
      'Event: SkypeChatMessage',
      'Privilege: system,all',
      'From: austin_powers',
      'To: james_bond',
      'Message: aGk=',
    ),
  );
});

test('events in front of the answer that they belong to', async () => {
  const { wire } = await varied({ eventsFirst: true });
  const send = ['Action: SkypeChatSend', 'User: james_bond', 'Skypename: +1', 'Message: x'];
  expect(await ask(wire, ...send)).toMatch(/^Event: SkypeChatMessage/);
  expect(await wire.until('\r\n\r\n')).toMatch(/^Response: Success/);
});

test('a PBX that takes its time lets events pass, and answers in order', async () => {
  const { pbx, wire } = await varied({ answerPause: 5 });
  wire.write(block('Action: Ping', 'ActionID: 1') + block('Action: Ping', 'ActionID: 2'));
  pbx.community.writeTo('james_bond', 'austin_powers', 'hi');
  expect(await wire.until('\r\n\r\n')).toMatch(/^Event: SkypeChatMessage/);
  expect(await wire.until('\r\n\r\n')).toContain('ActionID: 1');
  expect(await wire.until('\r\n\r\n')).toContain('ActionID: 2');
});

test('a list without EventList, an empty full name, a buddy without its name', async () => {
  const { wire } = await varied({ lists: 'bare', emptyFullname: true, namesBuddy: false });
  wire.write(block('Action: SkypeBuddies', 'ActionID: 7', 'User: james_bond'));
  expect(await wire.until('ListItems: 2\r\nActionID: 7\r\n\r\n')).toBe(
    block('Response: Success', 'ActionID: 7', 'Message: Skype buddy status list will follow') +
      block(
        'Event: SkypeBuddyEntry',
        'ActionID: 7',
        'Buddy: austin_powers',
        'Fullname: Austin Powers',
        'Status: Online',
      ) +
      block('Event: SkypeBuddyEntry', 'ActionID: 7', 'Buddy: q_branch', 'Fullname: ', 'Status: Online') +
      block('Event: SkypeBuddylistComplete', 'ListItems: 2', 'ActionID: 7'),
  );
  expect(await ask(wire, 'Action: SkypeBuddy', 'User: james_bond', 'Buddy: q_branch')).toBe(
    block('Response: Success', 'availability: Online'),
  );
});

test('single bytes on the wire', async () => {
  const { wire } = await varied({ portion: 1 });
  expect(await ask(wire, 'Action: Getvar', 'Variable: X')).toBe(
    block('Response: Success', 'Variable: X', 'Value: '),
  );
});
