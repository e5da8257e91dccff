import { hasErrors } from '../config/diagnostic.ts';
import { loadModel, secretSources } from '../config/model/load.ts';
import { LOAD_ONLY_OPTIONS } from '../config/model/options.ts';
import { type GeneratedFile, generate } from '../dialplan/generate.ts';
import { ownershipOf } from '../dialplan/stamp.ts';
import { CompanionError } from '../model/errors.ts';
import { type FilePlan, planFiles } from '../services/provisioning/file-plan.ts';
import { changedOptions } from '../services/provisioning/load-only.ts';
import { createMask } from '../services/provisioning/mask.ts';
import { readDeployed } from '../services/provisioning/read-deployed.ts';
import type { Register } from './program.ts';
import { printProblems } from './report.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** What a model would change in a directory. */
export interface ModelPlan {
  readonly files: readonly FilePlan[];
  /** Texts with secrets, for writing; never printed. */
  readonly desired: readonly GeneratedFile[];
  /** Changed options that a reload leaves alone (manual 3.1). */
  readonly loadOnly: readonly string[];
}

/** `sfa plan MODEL --target DIR [--json]` */
export const planCommand: Register = (program, terminal, finish) => {
  program
    .command('plan')
    .description('show what a model would change in the configuration directory of a PBX')
    .argument('<model>', 'the provisioning model, a YAML file')
    .requiredOption('--target <dir>', 'the configuration directory, for example /etc/asterisk')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', '\nExit codes: 0 nothing to do, 2 changes, 1 error, 64 wrong usage.')
    .action(async (modelFile: string, { target, json }: { target: string; json?: true }) => {
      const plan = await planModel(modelFile, readDeployed(target), terminal);
      if (json) {
        const { files, loadOnly } = plan;
        terminal.out(`${JSON.stringify({ files, loadOnly }, null, 2)}\n`);
      } else {
        terminal.out(printPlan(plan));
      }
      finish(hasChanges(plan) ? EXIT.changes : EXIT.done);
    });
};

/**
 * @param deployed reads a deployed file's text, or null where there is none.
 * @throws CompanionError `CONFIG_INVALID` when the model holds mistakes, which are printed already.
 */
export async function planModel(
  modelFile: string,
  deployed: (name: string) => Promise<string | null>,
  terminal: Terminal,
): Promise<ModelPlan> {
  const loaded = loadModel(modelFile, secretSources(terminal.env, modelFile));
  printProblems(terminal, loaded.problems, loaded);
  if (loaded.model === null || hasErrors(loaded.problems)) {
    throw new CompanionError('CONFIG_INVALID', `${modelFile}: the model holds mistakes; nothing was planned`);
  }
  const desired = generate(loaded.model, loaded.secrets, { modelFile });
  const texts = new Map<string, string | null>();
  for (const { name } of desired) texts.set(name, await deployed(name));
  const files = planFiles(desired, (name) => texts.get(name) ?? null, ownershipOf, createMask());
  const driver = desired.find(({ name }) => name === 'chan_skype.conf');
  const before = texts.get('chan_skype.conf') ?? null;
  return {
    files,
    desired,
    loadOnly:
      before === null || driver === undefined ? [] : changedOptions(before, driver.text, LOAD_ONLY_OPTIONS),
  };
}

export function hasChanges({ files }: ModelPlan): boolean {
  return files.some(({ action }) => action !== 'keep');
}

/** The plan for people: a diff for each file, and what needs more than a reload. */
export function printPlan({ files, loadOnly }: ModelPlan): string {
  const lines = files.map(({ name, action, ownership, diff }) => {
    const edited = ownership === 'edited' ? ' (changed by hand since it was written)' : '';
    const foreign = ownership === 'foreign' ? ' (sfa did not write it)' : '';
    return `${name}: ${action}${edited}${foreign}\n${diff}`;
  });
  if (loadOnly.length > 0) {
    lines.push(`A reload leaves ${loadOnly.join(', ')} alone: apply with --restart-driver.\n`);
  }
  return lines.join('');
}
