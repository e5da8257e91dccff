import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importCommand } from '../../src/cli/import.ts';
import { runCli } from '../../src/cli/program.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sfa-import-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function sfa(...args: string[]) {
  const terminal = recordingTerminal();
  const code = await runCli(['import', ...args], terminal, [importCommand]);
  return { code, out: terminal.stdout(), err: terminal.stderr().replaceAll(`${directory}/`, '') };
}

const target = () => ['--out', join(directory, 'm.yaml'), '--secrets', join(directory, 'm.env')];

describe('sfa import', () => {
  test('writes a model, and secrets that only their owner can read', async () => {
    await writeFile(join(directory, 'chan_skype.conf'), `[q]\nsecret = it's \\;$(id) "x"\nqualify = yes\n`);
    expect(await sfa(directory, ...target())).toEqual({
      code: 0,
      out: '',
      err: 'lost  chan_skype.conf:3: qualify is no option of [q]\nwrote m.yaml and m.env (1 secrets)\n',
    });
    const model = await readFile(join(directory, 'm.yaml'), 'utf8');
    expect(model).toBe(
      '# yaml-language-server: $schema=sfa-model.schema.json\nversion: 1\nusers:\n  q:\n    secret: { env: SFA_Q_SECRET }\n',
    );
    const { mode } = await stat(join(directory, 'm.env'));
    expect(mode & 0o777).toBe(0o600);
    const shell = 'set -a; . "$0"; set +a; printf %s "$SFA_Q_SECRET"';
    expect(execFileSync('sh', ['-c', shell, join(directory, 'm.env')], { encoding: 'utf8' })).toBe(
      `it's ;$(id) "x"`,
    );
  });

  test('overwrites nothing', async () => {
    await writeFile(join(directory, 'chan_skype.conf'), '[q]\n');
    await writeFile(join(directory, 'm.env'), 'mine');
    const { code, err } = await sfa(directory, ...target());
    expect({ code, err }).toEqual({ code: 1, err: 'm.env: there is such a file already; name another\n' });
    expect(await readFile(join(directory, 'm.env'), 'utf8')).toBe('mine');
  });

  test('tells what is missing, as JSON too', async () => {
    const { code, err } = await sfa(directory, ...target());
    expect({ code, err }).toEqual({
      code: 1,
      err: 'lost  chan_skype.conf:1: found no file that can be read\n',
    });
    const json = await sfa(directory, ...target(), '--json');
    expect(JSON.parse(json.out)).toMatchObject({ files: [], notes: [{ kind: 'lost', line: 1 }] });
  });

  test('wants to know where to write', async () => {
    expect((await sfa(directory)).code).toBe(64);
  });
});
