import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PbxLink } from '../../src/ami/link/link.ts';
import { socketTransport } from '../../src/ami/link/socket-transport.ts';
import { anonymiseCommand } from '../../src/cli/anonymise.ts';
import { captureCommand } from '../../src/cli/capture.ts';
import { runCli } from '../../src/cli/program.ts';
import { replayCommand } from '../../src/cli/replay.ts';
import { systemClock } from '../../src/model/clock.ts';
import { matchers, replay } from '../../src/testing/index.ts';
import { recordingTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';
import { corpus, pathOf } from './corpus.ts';

expect.extend(matchers);

const DOC = readFileSync(new URL('../../docs/replay.md', import.meta.url), 'utf8');
/** Every command of the page, in its order. */
const COMMANDS = [...DOC.matchAll(/^\$ (?:SFA_KEY=\S+ )?(sfa .*)$/gm)].map(([, command = '']) => command);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sfa-walk-'));
  const entry = corpus.find(({ file }) => file === 'iso-lines.amilog');
  if (entry === undefined) throw new Error('the capture of the walk is missing');
  writeFileSync(join(folder, 'customer.log'), readFileSync(pathOf(entry)));
  const yaml = /```yaml\n(.*?)```/s.exec(DOC)?.[1] ?? '';
  writeFileSync(join(folder, 'case.yaml'), yaml);
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(command: string) {
  const terminal = recordingTerminal({ SFA_KEY: 'case-4711' });
  const args = command
    .split(' ')
    .slice(1)
    .map((word) => (/^[\w.-]+\.(?:log|yaml|ts)$/.test(word) ? join(folder, word) : word))
    .map((word) => (word === '5038' ? '0' : word));
  const done = runCli(args, terminal, [replayCommand, captureCommand, anonymiseCommand]);
  return { terminal, done };
}

async function sfa(command: string) {
  const { terminal, done } = start(command);
  return { code: await done, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

describe('docs/replay.md', () => {
  it('names the commands that follow', () => {
    expect(COMMANDS).toEqual([
      'sfa replay customer.log --summary',
      'sfa replay customer.log --account james_bond --kind chat',
      'sfa anonymise customer.log -o case.log --key-env SFA_KEY',
      'sfa replay case.log --expect case.yaml',
      'sfa replay case.log --write-test case.test.ts',
      'sfa replay case.log --serve 5038 --at 10x',
      'sfa capture --pbx main -o main.amilog --for 10m',
    ]);
  });

  it('1. reads the log', async () => {
    const summary = await sfa(COMMANDS[0] ?? '');
    expect(summary).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('chats    3 received, 1 sent'),
    });
    const chats = await sfa(COMMANDS[1] ?? '');
    expect(chats.stdout.trimEnd().split('\n')).toHaveLength(4);
    expect(chats.stdout).toContain(
      '2026-11-21T02:39:13.600Z  chat     james_bond <- austin_powers: Yeah, baby!',
    );
  });

  it('2. takes the customer out of it', async () => {
    expect((await sfa(COMMANDS[2] ?? '')).code).toBe(0);
    const text = readFileSync(join(folder, 'case.log'), 'utf8');
    expect(text).not.toMatch(/bond|powers|austin/i);
    expect((await sfa(COMMANDS[2] ?? '')).stderr).toContain('already exists');
  });

  it('3. holds expectations against it', async () => {
    expect(await sfa(COMMANDS[3] ?? '')).toMatchObject({ code: 0, stdout: 'all expectations hold\n' });
    writeFileSync(join(folder, 'bad.yaml'), 'counts: [{ match: { type: chat }, exactly: 9 }]');
    const failed = await sfa('sfa replay case.log --expect bad.yaml');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('expected exactly 9 of type: "chat"\n   found 4');
  });

  it('4. makes it a test, which passes', async () => {
    expect((await sfa(COMMANDS[4] ?? '')).code).toBe(0);
    const file = join(folder, 'case.test.ts');
    const written = readFileSync(file, 'utf8');
    expect(written).toContain("import { matchers, replay } from 'chan-skype-companion/testing';");
    // The written expectations, run here: what it imports is installed elsewhere only.
    const { events } = await replay(join(folder, 'case.log'));
    const body = /toHaveEventsInOrder\((\[.*?\n {2}\])\)/s.exec(written)?.[1] ?? '[]';
    const listed = new Function(`return ${body}`)() as Record<string, string>[];
    expect(listed).toHaveLength(events.length);
    expect(events).toHaveEventsInOrder(listed);
    expect((await sfa(COMMANDS[4] ?? '')).stderr).toContain('EEXIST');
    expect(existsSync(file)).toBe(true);
  });

  it('5. plays it to a program', async () => {
    const { terminal, done } = start('sfa replay case.log --serve 5038 --at max');
    await until(() => terminal.stderr().includes('playing'));
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(terminal.stderr())?.[1]);
    const link = new PbxLink(
      socketTransport({ host: '127.0.0.1', port }),
      { pbx: 'main', username: 'x', secret: 'y' },
      systemClock,
    );
    link.start();
    let messages = 0;
    const reading = (async () => {
      for await (const batch of link.items())
        messages += batch.filter(({ kind }) => kind === 'message').length;
    })();
    await until(() => messages >= 11);
    await link.stop();
    await reading;
    terminal.interrupt();
    expect(await done).toBe(0);
  });
});

describe('the testing helper', () => {
  it('gives events, and the state that a service would hold', async () => {
    const { events, state, report } = await replay(join(folder, 'customer.log'), {
      accounts: ['James_Bond'],
    });
    expect(events).toHaveLength(9);
    expect(events).toHaveEvent({ type: 'chat', text: /^Grüße/ });
    expect(events).toHaveEvents([{ type: 'chat', direction: 'out' }, { type: 'account.status' }]);
    expect(events).toHaveEventCount({ type: 'chat', direction: 'in' }, 3);
    expect(() => expect(events).toHaveEvent({ type: 'call' })).toThrow('found nothing like it');
    expect(state.accounts).toMatchObject([{ user: 'james_bond', status: 'Logged Out' }]);
    expect(state.buddies.map(({ buddy, status }) => [buddy, status])).toEqual([
      ['+12564286000', 'Skypeout'],
      ['austin_powers', 'Online'],
      ['live:dr.evil', 'Do Not Disturb'],
    ]);
    expect(state.chats.map(({ id, text }) => [id, text])).toEqual([
      ['chat-1', 'Yeah, baby!'],
      ['chat-2', 'Grüße aus Köln\r\nzweite Zeile'],
      ['chat-3', '🎸 日本 Привет'],
      ['chat-4', 'Yeah, baby!'],
    ]);
    expect(report).toMatchObject({ layout: 'lines', unknownBytes: 0 });
  });

  it('says that there are no times where there are none', async () => {
    const entry = corpus.find(({ file }) => file === 'crlf.amilog');
    const { events } = await replay(entry === undefined ? '' : pathOf(entry));
    expect(new Set(events.map(({ at }) => at))).toEqual(new Set([null]));
  });
});
