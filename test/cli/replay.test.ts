import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
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
  const terminal = recordingTerminal();
  let printed = 0;
  let take = () => {};
  const slow = {
    ...terminal,
    out: () => {
      printed += 1;
    },
    taken: () =>
      new Promise<void>((resolve) => {
        take = resolve;
      }),
  };
  let code: number | null = null;
  const running = runSfa(['replay', CAPTURE], slow).then((result) => {
    code = result;
  });
  let expected = 0;
  while (code === null) {
    expected += 1;
    await until(() => printed === expected || code !== null);
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
    expect(printed).toBeLessThanOrEqual(expected);
    take();
    await setImmediate();
  }
  await running;
  expect([code, printed > 1]).toEqual([0, true]);
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
