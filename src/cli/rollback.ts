import { emptyFile, GENERATED_FILES } from '../dialplan/generate.ts';
import { ownershipOf } from '../dialplan/stamp.ts';
import { CompanionError } from '../model/errors.ts';
import { type Finding, hasErrors } from '../services/doctor/findings.ts';
import { checkRunning } from '../services/doctor/running.ts';
import { apply, rolloutSteps } from '../services/provisioning/apply.ts';
import { type Backup, Deployment } from '../services/provisioning/deployment.ts';
import { expectationsOf } from '../services/provisioning/expectations.ts';
import { type FileChange, isEffective } from '../services/provisioning/file-plan.ts';
import type { Register } from './program.ts';
import { connectPbx, type PbxChoice, withPbxOptions } from './provisioning/pbx.ts';
import { printFindings } from './provisioning/print-findings.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options extends PbxChoice {
  readonly target: string;
  readonly list?: true;
  readonly to?: string;
  readonly overwrite?: true;
  readonly json?: true;
}

/** `sfa rollback --target DIR` */
export const rollbackCommand: Register = (program, terminal, finish) => {
  const command = program
    .command('rollback')
    .description('restore the configuration files as they were before the last apply or rollback')
    .requiredOption('--target <dir>', 'the configuration directory')
    .option('--list', 'list what can be gone back to, the last one first')
    .option('--to <id>', 'go back to this one of the list')
    .option('--overwrite', 'also when a file was changed by hand since')
    .option('--json', 'print the list, or what was done, as JSON')
    .addHelpText('after', HELP);
  withPbxOptions(command).action(async (options: Options) => finish(await run(options, terminal)));
};

const HELP = `
Files and modules go back together, as in an apply; what was in force is kept, so that a second rollback
takes the first one back. Profiles and buddies stand in no file: apply the older model to bring them back.

Exit codes: 0 done, 1 refused or failed, 64 wrong usage.`;

async function run(options: Options, terminal: Terminal): Promise<ExitCode> {
  const deployment = await Deployment.open(options.target);
  try {
    if (options.list) return list(await deployment.backups(), options, terminal);
    const recovery = await deployment.recover();
    if (recovery === 'undone') {
      terminal.err('an apply had ended half-way: its files were put back, nothing else was done\n');
      return EXIT.done;
    }
    if (recovery === 'written') await deployment.finish();
    const backup = choose(await deployment.backups(), options);
    await refuseEdited(deployment, backup, options);
    return await goBack(deployment, backup.files.map(emptied), options, terminal);
  } finally {
    await deployment.close();
  }
}

function list(backups: readonly Backup[], { json }: Options, terminal: Terminal): ExitCode {
  const shown = backups.map(({ id, files }) => ({
    id,
    files: files.map(({ name, text }) => ({ name, existed: text !== null })),
  }));
  if (json) terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
  for (const { id, files } of json ? [] : shown) {
    const names = files.map(({ name, existed }) => (existed ? name : `${name} (not there)`));
    terminal.out(`${id}  ${names.join(', ')}\n`);
  }
  if (backups.length === 0) terminal.err('there is no backup\n');
  return EXIT.done;
}

function choose(backups: readonly Backup[], { to, target }: Options): Backup {
  const found = to === undefined ? backups[0] : backups.find(({ id }) => id === to);
  if (found !== undefined) return found;
  const message =
    backups.length === 0
      ? `${target}: there is no backup to go back to`
      : `--to: found no backup "${to}"; sfa rollback --target ${target} --list names them`;
  throw new CompanionError('CONFIG_INVALID', message);
}

/** What was changed by hand would be lost to the one who looks at the files. */
async function refuseEdited(
  deployment: Deployment,
  { files }: Backup,
  { overwrite }: Options,
): Promise<void> {
  if (overwrite) return;
  const edited: string[] = [];
  for (const { name } of files) {
    const text = await deployment.read(name);
    if (text !== null && ownershipOf(text) === 'edited') edited.push(name);
  }
  if (edited.length === 0) return;
  throw new CompanionError(
    'CONFIG_INVALID',
    `${edited.join(', ')}: found changes made by hand since it was written; keep them elsewhere, then --overwrite`,
  );
}

/**
 * A file that was not there before is emptied instead of taken away, as an operator's file may include it.
 * Nobody includes that of the driver, which is unloaded without it.
 */
function emptied({ name, text }: FileChange): FileChange {
  const known = GENERATED_FILES.find((file) => file === name);
  if (text !== null || known === undefined || known === 'chan_skype.conf') return { name, text };
  return emptyFile(known, 'a rollback');
}

async function goBack(
  deployment: Deployment,
  files: readonly FileChange[],
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const pbx = await connectPbx(options, terminal);
  let checks: Finding[];
  try {
    const loaded = await pbx.control.isLoaded('chan_skype.so');
    const effective: FileChange[] = [];
    for (const file of files) {
      if (isEffective(await deployment.read(file.name), file.text, ownershipOf)) effective.push(file);
    }
    const steps = rolloutSteps(effective, { loaded, restart: false });
    await apply(deployment, files, steps, pbx.control, (step) => terminal.err(`${step} ...\n`));
    checks = await checkRunning(pbx.name, pbx.control, expectationsOf(files));
  } finally {
    await pbx.stop();
  }
  if (options.json) {
    const names = files.map(({ name, text }) => ({ name, action: text === null ? 'remove' : 'restore' }));
    terminal.out(`${JSON.stringify({ files: names, checks }, null, 2)}\n`);
  } else {
    for (const { name, text } of files) terminal.out(`${text === null ? 'removed' : 'restored'} ${name}\n`);
    terminal.out(printFindings(checks));
  }
  return hasErrors(checks) ? EXIT.refused : EXIT.done;
}
