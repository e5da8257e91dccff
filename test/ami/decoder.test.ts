import { describe, expect, it } from 'vitest';
import { decode } from '../../src/ami/skype/decoder.ts';
import { parseMessage } from '../../src/ami/wire/message.ts';
import { fixture, messagesOf } from '../helpers/frames.ts';

const decodeText = (text: string, accounts: string[] | null = null) =>
  decode(parseMessage(Buffer.from(`${text}\r\n\r\n`)), accounts && ((name) => accounts.includes(name)));

const chat = (headers: string) => `Event: SkypeChatMessage\r\nPrivilege: system,all\r\n${headers}`;

describe('decode', () => {
  it('reads the events of the manual, sections 3.5.6 and 4.1', () => {
    const messages = [
      ...messagesOf([fixture('manual/events.amilog')]),
      ...messagesOf([fixture('manual/actions.amilog')]),
    ];
    const skype = messages.map((message) => decode(message, null)).filter((found) => found.kind !== 'other');
    expect(skype).toEqual([
      { kind: 'skype', event: { type: 'account.status', user: 'james_bond', status: 'Logged In' } },
      {
        kind: 'skype',
        event: { type: 'buddy.status', user: 'james_bond', buddy: 'austin_powers', status: 'Offline' },
      },
      {
        kind: 'skype',
        event: {
          type: 'chat',
          user: 'jbond',
          peer: 'austin_powers',
          direction: 'in',
          text: 'Skype For Asterisk rocks!',
        },
      },
      {
        kind: 'skype',
        event: {
          type: 'chat',
          user: 'james_bond',
          peer: 'austin_powers',
          direction: 'out',
          text: 'Sending test message from AMI to skype client',
          inferred: true,
        },
      },
    ]);
  });

  it('tells directions by the accounts that it knows', () => {
    const sent = chat('To: austin_powers\r\nFrom: james_bond\r\nMessage: aGk=');
    expect(decodeText(sent, ['james_bond'])).toMatchObject({
      event: { user: 'james_bond', peer: 'austin_powers', direction: 'out' },
    });
    expect(decodeText(sent, ['austin_powers'])).toMatchObject({
      event: { user: 'austin_powers', peer: 'james_bond', direction: 'in' },
    });
    expect(decodeText(sent, ['james_bond'])).not.toHaveProperty('event.inferred');
    expect(decodeText(sent, ['q_branch'])).toMatchObject({ event: { direction: 'out', inferred: true } });
  });

  it.each([
    ['Skype/james_bond@live:dr.evil', 'james_bond', 'live:dr.evil'],
    ['Skype/user@the.buddy', 'user', 'the.buddy'],
    ['Skype/sales@someone@example.com', 'sales', 'someone@example.com'],
    ['skype/a@+12564286000', 'a', '+12564286000'],
  ])('splits %s', (address, user, buddy) => {
    expect(decodeText(`Event: SkypeBuddyStatus\r\nBuddy: ${address}\r\nBuddyStatus: Teleporting`)).toEqual({
      kind: 'skype',
      event: { type: 'buddy.status', user, buddy, status: 'Teleporting' },
    });
  });

  it('keeps newlines and every script of a text', () => {
    const text = 'line one\r\nzwei ✓\n🎸 日本';
    const body = Buffer.from(text).toString('base64');
    expect(decodeText(chat(`Username: a\r\nFrom: b\r\nMessage: ${body}`))).toMatchObject({ event: { text } });
  });

  it.each([
    ['no base64', chat('Username: a\r\nFrom: b\r\nMessage: not base64!'), 'not base64!'],
    ['base64 of no UTF-8', chat('Username: a\r\nFrom: b\r\nMessage: //79'), '//79'],
    [
      'an address of another form',
      'Event: SkypeBuddyStatus\r\nBuddy: austin_powers\r\nBuddyStatus: Online',
      'austin_powers',
    ],
    ['no sender', chat('Username: a\r\nMessage: aGk='), null],
    ['no receiver', chat('From: a\r\nMessage: aGk='), null],
    ['no text', chat('Username: a\r\nFrom: b'), null],
    ['no status', 'Event: SkypeAccountStatus\r\nUsername: a', null],
  ])('reports %s with its raw value', (_name, text, raw) => {
    expect(decodeText(text)).toMatchObject({ kind: 'bad', raw });
  });

  it.each([
    'Event: FullyBooted',
    'Response: Success',
    'Response: Success\r\nabout: x\r\nEvent: SkypeChatMessage\r\nUsername: a\r\nFrom: b\r\nMessage: aGk=',
    'x',
    'Event: SkypeBuddyEntry\r\nBuddy: x\r\nStatus: Online',
  ])('leaves %j alone', (text) => {
    expect(decodeText(text)).toEqual({ kind: 'other' });
  });

  it.each(['manual/events.amilog', 'manual/actions.amilog', 'captures/asterisk-22.10-full.amilog'])(
    'reads %s alike with CRLF and with LF',
    (path) => {
      const crlf = fixture(path);
      const lf = Buffer.from(crlf.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
      expect(lf.length).toBeLessThan(crlf.length);
      expect(messagesOf([lf])).toEqual(messagesOf([crlf]));
    },
  );

  it('reads the captured sessions whole', () => {
    const counts = [
      'captures/asterisk-22.10-full.amilog',
      'captures/asterisk-22.10-system-rights-only.amilog',
    ].map((path) => {
      const kinds = messagesOf([fixture(path)]).map((message) => decode(message, null));
      return {
        bad: kinds.filter((found) => found.kind === 'bad').length,
        types: Object.groupBy(
          kinds.flatMap((found) => (found.kind === 'skype' ? [found.event.type] : [])),
          (type) => type,
        ),
      };
    });
    expect(counts.map(({ bad }) => bad)).toEqual([0, 0]);
    // Counted by hand: grep -c 'Event: SkypeAccountStatus' and its like.
    expect(counts[0]?.types['account.status']).toHaveLength(14);
    expect(counts[0]?.types['buddy.status']).toHaveLength(31);
    expect(counts[0]?.types.chat).toHaveLength(12);
  });
});
