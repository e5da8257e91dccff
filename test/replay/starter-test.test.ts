import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { replayCommand } from '../../src/cli/replay.ts';
import { recordingTerminal } from '../helpers/terminal.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A project of somebody else, with this package built and installed into it. */
const project = mkdtempSync(join(tmpdir(), 'sfa-starter-'));
beforeAll(async () => {
  const modules = join(project, 'node_modules');
  const installed = join(modules, 'chan-skype-companion');
  mkdirSync(installed, { recursive: true });
  copyFileSync(join(CHECKOUT, 'package.json'), join(installed, 'package.json'));
  const tsc = join(CHECKOUT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(installed, 'dist')], {
    cwd: CHECKOUT,
  });
  symlinkSync(join(CHECKOUT, 'node_modules'), join(installed, 'node_modules'));
  symlinkSync(join(CHECKOUT, 'node_modules/vitest'), join(modules, 'vitest'));
  copyFileSync(join(CHECKOUT, 'fixtures/ami/iso-lines.amilog'), join(project, 'case.log'));
}, 120_000);
afterAll(() => rmSync(project, { recursive: true }));

it('--write-test writes a test that passes there, by the name of the package, and fails when the log changes', {
  timeout: 60_000,
}, async () => {
  const file = join(project, 'case.test.ts');
  const terminal = recordingTerminal();
  const args = ['replay', join(project, 'case.log'), '--own', 'james_bond', '--write-test', file];
  expect(await runCli(args, terminal, [replayCommand])).toBe(0);
  const vitest = async () => {
    const report = join(project, 'report.json');
    const main = join(CHECKOUT, 'node_modules/vitest/vitest.mjs');
    const command = [main, 'run', '--root', project, '--reporter=json', `--outputFile=${report}`];
    await run(process.execPath, command, { cwd: project }).catch(() => undefined);
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<
      string,
      number
    >;
    return { numPassedTests, numFailedTests };
  };
  expect(await vitest()).toEqual({ numPassedTests: 1, numFailedTests: 0 });
  const log = readFileSync(join(project, 'case.log'), 'utf8');
  // One chat says something else.
  writeFileSync(join(project, 'case.log'), log.replace('WWVhaCwgYmFieSE=', 'Tm8sIGJhYnkh'));
  expect(await vitest()).toEqual({ numPassedTests: 0, numFailedTests: 1 });
});
