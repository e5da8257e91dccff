/**
 * Sends the traffic of `fixtures/ami` and writes down beside it what it sent: `node test/replay/make-corpus.ts`.
 *
 * Nothing of the project is used here: bytes are literal, and expected events are those of the sender.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';

const HERE = new URL('../../fixtures/ami/', import.meta.url);
const START = Date.UTC(2026, 10, 21, 2, 39, 6, 100);

type Fields = Readonly<Record<string, string | boolean>>;
interface Part {
  /** Lines without line ends, and without the blank one behind. */
  readonly lines: readonly string[];
  readonly direction: 'in' | 'out';
  readonly event?: Fields;
}

interface Entry {
  readonly file: string;
  readonly what: string;
  readonly origin: 'synthetic' | 'authentic';
  readonly expected: string;
  readonly accounts?: readonly string[];
  readonly unknownBytes?: number;
  readonly badEvents?: number;
}

const index: Entry[] = [];
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
const message = (...lines: string[]): Part => ({ lines, direction: 'in' });
const action = (...lines: string[]): Part => ({ lines, direction: 'out' });

function account(user: string, status: string): Part {
  return {
    direction: 'in',
    lines: ['Event: SkypeAccountStatus', 'Privilege: system,all', `Username: ${user}`, `Status: ${status}`],
    event: { type: 'account.status', user, status },
  };
}
function buddy(user: string, other: string, status: string): Part {
  return {
    direction: 'in',
    lines: [
      'Event: SkypeBuddyStatus',
      'Privilege: system,all',
      `Buddy: Skype/${user}@${other}`,
      `BuddyStatus: ${status}`,
    ],
    event: { type: 'buddy.status', user, buddy: other, status },
  };
}
function received(user: string, peer: string, text: string): Part {
  return {
    direction: 'in',
    lines: [
      'Event: SkypeChatMessage',
      'Privilege: system, all',
      `Username: ${user}`,
      `From: ${peer}`,
      `Message: ${base64(text)}`,
    ],
    event: { type: 'chat', user, peer, direction: 'in', text },
  };
}
function sent(user: string, peer: string, text: string, inferred = true): Part {
  return {
    direction: 'in',
    lines: [
      'Event: SkypeChatMessage',
      'Privilege: system,all',
      `To: ${peer}`,
      `From: ${user}`,
      `Message: ${base64(text)}`,
    ],
    event: { type: 'chat', user, peer, direction: 'out', text, ...(inferred ? { inferred } : {}) },
  };
}

const LOGIN_REPLY = message('Response: Success', 'ActionID: 1', 'Message: Authentication accepted');
const BOOTED = message(
  'Event: FullyBooted',
  'Privilege: system,all',
  'Uptime: 1389',
  'LastReload: 35',
  'Status: Fully Booted',
);
const OTHER = message(
  'Event: PeerStatus',
  'Privilege: system,all',
  'ChannelType: PJSIP',
  'Peer: PJSIP/6001',
  'PeerStatus: Reachable',
);
const LOGIN = action('Action: Login', 'ActionID: 1', 'Username: sfa', 'Secret: topsecret', 'Events: on');
const CHAT_SEND = action(
  'Action: SkypeChatSend',
  'ActionID: 2',
  'User: james_bond',
  'Skypename: q_branch',
  'Message: on my way',
);
const CHAT_REPLY = message('Response: Success', 'ActionID: 2', 'Message: Chat sent');

/** A little of everything, as one session. */
const DAY: readonly Part[] = [
  LOGIN_REPLY,
  BOOTED,
  account('james_bond', 'Logged In'),
  buddy('james_bond', 'austin_powers', 'Online'),
  OTHER,
  buddy('james_bond', 'live:dr.evil', 'Do Not Disturb'),
  received('james_bond', 'austin_powers', 'Yeah, baby!'),
  sent('james_bond', 'austin_powers', 'Grüße aus Köln\r\nzweite Zeile'),
  received('james_bond', 'live:dr.evil', '🎸 日本 Привет'),
  buddy('james_bond', '+12564286000', 'Skypeout'),
  received('james_bond', 'austin_powers', 'Yeah, baby!'),
  account('james_bond', 'Logged Out'),
];
const TALK: readonly Part[] = [
  LOGIN,
  LOGIN_REPLY,
  BOOTED,
  account('james_bond', 'Logged In'),
  CHAT_SEND,
  CHAT_REPLY,
  sent('james_bond', 'q_branch', 'on my way'),
  received('james_bond', 'q_branch', 'good'),
];

