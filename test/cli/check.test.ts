import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkCommand } from '../../src/cli/check.ts';
import { runCli } from '../../src/cli/program.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sfa-check-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

async function check(args: readonly string[], tty = false) {
  const terminal = { ...recordingTerminal(), tty };
  const recorded = recordingTerminal();
  const code = await runCli(['check', ...args], { ...terminal, out: recorded.out, err: recorded.err }, [
    checkCommand,
  ]);
  return { code, out: recorded.stdout(), err: recorded.stderr().replaceAll(`${directory}/`, '') };
}

const ENGINE = 'general: { engine_directory: /, lint: { ignore: [SFA216] } }\n';

describe('sfa check', () => {
  test('needs no secrets', async () => {
    const model = await write('m.yaml', `version: 1\n${ENGINE}users: { q: { secret: { env: NOT_SET } } }\n`);
    expect(await check([model])).toEqual({ code: 0, out: '', err: '' });
  });

  test('holds the model against the dialplan, each line with its code', async () => {
    const model = await write('m.yaml', `version: 1\n${ENGINE}users: { q: { context: demo, secret: x } }\n`);
    const dialplan = await write('extensions.conf', '[demo]\nexten => r,1,NoOp()\n');
    expect(await check([model, '--dialplan', dialplan])).toEqual({
      code: 1,
      out: '',
      err:
        'm.yaml:3:24: users.q.context: found no extension "q" in context "demo" of extensions.conf; define it there, or include what does [SFA202]\n' +
        'm.yaml:3:38: users.q.secret: warning: found a secret as plain text, better: { env: NAME } or { file: PATH } [SFA131]\n',
    });
  });

  test('exits with 1 for warnings when it is strict', async () => {
    const model = await write('m.yaml', `version: 1\n${ENGINE}users: { q: { allow: [g729] } }\n`);
    expect((await check([model])).code).toBe(0);
    expect((await check([model, '--strict'])).code).toBe(1);
  });

  test('prints JSON with everything that a machine needs', async () => {
    const model = await write('m.yaml', 'version: 1\nusers: { q: { contxt: x } }\n');
    const { code, out, err } = await check([model, '--json']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toEqual({
      problems: [
        {
          file: model,
          line: 2,
          column: 15,
          key: 'users.q.contxt',
          message: "found unknown key 'contxt': did you mean 'context'?",
          severity: 'error',
          code: 'SFA110',
          suggestion: 'context',
        },
      ],
    });
  });

  test('shows the line on a terminal, without the secrets in it', async () => {
    const model = await write(
      'm.yaml',
      'version: 1\nusers:\n  q: { secret: "hunter2", contxt: x, auth_policy: [accept.sesame, deny] }\n',
    );
    const line = '    3 |   q: { secret: *********, contxt: x, auth_policy: [*************, ****] }';
    expect((await check([model], true)).err.split('\n')).toEqual([
      'm.yaml:3:16: users.q.secret: warning: found a secret as plain text, better: { env: NAME } or { file: PATH } [SFA131]',
      line,
      '      |                ^',
      "m.yaml:3:27: users.q.contxt: found unknown key 'contxt': did you mean 'context'? [SFA110]",
      line,
      '      |                           ^',
      'm.yaml:3:52: users.q.auth_policy[0]: warning: found a secret as plain text, better: { env: NAME } or { file: PATH } [SFA131]',
      line,
      '      |                                                    ^',
      '',
    ]);
    expect((await check([model], true)).err).not.toMatch(/hunter2|sesame/);
    expect((await check([model])).err).not.toContain(' | ');
  });

  test('shows no line of a file that is no YAML, because nobody knows its secrets', async () => {
    const model = await write('m.yaml', 'users: { q: { secret: hunter2\n');
    expect((await check([model], true)).err).not.toMatch(/hunter2| \| /);
  });

  test('reads users/*.yaml beside the model, and points into them', async () => {
    await mkdir(join(directory, 'users'));
    const model = await write('m.yaml', `version: 1\n${ENGINE}users: { q: }\n`);
    await write('users/b.yaml', 's: { exten: "a b" }\nq: {}\n');
    await write('users/a.yaml', 'r: { contxt: x, secret: hunter2 }\n');
    await write('users/c.yaml', '- t\n');
    await write('users/ignored.yml', 'u: { contxt: x }\n');
    const { code, err } = await check([model], true);
    expect(code).toBe(1);
    expect(err.split('\n')).toEqual([
      'users/b.yaml:1:13: users.s.exten: found "a b", allowed: an extension: ASCII letters, digits and * # + _ . : @ -, at most 79, no _ in front [SFA112]',
      '    1 | s: { exten: "a b" }',
      '      |             ^',
      'users/b.yaml:2:1: users.q: found the same account in m.yaml, allowed: every account once [SFA121]',
      '    2 | q: {}',
      '      | ^',
      'users/c.yaml:1:1: users: found no mapping, allowed: accounts as they stand under users: [SFA112]',
      '    1 | - t',
      '      | ^',
      "users/a.yaml:1:6: users.r.contxt: found unknown key 'contxt': did you mean 'context'? [SFA110]",
      '    1 | r: { contxt: x, secret: ******* }',
      '      |      ^',
      'users/a.yaml:1:25: users.r.secret: warning: found a secret as plain text, better: { env: NAME } or { file: PATH } [SFA131]',
      '    1 | r: { contxt: x, secret: ******* }',
      '      |                         ^',
      '',
    ]);
  });

  test('tells a dialplan that is not there', async () => {
    const model = await write('m.yaml', `version: 1\n${ENGINE}`);
    expect(await check([model, '--dialplan', join(directory, 'absent.conf')])).toEqual({
      code: 1,
      out: '',
      err: 'absent.conf:1:1: (document): found no file that can be read [SFA100]\n',
    });
  });
});
