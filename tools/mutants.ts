/**
 * Breaks a copy of the simulated PBX in typical ways, one after the other, and runs the PBX contract against each:
 * the contract has to go red. What stays green is a case that the contract lacks.
 *
 *     npm run mutants [-- PART-OF-A-NAME]
 *
 * Exit codes: 0 every mutant was seen, 1 one was not or cannot be made.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { MUTANTS, type Mutant } from './mutants/list.ts';

const PROJECT = resolve(import.meta.dirname, '..');
const COPIED = ['src', 'test', 'conf-templates', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** A mutant may leave a test waiting for ever; the whole contract of one variation takes two seconds. */
const CASE_MILLIS = 3000;
const RUN_MILLIS = 60_000;

const wanted = process.argv[2] ?? '';
const copy = mkdtempSync(join(tmpdir(), 'sfa-mutants-'));
try {
  for (const name of COPIED) cpSync(join(PROJECT, name), join(copy, name), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
  if (!contractHolds()) throw new Error('the contract is red without any mutant');
  const chosen = MUTANTS.filter(({ name }) => name.includes(wanted));
  const unseen = chosen.filter((mutant) => {
    const seen = isSeen(mutant);
    process.stdout.write(`${seen ? 'seen  ' : 'UNSEEN'}  ${mutant.name}\n`);
    return !seen;
  });
  process.stdout.write(`${chosen.length - unseen.length} of ${chosen.length} mutants were seen\n`);
  process.exitCode = unseen.length === 0 ? 0 : 1;
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true });
}

function isSeen({ name, file, from, to }: Mutant): boolean {
  const path = join(copy, 'src', 'sim', file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${file}: "${name}" does not fit the source any more`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    return !contractHolds();
  } finally {
    writeFileSync(path, source);
  }
}

/** Runs the contract on the plain variation of Asterisk 22. */
function contractHolds(): boolean {
  const vitest = join(PROJECT, 'node_modules', 'vitest', 'vitest.mjs');
  const run = spawnSync(
    process.execPath,
    [
      vitest,
      'run',
      'test/pbx/simulator.test.ts',
      '-t',
      'PBX contract: simulator, plain 22',
      '--bail=1',
      `--testTimeout=${CASE_MILLIS}`,
    ],
    { cwd: copy, stdio: 'ignore', timeout: RUN_MILLIS, killSignal: 'SIGKILL' },
  );
  return run.status === 0;
}
