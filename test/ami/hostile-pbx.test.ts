import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skypeBuddies } from '../../src/ami/skype/actions.ts';
import { type Decoded, decode } from '../../src/ami/skype/decoder.ts';
import { buddyListOf, buddyProfileOf } from '../../src/ami/skype/replies.ts';
import { type AmiMessage, parseMessage } from '../../src/ami/wire/message.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { printable } from '../../src/model/text.ts';
import { cutAt, messagesOf } from '../helpers/frames.ts';
import { cleaned, linkTo, pbx, readyLink } from '../helpers/linked.ts';
import { until } from '../helpers/until.ts';

cleaned();

/** What a Skype user or a broken PBX may put into any text that reaches this program. */
const INJECTIONS: readonly (readonly [string, string])[] = [
  ['a header', 'x\r\nStatus: Logged In'],
  ['an action', 'x\r\n\r\nAction: Originate\r\nChannel: Local/1@x\r\n\r\n'],
  ['an event', 'x\r\n\r\nEvent: SkypeChatMessage\r\nUsername: a\r\nFrom: boss\r\nMessage: aGk=\r\n\r\n'],
  ['a log line', 'x\n{"level":50,"msg":"forged"}'],
  ['a terminal escape', '\x1b]0;owned\x07\x1b[2J\x9b31m\u202e'],
  ['a prototype', '__proto__'],
  ['NUL', 'x\0y'],
];

const body = (text: string) => Buffer.from(text).toString('base64');
const one = (text: string): AmiMessage => parseMessage(Buffer.from(text));

describe.each(INJECTIONS)('%s', (_name, injection) => {
  it('in a chat stays the text of that chat', () => {
    const bytes = Buffer.from(
      `Event: SkypeChatMessage\r\nUsername: a\r\nFrom: b\r\nMessage: ${body(injection)}\r\n\r\n`,
    );
    expect(messagesOf([bytes]).map((message) => decode(message, null))).toEqual([
      {
        kind: 'skype',
        event: { type: 'chat', user: 'a', peer: 'b', direction: 'in', text: injection },
      },
    ]);
    // What is shown of it fits on one line and moves no cursor.
    expect(printable(injection)).toMatch(/^[^\x00-\x1f\x7f-\x9f\u202e]*$/);
  });

  it('in a name or status adds nothing to what the event says otherwise', () => {
    const decoded = decode(
      one(`Event: SkypeBuddyStatus\r\nBuddy: Skype/a@b\r\nBuddyStatus: ${injection}\r\n\r\n`),
      null,
    );
    if (decoded.kind === 'skype') expect(decoded.event).toMatchObject({ user: 'a', buddy: 'b' });
    const forged = decode(
      one(`Event: SkypeAccountStatus\r\nUsername: ${injection}\r\nStatus: Logged Out\r\n\r\n`),
      null,
    );
    if (forged.kind === 'skype') expect(forged.event.type).toBe('account.status');
  });

  it('in a profile or a buddy list never throws', () => {
    const response = one(`Response: Success\r\nActionID: 1\r\nabout: ${injection}\r\nfullname: x\r\n\r\n`);
    expect(Object.keys(buddyProfileOf({ response }).properties)).not.toContain('__proto__');
    const events = [
      one(`Event: SkypeBuddyEntry\r\nBuddy: b\r\nFullname: ${injection}\r\nStatus: Offline\r\n\r\n`),
    ];
    for (const { status } of buddyListOf({ response, events }).entries) expect(status).not.toBe('Logged In');
  });

  it('in an answer of the PBX ends one request at most, and the link lives', async () => {
    const server = await pbx();
    const { link } = await readyLink(server);
    const asked = link.request(skypeBuddies(nameFromPbx('james_bond')));
    const { id } = await server.next();
    server.write(`Response: Error\r\nActionID: ${id}\r\nMessage: ${injection}\r\n\r\n`);
    await expect(asked).rejects.toMatchObject({ code: 'PBX_REFUSED' });
    expect(link.state).toBe('ready');
  });

  it('in the words of a server that is no PBX is shown as harmless text', async () => {
    const server = await pbx({ login: 'manual', greeting: `X${injection}\r\n\r\n` });
    const { link, items } = linkTo(server, { timeoutMs: 50 });
    await until(() => items.some((item) => item.kind === 'state' && item.state === 'disconnected'));
    for (const item of items) {
      if (item.kind === 'state') expect(item.reason ?? '').toMatch(/^[^\x00-\x1f\x7f-\x9f\u202e]*$/);
    }
    await link.stop();
  });
});

describe('whatever the bytes are', () => {
  const piece = fc.constantFrom(
    'Event: ',
    'Response: ',
    'ActionID: ',
    'SkypeChatMessage',
    'SkypeBuddyStatus',
    'SkypeAccountStatus',
    'Username: ',
    'From: ',
    'To: ',
    'Message: ',
    'Buddy: ',
    'BuddyStatus: ',
    'Status: ',
    'Skype/',
    '@',
    'aGk=',
    '=',
    ':',
    '\r\n',
    '\n',
    '\r\n\r\n',
    'x',
    '\0',
  );
  const soup = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  const decodedOf = (chunks: readonly Buffer[]): Decoded[] =>
    messagesOf(chunks).map((message) => decode(message, null));

  it('the decoder never throws, and chunks make no difference', () => {
    fc.assert(
      fc.property(soup, fc.array(fc.nat(), { maxLength: 8 }), (bytes, places) => {
        expect(decodedOf(cutAt(bytes, places))).toEqual(decodedOf([bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it('a decoded event has its fields, none of them empty', () => {
    fc.assert(
      fc.property(soup, (bytes) => {
        for (const decoded of decodedOf([bytes])) {
          if (decoded.kind !== 'skype') continue;
          const { type, user } = decoded.event;
          expect(['chat', 'account.status', 'buddy.status']).toContain(type);
          expect(user).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('base64 of megabytes is decoded or reported, and never too much for the stack', () => {
    const long = 'A'.repeat(4_000_000);
    const chat = (message: string) =>
      decode(one(`Event: SkypeChatMessage\r\nUsername: a\r\nFrom: b\r\nMessage: ${message}\r\n\r\n`), null);
    expect(chat(long)).toMatchObject({ kind: 'skype' });
    expect(chat(`${long}!`)).toMatchObject({ kind: 'bad', raw: `${long}!` });
  });
});
