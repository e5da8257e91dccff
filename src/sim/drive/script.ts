import { z } from 'zod';
import { type Diagnostic, formatDiagnostic, hasErrors } from '../../config/diagnostic.ts';
import { loadYaml } from '../../config/yaml/load.ts';
import { CompanionError, messageOf } from '../../model/errors.ts';
import type { SimulatedPbx } from '../pbx.ts';
import { VERB_NAMES, VERBS, type VerbName } from './verbs.ts';

/** `3s`, `250ms`, `1.5m`, or seconds without a unit; gives milliseconds. */
const duration = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m)?$/, { error: 'a time such as 3s, 250ms or 1.5m' })
  .transform(
    (text) => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : text.endsWith('m') ? 60_000 : 1000),
  );

const timing = {
  /** From the beginning of the script. */
  at: duration,
  /** Again and again, with this pause. */
  every: duration.refine((millis) => millis > 0, { error: 'a time above 0' }).optional(),
  /** How often in all; for ever when `every` stands alone. */
  times: z.coerce.number().int().positive().optional(),
};
const verbs = Object.fromEntries(VERB_NAMES.map((name) => [name, VERBS[name].schema.optional()]));
const step = z.strictObject({ ...timing, ...verbs }).refine((value) => verbsOf(value).length === 1, {
  error: `exactly one of ${VERB_NAMES.join(', ')}`,
});
const SCRIPT = z.strictObject({ steps: z.array(step) });

/** A step of a script: what happens, and when. */
export interface ScriptStep {
  readonly at: number;
  readonly every: number | null;
  readonly times: number;
  readonly verb: VerbName;
  readonly argument: unknown;
}

/**
 * Reads a script: `steps`, each with `at` and one verb.
 *
 * @throws CompanionError `CONFIG_INVALID` with a line for each mistake, `file:line:column: ...`.
 */
export function loadScript(file: string): readonly ScriptStep[] {
  const { value, problems } = loadYaml(file, SCRIPT);
  if (value === null || hasErrors(problems)) throw invalid(problems);
  return value.steps.flatMap((read) => {
    const [verb] = verbsOf(read);
    if (verb === undefined) return [];
    const every = read.every ?? null;
    const times = read.times ?? (every === null ? 1 : Number.POSITIVE_INFINITY);
    return [{ at: read.at, every, times, verb, argument: Reflect.get(read, verb) }];
  });
}

/**
 * Plays a script on a PBX, which takes the steps that are still to come with it when it stops.
 *
 * @param told hears what became of each step.
 */
export function playScript(
  pbx: SimulatedPbx,
  steps: readonly ScriptStep[],
  told: (step: ScriptStep, result: string) => void = () => {},
): void {
  const startedAt = performance.now();
  let agenda = steps.map((step) => ({ step, due: step.at, left: step.times }));
  const wait = () => {
    const next = Math.min(...agenda.map(({ due }) => due));
    if (next < Number.POSITIVE_INFINITY)
      pbx.scheduler.after(Math.max(0, startedAt + next - performance.now()), play);
  };
  /** One step at a time, the earliest first, so that a slow machine changes when things happen but not their order. */
  const play = () => {
    const now = performance.now() - startedAt;
    for (;;) {
      agenda.sort((a, b) => a.due - b.due);
      const [entry] = agenda;
      // A timer may be up to a millisecond early.
      if (!entry || entry.due > now + 1) break;
      const { step, due, left } = entry;
      void perform(pbx, step).then((result) => told(step, result));
      agenda = agenda.slice(1);
      if (step.every !== null && left > 1) agenda.push({ step, due: due + step.every, left: left - 1 });
    }
    wait();
  };
  wait();
}

async function perform(pbx: SimulatedPbx, { verb, argument }: ScriptStep): Promise<string> {
  try {
    return (await VERBS[verb].run(pbx, argument)).result;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function verbsOf(value: object): readonly VerbName[] {
  return VERB_NAMES.filter((name) => Reflect.get(value, name) !== undefined);
}

function invalid(problems: readonly Diagnostic[]): CompanionError {
  return new CompanionError('CONFIG_INVALID', problems.map(formatDiagnostic).join('\n'));
}
