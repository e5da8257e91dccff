import { expect, it } from 'vitest';
import { runSfa } from '../../src/cli/commands.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

async function sfa(...args: string[]) {
  const terminal = recordingTerminal();
  const code = await runSfa(args, terminal);
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

it('finds every command that the help names, each by itself', async () => {
  const { stdout } = await sfa('--help');
  const names = [...stdout.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name ?? '');
  expect(names.slice(0, 3)).toEqual(['generate', 'check', 'schema']);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names.filter((other) => other !== 'help')) {
    const { code, stdout: help } = await sfa(name, '--help');
    expect([name, code]).toEqual([name, 0]);
    expect(help).toContain(`Usage: sfa ${name} `);
  }
});

it.each(['constructor', 'toString', 'serv'])('knows no command %s, and says so', async (name) => {
  const { code, stderr } = await sfa(name);
  expect(code).toBe(64);
  expect(stderr).toContain(`unknown command '${name}'`);
});

it('tells its version', async () => {
  const { code, stdout } = await sfa('--version');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});