const timeOf = (position: number) => START + position * 1250;
const iso = (at: number) => new Date(at).toISOString();
const lines = (part: Part, end = '\r\n') => [...part.lines, ''].map((line) => `${line}${end}`).join('');
const wire = (parts: readonly Part[], end = '\r\n') => parts.map((part) => lines(part, end)).join('');
const inOnly = (parts: readonly Part[]) => parts.filter(({ direction }) => direction === 'in');

function put(
  file: string,
  what: string,
  bytes: string | Buffer,
  parts: readonly Part[],
  more: {
    at?: (position: number) => number;
    accounts?: readonly string[];
    unknownBytes?: number;
    badEvents?: number;
  } = {},
): void {
  const { at, ...rest } = more;
  const events = parts.flatMap(({ event }, position) =>
    event ? [{ at: at ? iso(at(position)) : null, ...event }] : [],
  );
  const expected = events.map((event, position) => ({ seq: position + 1, ...event }));
  const name = `${file.replace(/\..*$/, '')}.events.json`;
  writeFileSync(new URL(file, HERE), bytes);
  writeFileSync(new URL(name, HERE), `${JSON.stringify(expected, null, 1)}\n`);
  index.push({ file, what, origin: 'synthetic', expected: name, ...rest });
}

// Line ends, banners, tools
const BANNER = 'Asterisk Call Manager/11.0.0\r\n';
put('crlf.amilog', 'CRLF, as the wire has it', BANNER + wire(DAY), DAY);
put(
  'lf.amilog',
  'LF, as an editor or a script leaves it',
  (BANNER + wire(DAY)).replaceAll('\r\n', '\n'),
  DAY,
);
put(
  'mixed-ends.amilog',
  'CRLF and LF by turns',
  DAY.map((part, at) => lines(part, at % 2 ? '\n' : '\r\n')).join(''),
  DAY,
);
put(
  'blank-lines.amilog',
  'several blank lines between messages',
  `\r\n\r\n\n${wire(DAY).replaceAll('\r\n\r\n', '\r\n\r\n\n\r\n')}`,
  DAY,
);
put('bom.amilog', 'a byte order mark of UTF-8', `\ufeff${wire(DAY)}`, DAY);
put(
  'utf16.amilog',
  'UTF-16, as PowerShell redirects',
  Buffer.from(`\ufeff${BANNER}${wire(DAY)}`, 'utf16le'),
  DAY,
);
put(
  'telnet.amilog',
  'a telnet session with what was typed and the end',
  `$ telnet pbx.example.com 5038\nTrying 192.0.2.5...\nConnected to pbx.example.com.\nEscape character is '^]'.\n${BANNER}${TALK.map((part) => lines(part, part.direction === 'out' ? '\n' : '\r\n')).join('')}^]\ntelnet> quit\nConnection closed.\n`,
  TALK,
);
put(
  'telnet-remote-end.amilog',
  'telnet, ended by the PBX',
  `Trying ::1...\nConnected to localhost.\nEscape character is '^]'.\n${BANNER}${wire(DAY)}Connection closed by foreign host.\n`,
  DAY,
);
put('nc.amilog', 'nc: banner with LF only', `Asterisk Call Manager/1.1\n${wire(DAY)}`, DAY);
put(
  'nc-verbose.amilog',
  'nc -v: its own line first',
  `Connection to 192.0.2.5 5038 port [tcp/*] succeeded!\n${BANNER}${wire(DAY)}`,
  DAY,
);
put(
  'ncat.amilog',
  'ncat: its own lines',
  `Ncat: Version 7.93 ( https://nmap.org/ncat )\nNcat: Connected to 192.0.2.5:5038.\n${BANNER}${wire(DAY)}`,
  DAY,
);
put('banner-glued.amilog', 'a banner without a line end', `Asterisk Call Manager/1.1${wire(DAY)}`, DAY);
put(
  'prompts.amilog',
  'prompts in front of messages',
  DAY.map((part) => `pbx*CLI> ${lines(part)}`).join(''),
  DAY,
);
put(
  'typed-glued.amilog',
  'what was typed stands right before what came in',
  `Action: Ping\n${wire(DAY.slice(2))}`,
  DAY.slice(2),
);
put('both-directions.amilog', 'both directions, a client that logs what it sends', wire(TALK), TALK);

