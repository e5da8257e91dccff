import { createInterface } from 'node:readline/promises';
import { CompanionError } from '../model/errors.ts';
import { accountsOf } from '../services/directory.ts';
import type { Finding } from '../services/doctor/findings.ts';
import { checkRunning } from '../services/doctor/running.ts';
import { ApplyFailure, apply, rolloutSteps, runSteps } from '../services/provisioning/apply.ts';
import { Deployment, type Recovery } from '../services/provisioning/deployment.ts';
import { expectationsOfModel } from '../services/provisioning/expectations.ts';
import { obstacles } from '../services/provisioning/file-plan.ts';
import { accountsGone, logOffGone, planLive } from '../services/provisioning/live.ts';
import {
  changedFiles,
  effectiveFiles,
  type ModelPlan,
  planModelFiles,
} from '../services/provisioning/model-plan.ts';
import { type AccountOutcome, changedCount, reconcileAccounts } from '../services/reconcile/reconcile.ts';
import { type LivePlan, planJson } from './plan.ts';
import type { Register } from './program.ts';
import { type UsableModel, usableModel } from './provisioning/load-model.ts';
import { type ConnectedPbx, connectPbx, type PbxChoice, withPbxOptions } from './provisioning/pbx.ts';
import { printFindings } from './provisioning/print-findings.ts';
import { printFilePlan, printLivePlan, printLiveResult } from './provisioning/print-plan.ts';
import { showProgress } from './provisioning/progress.ts';
import { EXIT, type ExitCode, type Terminal } from './terminal.ts';

interface Options extends PbxChoice {
  readonly target: string;
  readonly yes?: true;
  readonly dryRun?: true;
  readonly overwrite?: true;
  readonly restartDriver?: true;
  readonly filesOnly?: true;
  readonly prune?: true;
  readonly json?: true;
}

/** `sfa apply MODEL --target DIR` */
export const applyCommand: Register = (program, terminal, finish) => {
  const command = program
    .command('apply')
    .description('write the configuration of a model on the PBX host, and make the PBX run it')
    .argument('<model>', 'the provisioning model, a YAML file')
    .requiredOption('--target <dir>', 'the configuration directory, for example /etc/asterisk')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show the plan and change nothing')
    .option('--overwrite', 'overwrite files of ours that were changed by hand')
    .option('--restart-driver', 'unload and load chan_skype, for options that a reload leaves alone')
    .option('--files-only', 'leave the live accounts alone: logins, profiles, buddies')
    .option('--prune', 'remove buddies that the model does not name')
    .option('--json', 'print plan, steps, live accounts and checks as JSON')
    .addHelpText('after', HELP);
  withPbxOptions(command).action(async (model: string, options: Options) =>
    finish(await run(model, options, terminal)),
  );
};

const HELP = `
Writes the files as a set and reloads chan_skype, pbx_config and the manager. When the first step is
refused, all files are put back; sfa rollback restores the set before the last apply. Then live accounts
are brought to the model, and the PBX is looked at: accounts, hints, contexts.

Exit codes: 0 done and everything is there, 1 refused, failed, or something is missing, 64 wrong usage.`;

const DRIVER = 'chan_skype.so';
const DRIVER_FILE = 'chan_skype.conf';

/** What an apply works with. */
interface Job {
  readonly loaded: UsableModel;
  readonly deployment: Deployment;
  readonly recovery: Recovery;
  readonly files: ModelPlan;
  readonly options: Options;
  readonly terminal: Terminal;
}

async function run(modelFile: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const loaded = usableModel(modelFile, terminal);
  const deployment = await Deployment.open(options.target);
  try {
    const recovery = await deployment.recover();
    if (recovery === 'undone') terminal.err('an earlier run ended half-way: its files were put back\n');
    const files = await planModelFiles(loaded, modelFile, (name) => deployment.read(name));
    const job = { loaded, deployment, recovery, files, options, terminal };
    const pbx = await connect(job);
    try {
      return await decide(job, pbx);
    } finally {
      await pbx?.stop();
    }
  } finally {
    await deployment.close();
  }
}

/** A PBX that cannot be reached ends an apply before anything is written; a dry run shows what it can. */
async function connect({ options, terminal }: Job): Promise<ConnectedPbx | null> {
  try {
    return await connectPbx(options, terminal);
  } catch (thrown) {
    if (!(options.dryRun && thrown instanceof CompanionError)) throw thrown;
    terminal.err(`the PBX cannot be looked at: ${thrown.message}\n`);
    return null;
  }
}

