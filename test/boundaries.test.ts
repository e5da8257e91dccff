import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
let tree: string;
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'sfa-boundaries-'));
});
afterAll(() => rmSync(tree, { recursive: true }));

/** Runs the project's own boundary check on a tree that holds just these files. */
async function check(files: Readonly<Record<string, string>>): Promise<string> {
  rmSync(join(tree, 'src'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  for (const name of ['.dependency-cruiser.json', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(tree, name));
  const depcruise = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const run = promisify(execFile)(
    process.execPath,
    [depcruise, '--config', '.dependency-cruiser.json', 'src'],
    {
      cwd: tree,
    },
  );
  return run.then(
    ({ stdout }) => stdout,
    (failed: { stdout: string }) => failed.stdout,
  );
}

const value = 'export const value = 1;\n';
const imports = (path: string) => `import { value } from '${path}';\nexport const copy = value;\n`;

it('lets imports run downhill', async () => {
  expect(await check({ 'src/model/a.ts': value, 'src/ami/b.ts': imports('../model/a.ts') })).toContain(
    'no dependency violations',
  );
});

it.each([
  ['src/model/a.ts', 'src/ami/b.ts', 'downhill-0-model'],
  ['src/ami/a.ts', 'src/store/b.ts', 'downhill-1-ports'],
  ['src/config/a.ts', 'src/services/b.ts', 'downhill-1-ports'],
  ['src/dialplan/a.ts', 'src/services/b.ts', 'downhill-2-dialplan'],
  ['src/sim/a.ts', 'src/services/b.ts', 'downhill-3-sim-services'],
  ['src/services/a.ts', 'src/api/b.ts', 'downhill-3-sim-services'],
  ['src/api/a.ts', 'src/sim/b.ts', 'downhill-4-api'],
  ['src/app.ts', 'src/cli/b.ts', 'downhill-5-app'],
  ['src/sim/a.ts', 'src/ami/b.ts', 'sim-writes-its-own-bytes'],
])('is red when %s imports %s', async (from, to, rule) => {
  const depth = '../'.repeat(from.split('/').length - 2);
  const path = depth === '' ? `./${to.slice(4)}` : `${depth}${to.slice(4)}`;
  expect(await check({ [from]: imports(path), [to]: value })).toContain(rule);
});

it('is red for a cycle', async () => {
  const files = {
    'src/ami/a.ts': imports('./b.ts').replace('copy', 'value'),
    'src/ami/b.ts': imports('./a.ts').replace('copy', 'value'),
  };
  expect(await check(files)).toContain('no-circular');
});