// Times
const perLine = (parts: readonly Part[], front: (at: number, part: Part) => string, end = '\n') =>
  parts
    .map((part, position) =>
      [...part.lines, ''].map((line) => `${front(timeOf(position), part)}${line}${end}`).join(''),
    )
    .join('');
const clock = { at: timeOf };
const seconds = { at: (position: number) => Math.floor(timeOf(position) / 1000) * 1000 };
const SYSLOG = (at: number) => `Nov 21 ${iso(at).slice(11, 19)}`;
put(
  'iso-lines.amilog',
  'ISO 8601 before every line',
  perLine(DAY, (at) => `${iso(at)} `),
  DAY,
  clock,
);
put(
  'iso-brackets.amilog',
  'ISO 8601 in brackets, with a blank',
  perLine(DAY, (at) => `[${iso(at).replace('T', ' ').slice(0, 23)}] `, '\r\n'),
  DAY,
  clock,
);
put(
  'iso-comma.amilog',
  'a comma for the fraction, as Python logs',
  perLine(DAY, (at) => `${iso(at).replace('T', ' ').replace('.', ',').slice(0, 23)} `),
  DAY,
  clock,
);
put(
  'iso-zone.amilog',
  'ISO 8601 with a zone',
  perLine(DAY, (at) => `${iso(at + 7_200_000).slice(0, 23)}+02:00 `),
  DAY,
  clock,
);
put(
  'iso-seconds.amilog',
  'ISO 8601 without a fraction, a tab behind',
  perLine(DAY, (at) => `${iso(at).slice(0, 19)}Z\t`),
  DAY,
  seconds,
);
put(
  'syslog.amilog',
  'syslog (RFC 3164) before every line',
  perLine(DAY, (at) => `${SYSLOG(at)} pbx ami[4711]: `),
  DAY,
  seconds,
);
put(
  'syslog-priority.amilog',
  'syslog with its priority',
  perLine(DAY, (at) => `<30>${SYSLOG(at)} pbx ami: `),
  DAY,
  seconds,
);
put(
  'rsyslog.amilog',
  'rsyslog: ISO 8601, host and program',
  perLine(DAY, (at) => `${iso(at).slice(0, 23)}000+00:00 pbx ami[4711]: `),
  DAY,
  clock,
);
put(
  'asterisk-time.amilog',
  'times as in the logs of Asterisk',
  perLine(DAY, (at) => `[${SYSLOG(at)}] `),
  DAY,
  seconds,
);
put(
  'epoch-seconds.amilog',
  'seconds since the epoch',
  perLine(DAY, (at) => `${Math.floor(at / 1000)} `),
  DAY,
  seconds,
);
put(
  'epoch-fraction.amilog',
  'seconds with a fraction, as ts writes',
  perLine(DAY, (at) => `${(at / 1000).toFixed(6)} `),
  DAY,
  clock,
);
put(
  'epoch-milliseconds.amilog',
  'milliseconds since the epoch',
  perLine(DAY, (at) => `${at} `),
  DAY,
  clock,
);
put(
  'epoch-microseconds.amilog',
  'microseconds since the epoch',
  perLine(DAY, (at) => `${at}000: `),
  DAY,
  clock,
);
put(
  'block-own-line.amilog',
  'a time on a line of its own before each message',
  DAY.map((part, at) => `[${iso(timeOf(at))}]\n${lines(part)}`).join(''),
  DAY,
  clock,
);
put(
  'block-first-line.amilog',
  'a time before the first header of each message',
  DAY.map((part, at) => `${iso(timeOf(at))} ${lines(part)}`).join(''),
  DAY,
  clock,
);
put(
  'block-dashes.amilog',
  'a time between dashes',
  DAY.map((part, at) => `--- ${iso(timeOf(at))} ---\n${lines(part)}`).join(''),
  DAY,
  clock,
);
put(
  'block-epoch.amilog',
  'epoch in a remark before each message',
  DAY.map((part, at) => `# ${(timeOf(at) / 1000).toFixed(3)}\n${lines(part)}`).join(''),
  DAY,
  clock,
);
put(
  'timestampevents.amilog',
  'a Timestamp header (timestampevents = yes)',
  wire(
    DAY.map((part, at) => ({
      ...part,
      lines: part.lines.flatMap((line, place) =>
        place === 1 ? [line, `Timestamp: ${(timeOf(at) / 1000).toFixed(6)}`] : [line],
      ),
    })),
  ),
  DAY,
  clock,
);

