import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { publicEvent } from '../../src/model/public-event.ts';
import { Anonymiser } from '../../src/services/anonymise/anonymise.ts';
import { Pseudonyms } from '../../src/services/anonymise/pseudonyms.ts';
import { isVocabulary } from '../../src/services/anonymise/vocabulary.ts';
import { Replay } from '../../src/services/replay/events.ts';
import { bytesOf, corpus, YEAR } from './corpus.ts';

function anonymise(bytes: Buffer, key = 'key', size = bytes.length || 1): Buffer {
  const anonymiser = new Anonymiser(new Pseudonyms(key), YEAR);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(anonymiser.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...parts, anonymiser.end()]);
}

function eventsOf(bytes: Buffer) {
  const replay = new Replay({ pbx: 'main', isAccount: null, year: YEAR });
  return [...replay.push(bytes), ...replay.end()].map((event) => publicEvent(event));
}

/** A token in clear, and in the base64 of each of its three alignments, without the digits that its neighbours share. */
function formsOf(token: string): string[] {
  const bytes = Buffer.from(token, 'utf8');
  const shifted = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor(((shift + bytes.length) * 8) / 6);
    return encoded.slice(first, last);
  });
  return [token, ...shifted];
}

/** Words of people: those of names and texts in the corpus' events that are no words of Asterisk. */
function tokensOf(events: ReturnType<typeof eventsOf>): Set<string> {
  const fields = events.flatMap(({ type: _t, direction: _d, at: _a, pbx: _p, status: _s, ...fields }) =>
    Object.values(fields),
  );
  const words = fields.flatMap((value) =>
    typeof value === 'string' ? (value.match(/[\p{L}\p{N}]+/gu) ?? []) : [],
  );
  return new Set(
    words.filter((word) => Buffer.byteLength(word) >= 4 && !isVocabulary(word) && !/^x+$/.test(word)),
  );
}

const PLAIN = corpus.filter(({ file }) => !/utf16|large|texts/.test(file));

describe('an anonymised capture', () => {
  it.each(PLAIN.map((entry) => [entry.file, entry] as const))(
    '%s holds no token of the original, in clear or in base64',
    async (_file, entry) => {
      const bytes = await bytesOf(entry);
      const before = eventsOf(bytes);
      // Names of headers and words of Asterisk stay, and a token may be a part of one of them.
      const result = anonymise(bytes)
        .toString('utf8')
        .replace(/^[A-Za-z_][\w-]*:/gm, '')
        .replace(/[A-Za-z_]+/g, (word) => (isVocabulary(word) ? '' : word));
      for (const token of tokensOf(before)) {
        for (const form of formsOf(token)) {
          const found = result.includes(form);
          expect([token, form, found]).toEqual([token, form, false]);
        }
      }
    },
  );

  it.each(PLAIN.map((entry) => [entry.file, entry] as const))(
    '%s keeps its events, times, lengths and who is who',
    async (_file, entry) => {
      const bytes = await bytesOf(entry);
      const [before, after] = [eventsOf(bytes), eventsOf(anonymise(bytes))];
      expect(after.map(({ seq, at, type, direction }) => [seq, at, type, direction])).toEqual(
        before.map(({ seq, at, type, direction }) => [seq, at, type, direction]),
      );
      const names = new Map<unknown, unknown>();
      for (const [index, event] of before.entries()) {
        const other = after[index];
        for (const key of ['user', 'peer', 'buddy', 'text']) {
          const name = event[key];
          if (typeof name !== 'string') continue;
          expect(Buffer.byteLength(String(other?.[key]))).toBe(Buffer.byteLength(name));
          if (names.has(name)) expect(other?.[key]).toBe(names.get(name));
          names.set(name, other?.[key]);
        }
      }
      expect(new Set(names.values()).size).toBe(names.size);
    },
  );

  it('does not depend on the chunks', async () => {
    for (const entry of PLAIN.slice(0, 30)) {
      const bytes = await bytesOf(entry);
      expect(anonymise(bytes, 'key', 7)).toEqual(anonymise(bytes));
    }
  });

  it('is another one with another key', async () => {
    const [entry] = PLAIN;
    if (entry === undefined) throw new Error('the corpus is empty');
    const bytes = await bytesOf(entry);
    expect(anonymise(bytes, 'other')).not.toEqual(anonymise(bytes, 'key'));
  });

  it.each([
    ['a secret', 'Action: Login\r\nUsername: bond\r\nSecret: hunter2\r\n\r\n', ['bond', 'hunter2']],
    ['an authorisation', 'Action: SkypeAddBuddy\r\nAuthMsg: let me in\r\n\r\n', ['let']],
    [
      'a plain text that goes out',
      'Action: SkypeChatSend\r\nMessage: attack at dawn\r\n\r\n',
      ['attack', 'dawn'],
    ],
    [
      'hosts',
      'Event: X\r\nRemoteAddress: IPV4/TCP/192.0.2.77/4711\r\nHost: pbx.example.com\r\n\r\n',
      ['192.0.2.77', 'example'],
    ],
    ['IPv6', 'Event: X\r\nAddress: fe80::dead:beef\r\n\r\n', ['dead:beef']],
    [
      'a configuration',
      'Response: Success\r\nCategory-000001: bond\r\nLine-000001-000000: secret=s007x\r\nLine-000001-000001: auth_policy=accept.vesper,deny\r\n\r\n',
      ['bond', 's007x', 'vesper'],
    ],
    ['a line of output', 'Response: Success\r\nOutput: moneypenny  Logged In\r\n\r\n', ['moneypenny']],
    [
      'a syslog host',
      'Nov 21 02:39:06 secrethost ami: Event: X\nNov 21 02:39:06 secrethost ami: A: b\n',
      ['secrethost'],
    ],
    [
      'a telnet’s host',
      'Trying 192.0.2.77...\nConnected to pbx.example.com.\nEvent: X\n\n',
      ['192.0.2.77', 'example'],
    ],
  ])('replaces %s', (_name, text, tokens) => {
    const result = anonymise(Buffer.from(text)).toString();
    for (const token of tokens) expect(result).not.toContain(token);
    expect(result.split('\n').length).toBe(text.split('\n').length);
  });
});

describe('Pseudonyms', () => {
  it.each([
    'hello',
    'Hello',
    'Grüße',
    'Привет',
    '日本',
    'こんにちは',
    'שלום',
    'γειά',
    '🎸',
    '👩‍👩‍👧',
    'ß',
    '007',
    'a',
  ])('%s becomes another word of the same bytes and script', (word) => {
    const made = new Pseudonyms('key').text(word);
    expect(made).not.toBe(word);
    expect(Buffer.byteLength(made)).toBe(Buffer.byteLength(word));
    expect(isUtf8(Buffer.from(made))).toBe(true);
    expect(/\p{Script=Latin}/u.test(made)).toBe(/\p{Script=Latin}/u.test(word));
    expect(/\p{Script=Cyrillic}/u.test(made)).toBe(/\p{Script=Cyrillic}/u.test(word));
  });

  it('never gives two words one pseudonym', () => {
    const names = new Pseudonyms('key');
    const words = Array.from({ length: 3000 }, (_, index) => index.toString(36).padStart(3, 'a'));
    expect(new Set(words.map((word) => names.word(word))).size).toBe(new Set(words).size);
  });
});
