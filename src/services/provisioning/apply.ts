import { CompanionError, messageOf } from '../../model/errors.ts';
import type { Deployment } from './deployment.ts';
import type { FileChange } from './file-plan.ts';
import type { PbxControl } from './pbx-control.ts';

/** One step towards a PBX that runs the new files. */
export interface ApplyStep {
  /** For people: `reload chan_skype.so`. */
  readonly name: string;
  run(pbx: PbxControl): Promise<void>;
  /** Brings the PBX back when the step failed and the old files are in place again. */
  restore?(pbx: PbxControl): Promise<void>;
}

const DRIVER = 'chan_skype.so';
const DRIVER_FILE = 'chan_skype.conf';
/** What reads our other files, in the order in which they have to be reloaded behind the driver. */
const READERS: readonly { readonly module: string; readonly file: string }[] = [
  { module: 'pbx_config.so', file: 'extensions_skype.conf' },
  { module: 'manager', file: 'manager_skype.conf' },
];

/** How the driver stands before the steps. */
export interface DriverFacts {
  readonly loaded: boolean;
  /** Unload and load it instead of reloading it, for options that a reload leaves alone (manual 3.1). */
  readonly restart: boolean;
}

/** The steps for the files that change: the driver first, then the dialplan, then the manager. */
export function rolloutSteps(changes: readonly FileChange[], driver: DriverFacts): ApplyStep[] {
  const own = changes.find(({ name }) => name === DRIVER_FILE);
  const readers = READERS.filter(({ file }) => changes.some(({ name }) => name === file));
  return [
    ...(own === undefined ? [] : driverSteps(own, driver)),
    ...readers.map(({ module }) => ({
      name: `reload ${module}`,
      run: (pbx: PbxControl) => pbx.reload(module),
    })),
  ];
}

function driverSteps({ text }: FileChange, { loaded, restart }: DriverFacts): ApplyStep[] {
  // Without its file the driver cannot be loaded (manual 3.1).
  if (text === null) return loaded ? [{ name: `unload ${DRIVER}`, run: (pbx) => pbx.unload(DRIVER) }] : [];
  if (!loaded) return [{ name: `load ${DRIVER}`, run: (pbx) => pbx.load(DRIVER) }];
  if (!restart) return [{ name: `reload ${DRIVER}`, run: (pbx) => pbx.reload(DRIVER) }];
  return [
    {
      name: `unload and load ${DRIVER}`,
      async run(pbx) {
        await pbx.unload(DRIVER);
        await pbx.load(DRIVER);
      },
      async restore(pbx) {
        if (!(await pbx.isLoaded(DRIVER))) await pbx.load(DRIVER);
      },
    },
  ];
}

/** What became of an apply that did not reach its end. */
export class ApplyFailure extends CompanionError {
  /** Steps that the PBX took. */
  readonly done: readonly string[];
  /** Steps that it did not, the failed one first. */
  readonly open: readonly string[];
  /** Whether the files are the old ones again. */
  readonly restored: boolean;

  constructor(cause: unknown, facts: Pick<ApplyFailure, 'done' | 'open' | 'restored'> & { words: string }) {
    const { done, open, restored, words } = facts;
    super(
      cause instanceof CompanionError ? cause.code : 'INTERNAL',
      `${open[0]} failed: ${messageOf(cause)}; ${words}`,
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
  files: readonly FileChange[],
  steps: readonly ApplyStep[],
  pbx: PbxControl,
  onStep: (name: string) => void,
): Promise<void> {
  onStep('write the files');
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
      const done = names.slice(0, index);
      const open = names.slice(index);
      if (index > 0) {
        const words = `the new files are in place; done: ${done.join(', ')}; not done: ${open.join(', ')}; when the cause is mended, run sfa apply again to finish`;
        throw new ApplyFailure(thrown, { done, open, restored: false, words });
      }
      await deployment.undo();
      const words = await backAgain(step, thrown, pbx);
      throw new ApplyFailure(thrown, { done, open, restored: true, words });
    }
  }
  await deployment.finish();
}

/** Brings the PBX back to the old files, as far as it can be, and says how it stands. */
async function backAgain(step: ApplyStep, cause: unknown, pbx: PbxControl): Promise<string> {
  if (isUnheard(cause)) {
    return 'all files are as they were; whether the PBX had taken the new ones is unknown, so reload it when it is reachable';
  }
  const reason = await likelyReason(step, cause, pbx);
  try {
    await step.restore?.(pbx);
  } catch (thrown) {
    return `${reason}all files are as they were, but the driver could not be loaded again: ${messageOf(thrown)}`;
  }
  return `${reason}all files are as they were, and so is the PBX`;
}

/** The PBX gives no reason for a refusal but in its log; some can be seen from outside. */
async function likelyReason({ name }: ApplyStep, cause: unknown, pbx: PbxControl): Promise<string> {
  if (cause instanceof CompanionError && cause.details['unknownAction'] === true) {
    // The console's own words prove nothing (Asterisk 22 seen), so that nobody could say whether it worked.
    return 'this Asterisk is too old to be reloaded from here: write the files with sfa generate --out and reload on its console; ';
  }
  if (!name.includes(DRIVER)) return "see the PBX's log for the reason; ";
  const channels = await pbx.skypeChannels().catch(() => null);
  if (channels !== null && channels > 0) {
    return `${channels} Skype ${channels === 1 ? 'channel is' : 'channels are'} up, and the driver takes new files only without a call (manual 2.5): apply again when ${channels === 1 ? 'it has' : 'they have'} ended; `;
  }
  if (name.startsWith('load')) {
    return "is chan_skype.so among the PBX's modules, and res_skypeforasterisk.so loaded before it? Its log gives the reason; ";
  }
  return "the PBX's log gives the reason; ";
}

function isUnheard(cause: unknown): boolean {
  return (
    cause instanceof CompanionError && (cause.code === 'AMI_DISCONNECTED' || cause.code === 'AMI_TIMEOUT')
  );
}
