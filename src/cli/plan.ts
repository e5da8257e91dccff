import { CompanionError } from '../model/errors.ts';
import { accountsOf } from '../services/directory.ts';
import { accountsGone, planLive } from '../services/provisioning/live.ts';
import { changedFiles, type ModelPlan, planModelFiles } from '../services/provisioning/model-plan.ts';
import { assertDirectory, readDeployed } from '../services/provisioning/read-deployed.ts';
import { type AccountOutcome, changedCount } from '../services/reconcile/reconcile.ts';
import type { Register } from './program.ts';
import { type UsableModel, usableModel } from './provisioning/load-model.ts';
import { connectPbx, type PbxChoice, withPbxOptions } from './provisioning/pbx.ts';
import { printFilePlan, printLivePlan } from './provisioning/print-plan.ts';
import { showProgress } from './provisioning/progress.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options extends PbxChoice {
  readonly target?: string;
  readonly live?: true;
  readonly prune?: true;
  readonly json?: true;
}

/** `sfa plan MODEL --target DIR [--live] [--json]` */
export const planCommand: Register = (program, terminal, finish) => {
  const command = program
    .command('plan')
    .description('show what a model would change on a PBX, and change nothing')
    .argument('<model>', 'the provisioning model, a YAML file')
    .option('--target <dir>', 'hold it against this configuration directory, for example /etc/asterisk')
    .option('--live', 'hold it against the accounts of the running PBX')
    .option('--prune', 'with --live: count buddies that the model does not name as to be removed')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', HELP);
  withPbxOptions(command).action(async (model: string, options: Options) => {
    if (options.target === undefined && options.live !== true) {
      command.error('error: give --target DIR, --live, or both', { exitCode: EXIT.usage });
    }
    finish(await run(model, options, terminal));
  });
};

const HELP = `
Secrets are masked in diffs: equal marks are equal secrets.

Examples:
  $ sfa plan pbx.yaml --target /etc/asterisk
  $ sfa plan pbx.yaml --live --config sfa.yaml

Exit codes: 0 nothing to do, 2 changes, 1 error, 64 wrong usage.`;

async function run(modelFile: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const loaded = usableModel(modelFile, terminal);
  const { target, json } = options;
  if (target !== undefined) await assertDirectory(target);
  const files = target === undefined ? null : await planModelFiles(loaded, modelFile, readDeployed(target));
  const live = options.live ? await lookAtPbx(loaded, options, terminal) : null;
  if (json) terminal.out(`${JSON.stringify(planJson(files, live), null, 2)}\n`);
  else {
    if (files !== null) terminal.out(printFilePlan(files));
    if (live !== null) terminal.out(printLivePlan(live.pbx, live.outcomes));
  }
  if (live?.outcomes.some(({ error }) => error !== null)) return EXIT.refused;
  const changes = (files ? changedFiles(files).length : 0) + (live ? changedCount(live.outcomes) : 0);
  return changes > 0 ? EXIT.changes : EXIT.done;
}

/** What is looked at on a running PBX. */
export interface LivePlan {
  readonly pbx: string;
  readonly outcomes: readonly AccountOutcome[];
}

async function lookAtPbx({ model }: UsableModel, options: Options, terminal: Terminal): Promise<LivePlan> {
  const pbx = await connectPbx(options, terminal);
  try {
    if (!(await pbx.control.isLoaded('chan_skype.so'))) {
      throw new CompanionError('MODULE_ABSENT', `chan_skype is not loaded on the PBX "${pbx.name}"`);
    }
    const accounts = accountsOf(pbx.name, model);
    const deployed =
      options.target === undefined ? null : await readDeployed(options.target)('chan_skype.conf');
    const gone = accountsGone([{ name: 'chan_skype.conf', text: deployed }], accounts);
    const outcomes = await planLive(pbx.live, accounts, gone, {
      prune: options.prune === true,
      onOutcome: showProgress(terminal),
    });
    return { pbx: pbx.name, outcomes };
  } finally {
    await pbx.stop();
  }
}

/** The plan for machines; texts of files with their secrets are not in it. */
export function planJson(files: ModelPlan | null, live: LivePlan | null): object {
  return {
    files: files?.files ?? null,
    loadOnly: files?.loadOnly ?? null,
    live: live && {
      pbx: live.pbx,
      changes: changedCount(live.outcomes),
      accounts: live.outcomes.map(({ user, plan, error }) => ({ user, ...plan, error })),
    },
  };
}
