import { CompanionError, messageOf } from '../../model/errors.ts';
import type { Deployment } from './deployment.ts';
import type { DesiredFile } from './file-plan.ts';
import type { PbxControl } from './pbx-control.ts';

/** One step towards a PBX that runs the new files. */
export interface ApplyStep {
  /** For people: `reload chan_skype.so`. */
  readonly name: string;
  run(pbx: PbxControl): Promise<void>;
}

/** Which modules read which of our files, in the order in which they have to be reloaded. */
const MODULES: readonly { readonly module: string; readonly file: string }[] = [
  { module: 'chan_skype.so', file: 'chan_skype.conf' },
  { module: 'pbx_config.so', file: 'extensions_skype.conf' },
  { module: 'manager', file: 'manager_skype.conf' },
];

/**
 * The steps for the files that change.
 *
 * @param restartDriver unload and load chan_skype instead of reloading it, for options that a reload
 *   leaves alone (manual 3.1).
 */
export function reloadSteps(changed: readonly string[], restartDriver: boolean): ApplyStep[] {
  return MODULES.filter(({ file }) => changed.includes(file)).flatMap(({ module, file }) => {
    if (!restartDriver || file !== 'chan_skype.conf') {
      return [{ name: `reload ${module}`, run: (pbx: PbxControl) => pbx.reload(module) }];
    }
    return [
      { name: `unload ${module}`, run: (pbx: PbxControl) => pbx.unload(module) },
      { name: `load ${module}`, run: (pbx: PbxControl) => pbx.load(module) },
    ];
  });
}

/** What became of an apply that did not reach its end. */
export class ApplyFailure extends CompanionError {
  /** Steps that the PBX took. */
  readonly done: readonly string[];
  /** Steps that it did not, the failed one first. */
  readonly open: readonly string[];
  /** Whether the files are the old ones again. */
  readonly restored: boolean;

  constructor(cause: unknown, done: readonly string[], open: readonly string[], restored: boolean) {
    const unheard =
      cause instanceof CompanionError && (cause.code === 'AMI_DISCONNECTED' || cause.code === 'AMI_TIMEOUT');
    const old = unheard
      ? 'the old files are back; whether the PBX had taken the new ones is unknown, so reload it when it is reachable'
      : 'the old files are back and the PBX runs them';
    const state = restored
      ? old
      : `the new files are in place; done: ${done.join(', ')}; not done: ${open.join(', ')}`;
    const remedy = restored ? '' : '; when the cause is mended, run sfa apply again to finish';
    super(
      cause instanceof CompanionError ? cause.code : 'INTERNAL',
      `${open[0]} failed: ${messageOf(cause)}; ${state}${remedy}`,
      {},
      { cause },
    );
    this.done = done;
    this.open = open;
    this.restored = restored;
  }
}

/**
 * Writes the files and makes the PBX run them. A refused first step puts all old files back, since the
 * PBX still runs them; after it the new ones stay, and the failure says what is left to do.
 *
 * @param onStep told before each step, for progress.
 * @throws ApplyFailure
 */
export async function apply(
  deployment: Deployment,
  files: readonly DesiredFile[],
  steps: readonly ApplyStep[],
  pbx: PbxControl,
  onStep: (name: string) => void,
): Promise<void> {
  await deployment.write(files);
  await runSteps(deployment, steps, pbx, onStep);
}

/** The part of {@link apply} behind the writing; also finishes what an earlier run left `written`. */
export async function runSteps(
  deployment: Deployment,
  steps: readonly ApplyStep[],
  pbx: PbxControl,
  onStep: (name: string) => void,
): Promise<void> {
  const names = steps.map(({ name }) => name);
  for (const [index, step] of steps.entries()) {
    onStep(step.name);
    try {
      await step.run(pbx);
    } catch (thrown) {
      const restored = index === 0;
      if (restored) await deployment.undo();
      throw new ApplyFailure(thrown, names.slice(0, index), names.slice(index), restored);
    }
  }
  await deployment.finish();
}