// Directions
const mark = (part: Part) => (part.direction === 'in' ? '<' : '>');
put(
  'marks.amilog',
  'marks of direction before every line',
  perLine(TALK, (_at, part) => `${mark(part)} `),
  TALK,
);
put(
  'times-and-marks.amilog',
  'times and marks',
  perLine(TALK, (at, part) => `${iso(at)} ${mark(part).repeat(3)} `),
  TALK,
  clock,
);
const woven = () => {
  const ping = ['Action: Ping', 'ActionID: 9', ''];
  let turn = 0;
  return inOnly(TALK)
    .map((part) => [...part.lines, ''].map((line) => `< ${line}\n> ${ping[turn++ % 3]}\n`).join(''))
    .join('');
};
put('woven.amilog', 'the other direction between the lines of messages', woven(), inOnly(TALK));
put(
  'socat.amilog',
  'socat -v',
  TALK.map(
    (part, at) =>
      `${part.direction === 'out' ? '>' : '<'} 2026/11/21 ${iso(timeOf(at)).slice(11, 23)}000  length=99 from=0 to=98\n${lines(part, '\\r\n')}`,
  ).join(''),
  TALK,
  clock,
);
put(
  'sfa-capture.amilog',
  'the format of sfa capture',
  `; sfa capture 1 pbx main\r\n\r\n${TALK.map((part, at) => `; ${iso(timeOf(at))} ${mark(part)}\r\n\r\n${lines(part).replace('topsecret', '********')}`).join('')}`,
  TALK,
  clock,
);

// Compression and cut ends
put('gzip.amilog.gz', 'gzip', gzipSync(BANNER + wire(DAY)), DAY);
put(
  'gzip-members.amilog.gz',
  'two logs, compressed one by one and joined',
  Buffer.concat([gzipSync(wire(DAY)), gzipSync(wire(TALK))]),
  [...DAY, ...TALK],
);
put('zstd.amilog.zst', 'Zstandard', zstdCompressSync(Buffer.from(BANNER + wire(DAY))), DAY);
put(
  'gzip-times.amilog.gz',
  'gzip of a log with times',
  gzipSync(perLine(DAY, (at) => `${iso(at)} `)),
  DAY,
  clock,
);
put(
  'cut-after-header.amilog',
  'the end is cut between two lines',
  wire(DAY).slice(0, -'Status: Logged Out\r\n\r\n'.length),
  DAY.slice(0, -1),
  { badEvents: 1 },
);
put('cut-before-blank.amilog', 'only the last blank line is missing', wire(DAY).slice(0, -2), DAY);
put('cut-front.amilog', 'the front is cut in the middle of a message', wire(DAY).slice(8), DAY, {
  unknownBytes: 11,
});

// What is not understood
put(
  'garbage.amilog',
  'unknown bytes between messages',
  Buffer.concat([
    Buffer.from(wire(DAY.slice(0, 4))),
    Buffer.from([0, 1, 2, 255, 254, 10, 10]),
    Buffer.from(wire(DAY.slice(4))),
  ]),
  DAY,
  { unknownBytes: 6 },
);
put(
  'telnet-options.amilog',
  'option bytes of telnet at the front',
  Buffer.concat([Buffer.from([255, 253, 3, 255, 251, 31, 13, 10]), Buffer.from(wire(DAY))]),
  DAY,
  { unknownBytes: 8 },
);
put(
  'not-utf8.amilog',
  'a name in Latin-1',
  Buffer.concat([
    Buffer.from('Event: Newchannel\r\nCallerIDName: M'),
    Buffer.from([0xfc]),
    Buffer.from(`ller\r\n\r\n${wire(DAY)}`),
  ]),
  DAY,
);
put('empty.amilog', 'nothing', '', []);
put(
  'only-noise.amilog',
  'a telnet that reached nobody',
  'Trying 192.0.2.5...\ntelnet: Unable to connect to remote host: Connection refused\n',
  [],
);

