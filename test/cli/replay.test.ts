import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runSfa } from '../../src/cli/commands.ts';
import { recordingTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';

const CAPTURE = new URL('../../fixtures/captures/asterisk-22.10-full.amilog', import.meta.url).pathname;

async function sfa(...args: string[]) {
  const terminal = recordingTerminal();
  const code = await runSfa(args, terminal);
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

it('sfa replay waits for a reader who takes what it prints slowly', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sfa-replay-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'long.log');
  // Some pieces of the file, each with something to print.
  writeFileSync(file, 'Event: SkypeAccountStatus\r\nUsername: a\r\nStatus: Logged In\r\n\r\n'.repeat(50_000));
  let printed = 0;
  let waits = 0;
  let take = () => {};
  const slow = {
    ...recordingTerminal(),
    out: () => {
      printed += 1;
    },
    taken: () => {
      waits += 1;
      return new Promise<void>((resolve) => {
        take = resolve;
      });
    },
  };
  let code: number | null = null;
  void runSfa(['replay', file], slow).then((result) => {
    code = result;
  });
  let seen = 0;
  const waitsOrEnds = () => until(() => waits > seen || code !== null);
  for (await waitsOrEnds(); code === null; await waitsOrEnds()) {
    seen = waits;
    const before = printed;
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
    expect(printed).toBe(before);
    take();
  }
  expect([code, seen > 2, printed > seen]).toEqual([0, true, true]);
});

describe('sfa', () => {
  it('prints help for nothing, with the code of wrong usage', async () => {
    const { code, stderr } = await sfa();
    expect(code).toBe(64);
    for (const name of ['generate', 'serve', 'token', 'replay', 'demo'])
      expect(stderr).toContain(`  ${name}`);
  });

  it.each([[['nope']], [['replay']], [['replay', 'x', '--nope']], [['token', 'create']]])(
    '%j is wrong usage',
    async (args) => {
      expect((await sfa(...args)).code).toBe(64);
    },
  );

  it('knows its version', async () => {
    expect(await sfa('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('sfa replay', () => {
  it('prints each event as JSON in the pinned shape', async () => {
    const { code, stdout, stderr } = await sfa('replay', CAPTURE, '--json', '--pbx', 'main');
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(57);
    expect(events[0]).toEqual({
      seq: 1,
      at: null,
      pbx: 'main',
      type: 'account.status',
      user: 'james_bond',
      status: 'Logged Out',
    });
    expect(events.find(({ type, text }) => type === 'chat' && text.includes('line one'))).toMatchObject({
      user: 'james_bond',
      peer: 'austin_powers',
      direction: 'in',
      text: 'line one\r\nline two ✓',
    });
    expect(stderr).toContain('57 Skype events');
  });

  it('prints one line for each event, whatever a text holds', async () => {
    const { stdout } = await sfa('replay', CAPTURE);
    expect(stdout.trimEnd().split('\n')).toHaveLength(57);
    expect(stdout).toContain('chat     james_bond <- austin_powers: line one\\r\\nline two ✓');
  });

  it('names the file that cannot be read', async () => {
    expect(await sfa('replay', '/nowhere/x.log')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/nowhere/x.log'),
    });
  });
});
