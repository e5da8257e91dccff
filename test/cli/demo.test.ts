import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { runSfa } from '../../src/cli/commands.ts';
import { recordingTerminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';

it('sfa demo prints a URL, a token and three curl lines that work, and Ctrl-C ends it', async () => {
  const terminal = recordingTerminal();
  const running = runSfa(['demo'], terminal);
  await until(() => terminal.stdout().includes('Grüße & kisses'));
  const lines = terminal.stdout().split('\n');
  expect(lines[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(lines[1]).toMatch(/^Token: sfa_[A-Za-z0-9_-]{32}$/);

  const answers = [];
  for (const line of lines.filter((text) => text.startsWith('curl '))) {
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      `${line} --silent --show-error --fail-with-body`,
    ]);
    answers.push(JSON.parse(stdout));
  }
  expect(answers).toHaveLength(3);
  expect(
    answers[0].items.map(({ user, status }: { user: string; status: string }) => [user, status]),
  ).toEqual([
    ['james_bond', 'Logged In'],
    ['moneypenny', 'Logged In'],
    ['q_branch', 'Logged In'],
  ]);
  expect(answers[1]).toMatchObject({ text: 'Hello from curl', state: 'sent' });
  expect(answers[2].items.map(({ text }: { text: string }) => text)).toContain('Hello from curl');

  const directory = /Generated configuration: (.*)/.exec(terminal.stderr())?.[1] ?? '';
  expect(existsSync(`${directory}/chan_skype.conf`)).toBe(true);
  terminal.interrupt();
  expect(await running).toBe(0);
  expect(existsSync(directory)).toBe(false);
  await expect(fetch(lines[0] ?? '')).rejects.toThrow();
});
