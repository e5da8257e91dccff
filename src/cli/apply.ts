import { createInterface } from 'node:readline/promises';
import { connectLink } from '../endpoint.ts';
import { CompanionError } from '../model/errors.ts';
import { apply, reloadSteps, runSteps } from '../services/provisioning/apply.ts';
import { Deployment } from '../services/provisioning/deployment.ts';
import { type DesiredFile, obstacles } from '../services/provisioning/file-plan.ts';
import { type PbxControl, pbxControl } from '../services/provisioning/pbx-control.ts';
import { hasChanges, planModel, printPlan } from './plan.ts';
import type { Register } from './program.ts';
import { amiEndpoint, readSettings } from './settings.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options {
  readonly target: string;
  readonly config: string;
  readonly pbx?: string;
  readonly yes?: true;
  readonly dryRun?: true;
  readonly overwrite?: true;
  readonly restartDriver?: true;
}

/** `sfa apply MODEL --target DIR` */
export const applyCommand: Register = (program, terminal, finish) => {
  program
    .command('apply')
    .description('write the configuration of a model on the PBX host, and make the PBX take it')
    .argument('<model>', 'the provisioning model, a YAML file')
    .requiredOption('--target <dir>', 'the configuration directory, for example /etc/asterisk')
    .option('--config <file>', 'settings of the service, for the manager connection', 'sfa.yaml')
    .option('--pbx <name>', 'the PBX of the settings (default: the only one)')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--overwrite', 'overwrite files of ours that were changed by hand')
    .option('--restart-driver', 'unload and load chan_skype, for options that a reload leaves alone')
    .addHelpText(
      'after',
      '\nA refused first step puts all files back; `sfa rollback` restores the set before the last apply.',
    )
    .action(async (model: string, options: Options) => finish(await run(model, options, terminal)));
};

/** `sfa rollback --target DIR` */
export const rollbackCommand: Register = (program, terminal, finish) => {
  program
    .command('rollback')
    .description('restore the configuration files as they were before the last apply')
    .requiredOption('--target <dir>', 'the configuration directory')
    .option('--config <file>', 'settings of the service, for the manager connection', 'sfa.yaml')
    .option('--pbx <name>', 'the PBX of the settings (default: the only one)')
    .action(async (options: Options) => finish(await rollBack(options, terminal)));
};

async function run(modelFile: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const deployment = await Deployment.open(options.target);
  try {
    const recovery = await deployment.recover();
    if (recovery === 'undone') terminal.err('an earlier run ended half-way: its files were put back\n');
    const plan = await planModel(modelFile, (name) => deployment.read(name), terminal);
    if (recovery === 'none' && !hasChanges(plan)) {
      terminal.err('nothing to do\n');
      return EXIT.done;
    }
    terminal.out(printPlan(plan));
    const inTheWay = obstacles(plan.files, options.overwrite === true);
    if (inTheWay.length > 0) throw new CompanionError('CONFIG_INVALID', inTheWay.join('\n'));
    if (options.dryRun) return EXIT.done;
    if (!options.yes && !(await agreed(terminal))) return EXIT.refused;
    const names = plan.desired.map(({ name }) => name);
    const changed = plan.files.filter(({ action }) => action !== 'keep').map(({ name }) => name);
    const restart = options.restartDriver === true;
    const progress = (step: string) => terminal.err(`${step} ...\n`);
    await withPbx(options, terminal, async (pbx) => {
      if (changed.length === 0) {
        // All files are new already; an earlier run could not make the PBX take them.
        await runSteps(deployment, reloadSteps(names, restart), pbx, progress);
        return;
      }
      const files = plan.desired.filter(({ name }) => changed.includes(name));
      const steps = reloadSteps(recovery === 'written' ? names : changed, restart);
      if (recovery === 'written') await deployment.finish();
      await apply(deployment, files, steps, pbx, progress);
    });
    terminal.err('done: the PBX runs the new files\n');
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}

async function rollBack(options: Options, terminal: Terminal): Promise<ExitCode> {
  const deployment = await Deployment.open(options.target);
  try {
    const recovery = await deployment.recover();
    if (recovery === 'undone') {
      terminal.err('an apply had ended half-way: its files were put back, nothing else was done\n');
      return EXIT.done;
    }
    if (recovery === 'written') await deployment.finish();
    const previous = await deployment.previous();
    if (previous === null) {
      throw new CompanionError('CONFIG_INVALID', `${options.target}: there is no backup to go back to`);
    }
    const files: readonly DesiredFile[] = previous.files;
    const steps = reloadSteps(
      files.map(({ name }) => name),
      false,
    );
    await withPbx(options, terminal, (pbx) =>
      apply(deployment, files, steps, pbx, (step) => terminal.err(`${step} ...\n`)),
    );
    await deployment.discard(previous.id);
    for (const { name } of files) terminal.out(`restored ${name}\n`);
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}

async function withPbx(
  { config, pbx: wanted }: Options,
  terminal: Terminal,
  work: (pbx: PbxControl) => Promise<void>,
): Promise<void> {
  const { pbxs } = readSettings(config, terminal);
  const found =
    wanted === undefined && pbxs.length === 1 ? pbxs[0] : pbxs.find(({ name }) => name === wanted);
  if (found === undefined) {
    const names = pbxs.map(({ name }) => name).join(', ');
    throw new CompanionError('CONFIG_INVALID', `--pbx: allowed is one of ${names}`);
  }
  const link = await connectLink(found.name, amiEndpoint(found.ami));
  try {
    await work(pbxControl(link));
  } finally {
    await link.stop();
  }
}

async function agreed(terminal: Terminal): Promise<boolean> {
  if (!process.stdin.isTTY) {
    terminal.err('not applied: there is no terminal to ask on; give --yes\n');
    return false;
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test(await asking.question('Apply? [y/N] '));
  } finally {
    asking.close();
  }
}
