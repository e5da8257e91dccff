import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateCommand } from '../../src/cli/generate.ts';
import { runCli } from '../../src/cli/program.ts';

const EXAMPLE = 'fixtures/models/example.yaml';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sfa-generate-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function sfa(args: readonly string[], env: Record<string, string> = { JAMES_SECRET: 'sesame;street' }) {
  let out = '';
  let err = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    taken: () => Promise.resolve(),
    err: (text: string) => {
      err += text;
    },
    env,
    signal: new AbortController().signal,
  };
  const code = await runCli(['generate', ...args], terminal, [generateCommand]);
  return { code, out, err };
}

/** What the example is told: its policy holds a password. */
const WARNING = `${EXAMPLE}:12:19: users.james_bond.auth_policy[0]: warning: found a secret as plain text, better: { env: NAME } or { file: PATH }\n`;

describe('sfa generate', () => {
  test('writes both files and says so', async () => {
    const { code, out, err } = await sfa([EXAMPLE, '--out', directory]);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    const text = await readFile(join(directory, 'chan_skype.conf'), 'utf8');
    expect(text).toContain('[james_bond]\nsecret = sesame\\;street\ncontext = demo\n');
    expect((await readdir(directory)).sort()).toEqual(['chan_skype.conf', 'extensions_skype.conf']);
    expect(err.startsWith(WARNING)).toBe(true);
    expect(err.slice(WARNING.length)).toMatch(
      /^wrote .*\/chan_skype\.conf \(\d+ bytes\)\nwrote .*\/extensions_skype\.conf \(\d+ bytes\)\n$/,
    );
  });

  test('writes the same bytes again', async () => {
    const read = () =>
      Promise.all(
        ['chan_skype.conf', 'extensions_skype.conf'].map((name) => readFile(join(directory, name))),
      );
    await sfa([EXAMPLE, '--out', directory]);
    const first = await read();
    await sfa([EXAMPLE, '--out', directory]);
    expect(await read()).toEqual(first);
  });

  test('prints both files with a line between', async () => {
    const { code, out, err } = await sfa([EXAMPLE, '--stdout']);
    expect({ code, err }).toEqual({ code: 0, err: WARNING });
    expect(out.split('\n').filter((line) => line.startsWith('; ==='))).toEqual([
      '; === chan_skype.conf ===',
      '; === extensions_skype.conf ===',
    ]);
  });

  test('prints JSON for machines', async () => {
    const printed = JSON.parse((await sfa([EXAMPLE, '--stdout', '--json'])).out);
    expect(printed).toEqual({
      files: [
        { name: 'chan_skype.conf', text: expect.stringContaining('[james_bond]') },
        { name: 'extensions_skype.conf', text: expect.stringContaining('[skype-out]') },
      ],
      problems: [
        {
          code: 'SFA131',
          severity: 'warning',
          file: EXAMPLE,
          line: 12,
          column: 19,
          key: 'users.james_bond.auth_policy[0]',
          message: expect.any(String),
        },
      ],
    });
    const written = JSON.parse((await sfa([EXAMPLE, '--out', directory, '--json'])).out);
    expect(written.files[1]).toEqual({
      name: 'extensions_skype.conf',
      path: join(directory, 'extensions_skype.conf'),
      bytes: expect.any(Number),
    });
  });

  test('tells every mistake and writes nothing', async () => {
    const model = join(directory, 'bad.yaml');
    const out = join(directory, 'bad.yaml');
    await writeFile(model, 'version: 1\nusers:\n  james_bond:\n    contxt: demo\n    autoreply: "a\\nb"\n');
    const result = await sfa([model, '--out', directory]);
    expect(result).toEqual({
      code: 1,
      out: '',
      err:
        `${out}:4:5: users.james_bond.contxt: found unknown key 'contxt': did you mean 'context'?\n` +
        `${out}:5:16: users.james_bond.autoreply: found LF in the text, allowed: text on one line, without CR, LF and NUL\n`,
    });
    expect(await readdir(directory)).toEqual(['bad.yaml']);
    const json = await sfa([model, '--stdout', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      files: [],
      problems: [
        { line: 4, column: 5, code: 'SFA110', severity: 'error' },
        { line: 5, code: 'SFA113' },
      ],
    });
  });

  test('names a variable that is missing', async () => {
    expect(await sfa([EXAMPLE, '--out', directory], {})).toEqual({
      code: 1,
      out: '',
      err: `${EXAMPLE}:6:13: users.james_bond.secret: found environment variable JAMES_SECRET, which is not set, allowed: one that is\n${WARNING}`,
    });
    expect(await readdir(directory)).toEqual([]);
  });

  test('warns of a plain secret without stopping', async () => {
    const model = join(directory, 'plain.yaml');
    await writeFile(model, 'version: 1\nusers: { james_bond: { secret: hunter2 } }\n');
    const { code, err } = await sfa([model, '--stdout']);
    expect(code).toBe(0);
    expect(err).toBe(
      `${model}:2:32: users.james_bond.secret: warning: found a secret as plain text, better: { env: NAME } or { file: PATH }\n`,
    );
  });

  test('names a directory that is not there', async () => {
    const { code, err } = await sfa([EXAMPLE, '--out', join(directory, 'absent')]);
    expect(code).toBe(1);
    expect(err).toBe(
      `${WARNING}--out ${join(directory, 'absent')}: there is no such directory; nothing was written\n`,
    );
  });

  test('names a model that is not there', async () => {
    const { code, err } = await sfa(['absent.yaml', '--stdout']);
    expect(code).toBe(1);
    expect(err).toBe('absent.yaml:1:1: (document): found no file that can be read (ENOENT)\n');
  });

  test.each([
    ['neither --out nor --stdout', [EXAMPLE]],
    ['both', [EXAMPLE, '--stdout', '--out', '.']],
    ['no model', ['--stdout']],
    ['an unknown option', [EXAMPLE, '--stdot']],
  ])('%s is wrong usage', async (_name, args) => {
    const { code, out, err } = await sfa(args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain('error:');
  });

  test('has help', async () => {
    const { code, out } = await sfa(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--out <dir>');
    expect(out).toContain('{ env: NAME }');
  });
});
