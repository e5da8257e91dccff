import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buddyListOf,
  buddyProfileOf,
  callsLicensedOf,
  commandsOf,
  licencesOf,
} from '../../src/ami/skype/replies.ts';
import { type AmiMessage, parseMessage } from '../../src/ami/wire/message.ts';

const message = (text: string): AmiMessage => parseMessage(Buffer.from(`${text}\r\n\r\n`));
const response = message('Response: Success\r\nActionID: 1');
const profile = (text: string) =>
  buddyProfileOf({ response: message(`Response: Success\r\nActionID: abc123\r\n${text}`) });

describe('buddyListOf', () => {
  it('reads the list of the manual, section 3.5.4', () => {
    const events = [
      message(
        'Event: SkypeBuddyEntry\r\nActionID: abc123\r\nBuddy: echo123\r\nStatus: Waiting for Authorization',
      ),
      message(
        'Event: SkypeBuddyEntry\r\nActionID: abc123\r\nBuddy: austin_powers\r\nFullname: Austin Powers\r\nStatus: Offline (Voicemail Enabled)',
      ),
    ];
    const complete = message('Event: SkypeBuddylistComplete\r\nListItems: 2\r\nActionID: abc123');
    expect(buddyListOf({ response, events, complete })).toEqual({
      entries: [
        { buddy: 'echo123', fullname: null, status: 'Waiting for Authorization' },
        { buddy: 'austin_powers', fullname: 'Austin Powers', status: 'Offline (Voicemail Enabled)' },
      ],
      problems: [],
    });
  });

  it('does not believe headers that a full name imitates', () => {
    const forged = 'Evil\r\nBuddy: boss\r\nStatus: Online';
    const entry = `Event: SkypeBuddyEntry\r\nActionID: 1\r\nBuddy: dr.evil\r\nFullname: ${forged}\r\nStatus: Blocked`;
    const { entries, problems } = buddyListOf({ response, events: [message(entry)] });
    expect(entries).toEqual([{ buddy: 'dr.evil', fullname: 'Evil', status: 'Blocked' }]);
    expect(problems).toEqual(['entry 1 repeats a header: its full name may hold line ends']);
  });

  it('says what is missing', () => {
    const complete = message('Event: SkypeBuddylistComplete\r\nListItems: 2');
    const events = [message('Event: SkypeBuddyEntry\r\nStatus: Online')];
    expect(buddyListOf({ response, events, complete }).problems).toEqual([
      'entry 1 has no Buddy',
      '2 entries were announced, 1 came',
    ]);
  });
});

describe('buddyProfileOf', () => {
  it('reads the answer of the manual, section 3.5.5', () => {
    const text =
      'availability: Online\r\nfullname: Austin Powers\r\nbirthday: 19450328\r\nphone_mobile: +15555551212';
    expect(profile(text)).toEqual({
      properties: {
        availability: 'Online',
        fullname: 'Austin Powers',
        birthday: '19450328',
        phone_mobile: '+15555551212',
      },
      doubtful: [],
      unknown: [],
    });
  });

  it('believes neither of two', () => {
    expect(profile('about: hi\r\nphone_mobile: +666\r\nphone_mobile: +1')).toMatchObject({
      properties: { about: 'hi' },
      doubtful: ['phone_mobile'],
    });
  });

  it('believes nothing behind a line of text', () => {
    expect(profile('fullname: X\r\nabout: my life\r\nchapter two\r\nphone_mobile: +666')).toEqual({
      properties: { fullname: 'X', about: 'my life' },
      doubtful: ['phone_mobile'],
      unknown: [''],
    });
  });

  it('keeps names that it does not know out, and names of Object.prototype too', () => {
    const found = profile('nickname: x\r\n__proto__: y\r\nconstructor: z\r\nfullname: X');
    expect(Object.getPrototypeOf(found.properties)).toBe(Object.prototype);
    expect(Object.keys(found.properties)).toEqual([]);
    expect(found.unknown).toEqual(['nickname', '__proto__', 'constructor']);
  });

  it('lets no text give a property a value of its own beside the true one', () => {
    const text = fc.array(fc.constantFrom('\r\n', 'phone_mobile: +666', 'about: x', 'x', ': ', 'Response: '));
    fc.assert(
      fc.property(text, (parts) => {
        const { properties } = profile(`about: ${parts.join('')}\r\nphone_mobile: +1`);
        expect(['+1', undefined]).toContain(properties.phone_mobile);
      }),
    );
  });
});

it('licences are read, whatever is missing', () => {
  const events = [
    message(
      'Event: SkypeLicense\r\nKey: S4A-1\r\nExpires: 2030-01-31\r\nHostId: 00:11\r\nChannels: 10\r\nStatus: OK',
    ),
    message('Event: SkypeLicense\r\nKey: S4A-2\r\nChannels: many'),
    message('Event: SkypeLicense\r\nStatus: odd'),
  ];
  expect(licencesOf({ response, events })).toEqual([
    { key: 'S4A-1', expires: '2030-01-31', hostId: '00:11', channels: 10, status: 'OK' },
    { key: 'S4A-2', expires: null, hostId: null, channels: null, status: null },
  ]);
  expect(callsLicensedOf({ response: message('Response: Success\r\nCallsLicensed: 4'), events: [] })).toBe(4);
  expect(callsLicensedOf({ response, events: [] })).toBeNull();
});

it('commands are the headers of the answer', () => {
  const text =
    'Response: Success\r\nActionID: 1\r\nSkypeBuddies: List (Priv: system,all)\r\nPing: Keepalive (Priv: <none>)';
  expect([...commandsOf({ response: message(text), events: [] })]).toEqual(['skypebuddies', 'ping']);
});
