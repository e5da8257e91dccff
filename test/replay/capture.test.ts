import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redact } from '../../src/ami/capture/redact.ts';
import { CaptureWriter } from '../../src/ami/capture/writer.ts';
import { captureCommand } from '../../src/cli/capture.ts';
import { runCli } from '../../src/cli/program.ts';
import { publicEvent } from '../../src/model/public-event.ts';
import { Replay } from '../../src/services/replay/events.ts';
import { scriptedPbx } from '../helpers/ami-server.ts';
import { recordingTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sfa-capture-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const EVENT = 'Event: SkypeAccountStatus\r\nUsername: bond\r\nStatus: Logged In\r\n\r\n';

function eventsOf(bytes: Buffer) {
  const replay = new Replay({ pbx: 'main', isAccount: null, year: 2026 });
  return [...replay.push(bytes), ...replay.end()].map((event) => publicEvent(event));
}

describe('secrets', () => {
  it.each([
    ['a login', 'Action: Login\r\nUsername: x\r\nSecret: hunter2\r\n\r\n', 'hunter2'],
    ['a login by challenge', 'Action: Login\nAuthType: MD5\nKey: 0123abcd\n\n', '0123abcd'],
    [
      'an AuthMsg',
      'Action: SkypeAddBuddy\r\nUser: a\r\nBuddy: b\r\nAuthMsg: martini please\r\n\r\n',
      'martini',
    ],
    ['GetConfig', 'Response: Success\r\nLine-000001-000000: secret=s007\r\n\r\n', 's007'],
    ['a proxy', 'Response: Success\r\nLine-000000-000004: socks5_proxy_password=pr0xy\r\n\r\n', 'pr0xy'],
    [
      'auth_policy',
      'Response: Success\r\nLine-000001-000005: auth_policy=accept.vesper,accept.olive,deny\r\n\r\n',
      'vesper',
    ],
    ['UpdateConfig', 'Action: UpdateConfig\r\nVar-000000: secret\r\nValue-000000: t0p\r\n\r\n', 't0p'],
    ['GetConfigJSON', 'Response: Success\r\nJSON: {"a":{"secret":"j50n","context":"x"}}\r\n\r\n', 'j50n'],
    ['a line of output', 'Response: Success\r\nOutput: secret       : cl1x\r\n\r\n', 'cl1x'],
    [
      'an old line of output',
      'Response: Follows\r\nPrivilege: Command\r\nSecret = 0ld\n--END COMMAND--\r\n\r\n',
      '0ld',
    ],
    ['an endpoint', 'Event: AuthDetail\r\nUsername: 6001\r\nPassword: p4ss\r\nMd5Cred: feed\r\n\r\n', 'p4ss'],
    [
      'a refused login by challenge',
      'Event: ChallengeResponseFailed\r\nChallenge: 602922955\r\nResponse: x\r\nExpectedResponse: 3fdaef8c\r\n\r\n',
      '3fdaef8c',
    ],
    ['the known one, anywhere', 'Event: X\r\nAppData: known-secret\r\n\r\n', 'known-secret'],
  ])('%s', (_name, block, secret) => {
    const redacted = redact(Buffer.from(block), ['known-secret']).toString();
    expect(redacted).not.toContain(secret);
    expect(redacted).toContain('********');
    expect(redacted.split('\n').map((line) => line.split(':')[0])).toEqual(
      block.split('\n').map((line) => line.split(':')[0]?.replace(/= 0ld/, '= ********')),
    );
  });

  it('leaves everything else byte for byte', () => {
    const block = Buffer.from('Event: X\r\nUsingPassword: 0\r\nMessage: c2VjcmV0\r\nKey: a/b\r\n\r\n');
    expect(redact(block)).toEqual(block);
  });
});

describe('CaptureWriter', () => {
  const writer = (over: Partial<ConstructorParameters<typeof CaptureWriter>[0]> = {}) => {
    let now = Date.UTC(2026, 10, 21, 2, 39, 6, 100);
    return new CaptureWriter({
      path: join(folder, 'x.amilog'),
      pbx: 'main',
      maxBytes: 1e6,
      keep: 2,
      secrets: [],
      clock: { now: () => (now += 1000) },
      ...over,
    });
  };

  it('writes whole messages with the time of their end and their direction', async () => {
    const capture = writer();
    await capture.open();
    capture.received(Buffer.from(EVENT.slice(0, 30)));
    capture.sent(Buffer.from('Action: Ping\r\n\r\n'));
    capture.received(Buffer.from(EVENT.slice(30)));
    await capture.close();
    const text = readFileSync(join(folder, 'x.amilog'), 'latin1');
    expect(text).toBe(
      `; sfa capture 1 pbx main\r\n\r\n; 2026-11-21T02:39:07.100Z >\r\n\r\nAction: Ping\r\n\r\n; 2026-11-21T02:39:08.100Z <\r\n\r\n${EVENT}`,
    );
    expect(eventsOf(Buffer.from(text, 'latin1'))).toMatchObject([
      { at: '2026-11-21T02:39:08.100Z', type: 'account.status', user: 'bond' },
    ]);
  });

  it('appends, also behind a message that was cut off', async () => {
    for (let run = 0; run < 2; run += 1) {
      const capture = writer();
      await capture.open();
      capture.received(
        Buffer.from(`${EVENT}Event: SkypeAccountStatus\r\nUsername: cut\r\nStatus: Logged Out`),
      );
      await capture.close();
    }
    const events = eventsOf(readFileSync(join(folder, 'x.amilog')));
    expect(events.map(({ user }) => user)).toEqual(['bond', 'cut', 'bond', 'cut']);
  });

  it('puts full files aside, keeps so many of them, and each can be read alone', async () => {
    const capture = writer({ maxBytes: 400 });
    await capture.open();
    for (let count = 0; count < 20; count += 1)
      capture.received(Buffer.from(EVENT.replace('bond', `bond${count}`)));
    await capture.close();
    expect(readdirSync(folder).sort()).toEqual(['x.amilog', 'x.amilog.1', 'x.amilog.2']);
    const users = ['x.amilog.2', 'x.amilog.1', 'x.amilog'].flatMap((file) => {
      const bytes = readFileSync(join(folder, file));
      expect(bytes.length).toBeLessThanOrEqual(400);
      const events = eventsOf(bytes);
      expect(events.every(({ at }) => at !== null)).toBe(true);
      return events.map(({ user }) => user);
    });
    expect(users).toEqual(
      Array.from({ length: users.length }, (_, index) => `bond${20 - users.length + index}`),
    );
  });
});

it('sfa capture records a session, and its secret never reaches the file', async () => {
  const pbx = await scriptedPbx({ secret: 'hunter2' });
  const terminal = recordingTerminal({ AMI_SECRET: 'hunter2' });
  const file = join(folder, 'c.amilog');
  const args = `capture --host 127.0.0.1 --port ${pbx.port} --username sfa --secret-env AMI_SECRET -o ${file} --for 10m`;
  const done = runCli(args.split(' '), terminal, [captureCommand]);
  await until(() => terminal.stderr().includes('capturing'));
  pbx.write(EVENT);
  await until(() => readFileSync(file, 'utf8').includes('Logged In'));
  terminal.interrupt();
  expect(await done).toBe(0);
  await pbx.stop();
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain(createHash('md5').update('4711hunter2').digest('hex'));
  expect(text).toMatch(/Action: Login\r\n.*Key: \*{8}\r\n/s);
  expect(eventsOf(Buffer.from(text))).toMatchObject([{ type: 'account.status', user: 'bond' }]);
});

it('sfa capture comes back when the PBX was away, and the file reads as one', async () => {
  const pbx = await scriptedPbx({ secret: 'hunter2' });
  const terminal = recordingTerminal({ AMI_SECRET: 'hunter2' });
  const file = join(folder, 'c.amilog');
  const args = `capture --host 127.0.0.1 --port ${pbx.port} --username sfa --secret-env AMI_SECRET -o ${file}`;
  const done = runCli(args.split(' '), terminal, [captureCommand]);
  const captures = () => terminal.stderr().split('capturing ').length - 1;
  await until(() => captures() === 1);
  pbx.write(`${EVENT}Event: SkypeAccountStatus\r\nUsername: cut`);
  await until(() => readFileSync(file, 'utf8').includes('Logged In'));
  pbx.drop();
  await until(() => captures() === 2);
  expect(terminal.stderr()).toMatch(/: the PBX closed the connection; trying again$/m);
  pbx.write(EVENT.replace('bond', 'back'));
  await until(() => readFileSync(file, 'utf8').includes('back'));
  terminal.interrupt();
  expect(await done).toBe(0);
  await pbx.stop();
  expect(readFileSync(file, 'utf8')).toContain('; the connection ended (the PBX closed the connection)');
  const events = eventsOf(readFileSync(file)).map((event) => event['user']);
  expect(events.filter((user) => user !== 'cut')).toEqual(['bond', 'back']);
});

it.each([
  ['capture -o x', 'name the PBX'],
  ['capture -o x --host h --username u', '--secret-env'],
  ['capture -o x --pbx main --for soon', '--for: "soon"'],
])('%s is refused with what to do', async (args, message) => {
  const terminal = recordingTerminal();
  expect(await runCli(args.split(' '), terminal, [captureCommand])).toBe(1);
  expect(terminal.stderr()).toContain(message);
});

it('sfa capture says that a login was refused', async () => {
  const pbx = await scriptedPbx({ secret: 'other' });
  const terminal = recordingTerminal({ S: 'hunter2' });
  const args = `capture --host 127.0.0.1 --port ${pbx.port} --username sfa --secret-env S -o ${join(folder, 'c')}`;
  expect(await runCli(args.split(' '), terminal, [captureCommand])).toBe(1);
  expect(terminal.stderr()).toContain('AMI_AUTH_FAILED');
  await pbx.stop();
});
