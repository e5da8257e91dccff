import { describe, expect, it } from 'vitest';
import type { PublicEvent } from '../../src/model/public-event.ts';
import { checkExpectations } from '../../src/services/replay/expect/check.ts';
import { parseExpectations } from '../../src/services/replay/expect/schema.ts';

const at = (second: number) => `2026-11-21T02:39:0${second}.000Z`;
const EVENTS: PublicEvent[] = [
  { seq: 1, at: at(0), pbx: 'p', type: 'account.status', user: 'bond', status: 'Logged In' },
  { seq: 2, at: at(1), pbx: 'p', type: 'chat', user: 'bond', peer: 'q', direction: 'in', text: 'hello' },
  { seq: 3, at: at(4), pbx: 'p', type: 'chat', user: 'bond', peer: 'q', direction: 'out', text: 'hi!' },
];
const check = (yaml: string, events = EVENTS) => checkExpectations(events, parseExpectations(yaml, 'e.yaml'));

describe('expectations that hold', () => {
  it.each([
    ['ordered, with others between', 'ordered: [{ type: account.status }, { text: hi! }]'],
    ['unordered', 'unordered: [{ text: hi! }, { type: account.status, status: Logged In }]'],
    ['unordered, a narrow one behind a wide one', 'unordered: [{ type: chat }, { text: hello }]'],
    [
      'parts and patterns',
      'ordered: [{ text: { contains: ell } }, { text: { matches: "^hi" }, peer: { not: x } }]',
    ],
    ['one of several', 'ordered: [{ direction: { oneOf: [in, out] } }]'],
    ['counts', 'counts: [{ match: { type: chat }, exactly: 2 }, { match: { peer: x }, atMost: 0 }]'],
    ['absence', 'absent: [{ text: { contains: secret } }]'],
    ['times', 'between: [{ from: { text: hello }, to: { text: hi! }, atLeast: 3s, atMost: 3000ms }]'],
  ])('%s', (_name, yaml) => {
    expect(check(yaml)).toEqual([]);
  });
});

describe('expectations that fail', () => {
  it.each([
    [
      'ordered: [{ type: chat, text: hi }]',
      `expected type: "chat", text: "hi"
   nearest #2 ${at(1)} {"type":"chat","user":"bond","peer":"q","direction":"in","text":"hello"}
      text: expected "hi", found "hello"`,
    ],
    [
      'ordered: [{ text: hi! }, { text: hello }]',
      `expected text: "hello"
   after #3 ${at(4)} {"type":"chat","user":"bond","peer":"q","direction":"out","text":"hi!"}
   found too early: #2 ${at(1)} {"type":"chat","user":"bond","peer":"q","direction":"in","text":"hello"}`,
    ],
    [
      'unordered: [{ text: hello }, { text: hello }]',
      'expected text: "hello"\n   found 1 such, but other expectations take them',
    ],
    [
      'counts: [{ match: { type: account.status }, atLeast: 2 }]',
      `expected at least 2 of type: "account.status"
   found 1
   #1 ${at(0)} {"type":"account.status","user":"bond","status":"Logged In"}`,
    ],
    [
      'absent: [{ type: account.status }]',
      `expected none of type: "account.status"
   found 1
   #1 ${at(0)} {"type":"account.status","user":"bond","status":"Logged In"}`,
    ],
    [
      'between: [{ from: { text: hello }, to: { text: hi! }, atMost: 2s }]',
      `expected at most 2000 ms from
   #2 ${at(1)} {"type":"chat","user":"bond","peer":"q","direction":"in","text":"hello"}
to
   #3 ${at(4)} {"type":"chat","user":"bond","peer":"q","direction":"out","text":"hi!"}
   took 3000 ms`,
    ],
    ['ordered: [{ type: call }]', 'expected type: "call"\n   found nothing like it'],
  ])('%s', (yaml, text) => {
    expect(check(yaml).map((failure) => failure.text)).toEqual([text]);
  });

  it('says that times cannot be measured where there are none', () => {
    const timeless = EVENTS.map((event) => ({ ...event, at: null }));
    const [failure] = check('between: [{ from: { text: hello }, to: { text: hi! }, atMost: 2s }]', timeless);
    expect(failure).toMatchObject({ where: 'between[0]', text: expect.stringContaining('holds no times') });
  });
});

it.each([
  ['', 'e.yaml: nothing is expected'],
  ['ordered: [', 'e.yaml:1: '],
  ['ordered:\n  - {}', 'e.yaml:2: ordered.0: name at least one field'],
  ['orderd: []', 'e.yaml: '],
  ['counts:\n  - match: { type: chat }', 'e.yaml:2: counts.0: say how many'],
  ['between:\n  - { from: { a: b }, to: { a: c }, atMost: soon }', 'e.yaml:2: between.0.atMost: '],
])('refuses %j with file and line', (yaml, message) => {
  expect(() => parseExpectations(yaml, 'e.yaml')).toThrow(message);
});