async function decide(job: Job, pbx: ConnectedPbx | null): Promise<ExitCode> {
  const { files, options, terminal, recovery } = job;
  const loaded = pbx === null || (await pbx.control.isLoaded(DRIVER));
  // Without the driver there are no live accounts: what the files bring is looked at when it runs.
  const live = pbx === null || options.filesOnly ? null : await lookAt(job, pbx, loaded);
  const changes = changedFiles(files).length + (live === null ? 0 : changedCount(live.outcomes));
  const idle = recovery !== 'written' && changes === 0 && loaded && !options.restartDriver;
  if (options.json && (idle || options.dryRun)) printJson(terminal, { ...planJson(files, live) });
  if (idle) {
    terminal.err('nothing to do\n');
    return EXIT.done;
  }
  if (!options.json) {
    terminal.out(printFilePlan(files));
    if (!loaded) terminal.out('chan_skype is not loaded: it will be\n');
    else if (live !== null) terminal.out(printLivePlan(live.pbx, live.outcomes));
  }
  const inTheWay = obstacles(files.files, options.overwrite === true);
  if (inTheWay.length > 0) throw new CompanionError('CONFIG_INVALID', inTheWay.join('\n'));
  if (options.dryRun || pbx === null) return EXIT.done;
  if (!options.yes && !(await agreed(terminal))) return EXIT.refused;
  return carryOut(job, pbx, { live, loaded });
}

async function lookAt(
  { loaded, deployment, options, terminal }: Job,
  pbx: ConnectedPbx,
  running: boolean,
): Promise<LivePlan> {
  if (!running) return { pbx: pbx.name, outcomes: [] };
  const accounts = accountsOf(pbx.name, loaded.model);
  const deployed = await deployment.read(DRIVER_FILE);
  const gone = accountsGone([{ name: DRIVER_FILE, text: deployed }], accounts);
  const outcomes = await planLive(pbx.live, accounts, gone, {
    prune: options.prune === true,
    onOutcome: showProgress(terminal),
  });
  return { pbx: pbx.name, outcomes };
}

/** How the PBX was found. */
interface Found {
  readonly live: LivePlan | null;
  /** Whether the driver is loaded. */
  readonly loaded: boolean;
}

async function carryOut(job: Job, pbx: ConnectedPbx, { live: planned, loaded }: Found): Promise<ExitCode> {
  const { files, options, terminal } = job;
  const gone = (planned?.outcomes ?? []).flatMap(({ user, plan }) => (plan?.login === 'off' ? [user] : []));
  const steps: string[] = [];
  const result = { ...planJson(files, planned), steps };
  try {
    await rollOut(job, pbx, loaded, (step) => {
      steps.push(step);
      terminal.err(`${step} ...\n`);
    });
  } catch (thrown) {
    if (options.json && thrown instanceof ApplyFailure) {
      const { code, message, done, open, restored } = thrown;
      printJson(terminal, { ...result, failure: { code, message, done, open, restored } });
    }
    throw thrown;
  }
  const outcomes = planned === null ? null : await bringLive(job, pbx, gone);
  const checks = await checkRunning(pbx.name, pbx.control, expectationsOfModel(job.loaded.model));
  const complete = isComplete(checks, outcomes ?? []);
  if (options.json) printJson(terminal, { ...result, reconciled: outcomes, checks, complete });
  else {
    if (outcomes !== null) terminal.out(printLiveResult(outcomes));
    terminal.out(printFindings(checks));
  }
  const blind = checks.some(({ severity }) => severity === 'unknown');
  const good = `done: the PBX is as the model says${blind ? ', as far as it can be looked at' : ''}\n`;
  const bad = 'the PBX runs the files of the model, but not everything is there: see above\n';
  terminal.err(complete ? good : bad);
  return complete ? EXIT.done : EXIT.refused;
}

/** Writes the files and makes the PBX run them; finishes what an earlier run could not. */
async function rollOut(
  job: Job,
  pbx: ConnectedPbx,
  loaded: boolean,
  onStep: (step: string) => void,
): Promise<void> {
  const { files, deployment, recovery, options } = job;
  const names = changedFiles(files);
  const driver = { loaded, restart: options.restartDriver === true };
  const anyway = !loaded || driver.restart;
  const stepsFor = (of: readonly string[]) =>
    rolloutSteps(
      // A driver that is not loaded, or is to be restarted, whether or not its file has changed.
      files.desired.filter(({ name }) => of.includes(name) || (name === DRIVER_FILE && anyway)),
      driver,
    );
  const all = files.desired.map(({ name }) => name);
  if (names.length > 0) {
    if (recovery === 'written') await deployment.finish();
    const changed = files.desired.filter(({ name }) => names.includes(name));
    const readers = recovery === 'written' ? all : effectiveFiles(files);
    await apply(deployment, changed, stepsFor(readers), pbx.control, onStep);
  } else {
    // All files are new already; an earlier run could not make the PBX take them, or the driver is gone.
    await runSteps(deployment, stepsFor(recovery === 'written' ? all : []), pbx.control, onStep);
  }
}

async function bringLive(
  { loaded, options, terminal }: Job,
  pbx: ConnectedPbx,
  gone: Parameters<typeof logOffGone>[1],
): Promise<AccountOutcome[]> {
  terminal.err('bring the live accounts to the model ...\n');
  const outcomes = await reconcileAccounts(pbx.live, accountsOf(pbx.name, loaded.model), {
    prune: options.prune === true,
    onOutcome: showProgress(terminal),
  });
  return [...outcomes, ...(await logOffGone(pbx.live, gone))];
}

function isComplete(checks: readonly Finding[], outcomes: readonly AccountOutcome[]): boolean {
  const wrong = checks.some(({ severity }) => severity === 'error' || severity === 'warning');
  return !wrong && outcomes.every(({ error }) => error === null);
}

function printJson(terminal: Terminal, value: object): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
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