// The driver's traps
put(
  'debug-headers.amilog',
  'manager debug is on',
  wire(
    DAY.map((part) =>
      part.event
        ? {
            ...part,
            lines: [
              ...part.lines.slice(0, 2),
              'SequenceNumber: 17',
              'File: chan_skype.c',
              'Line: 1234',
              'Func: notify',
              ...part.lines.slice(2),
            ],
          }
        : part,
    ),
  ),
  DAY,
);
put(
  'case-and-blanks.amilog',
  'other case, and no blank behind the colon',
  wire(
    DAY.map((part) => ({
      ...part,
      lines: part.lines
        .map((line) => line.replace(/^(.*?): /, (_all, name: string) => `${name.toUpperCase()}:`))
        .map((line) => line.replace('SkypeChatMessage', 'SKYPECHATMESSAGE')),
    })),
  ),
  DAY,
);
const lookalike = ['Event: SkypeChatMessage', 'Username: a', 'From: b', `Message: ${base64('no event')}`];
put(
  'old-command.amilog',
  'a reply of the 1.4 era that shows an event',
  `Response: Follows\r\nPrivilege: Command\r\nActionID: 3\r\nx\n\n${lookalike.join('\n')}\n\n--END COMMAND--\r\n\r\n${wire(DAY)}`,
  DAY,
);
put(
  'command-output.amilog',
  "today's reply that shows an event",
  `Response: Success\r\nActionID: 3\r\nMessage: Command output follows\r\nOutput: \r\n${lookalike.map((line) => `Output: ${line}\r\n`).join('')}\r\n${wire(DAY)}`,
  DAY,
);
put(
  'buddy-list.amilog',
  'a list reply',
  wire([
    message('Response: Success', 'ActionID: 5', 'EventList: start', 'Message: Buddy list will follow'),
    message(
      'Event: SkypeBuddyEntry',
      'ActionID: 5',
      'Buddy: austin_powers',
      'Fullname: Austin Powers',
      'Status: Online',
    ),
    message('Event: SkypeBuddylistComplete', 'ActionID: 5', 'EventList: Complete', 'ListItems: 1'),
    ...DAY,
  ]),
  DAY,
);
put(
  'bad-base64.amilog',
  'a text that is no base64',
  wire([message('Event: SkypeChatMessage', 'Username: a', 'From: b', 'Message: not base64!'), ...DAY]),
  DAY,
  { badEvents: 1 },
);
put(
  'unknown-statuses.amilog',
  'statuses that the manual does not know',
  wire([account('a', 'Teleporting'), buddy('a', 'b', 'In a Meeting')]),
  [account('a', 'Teleporting'), buddy('a', 'b', 'In a Meeting')],
);
put(
  'addresses.amilog',
  'addresses with points, colons, plus and a second @',
  wire([
    buddy('sales', 'someone@example.com', 'Online'),
    buddy('a', 'the.buddy', 'Away'),
    buddy('a', '+4930123', 'Skypeout'),
  ]),
  [
    buddy('sales', 'someone@example.com', 'Online'),
    buddy('a', 'the.buddy', 'Away'),
    buddy('a', '+4930123', 'Skypeout'),
  ],
);
const known = [
  sent('james_bond', 'q_branch', 'ping', false),
  {
    ...sent('moneypenny', 'james_bond', 'pong'),
    event: { type: 'chat', user: 'james_bond', peer: 'moneypenny', direction: 'in', text: 'pong' },
  },
];
put('known-accounts.amilog', 'To and From, told apart by the accounts', wire(known), known, {
  accounts: ['james_bond'],
});
const texts = [
  '',
  ' ',
  'a\0b',
  'x'.repeat(759),
  'ü'.repeat(3000),
  '\ufffd',
  'Event: SkypeChatMessage\r\n\r\n',
];
put(
  'texts.amilog',
  'empty, long and strange texts',
  wire(texts.map((text) => received('a', 'b', text))),
  texts.map((text) => received('a', 'b', text)),
);
put(
  'large-message.amilog',
  'a line beyond the limit of one MiB',
  `Event: Big\r\nX: ${'x'.repeat(1_100_000)}\r\n\r\n${wire(DAY)}`,
  DAY,
);

index.push({
  file: '../captures/asterisk-22.10-full.amilog',
  what: 'a manager session of a real Asterisk 22.10, all rights',
  origin: 'authentic',
  expected: 'asterisk-22.10-full.events.json',
});
index.push({
  file: '../captures/asterisk-22.10-system-rights-only.amilog',
  what: 'the right system alone',
  origin: 'authentic',
  expected: 'asterisk-22.10-system-rights-only.events.json',
});
index.push({
  file: '../manual/events.amilog',
  what: 'examples of the manual, section 4.1',
  origin: 'authentic',
  expected: 'manual-events.events.json',
});
writeFileSync(new URL('index.json', HERE), `${JSON.stringify(index, null, 1)}\n`);
