import fc from 'fast-check';
import { hasErrors } from '../../src/config/diagnostic.ts';
import { parseModel } from '../../src/config/model/load.ts';
import { type GeneratedFile, generate } from '../../src/dialplan/generate.ts';
import {
  type Expected,
  type ExpectedStep,
  expectedOf,
  type HostileValues,
  hostileValues,
  modelOf,
} from '../dialplan/arbitrary-models.ts';

/** An Asterisk that says what it reads; the laboratory's over AMI and CLI, in unit tests a reader of our own. */
export interface ConfigurationOracle {
  /** Puts the files where Asterisk looks for them. */
  install(files: readonly GeneratedFile[]): Promise<void>;
  /** `GetConfig` of a file: its sections in order, each with its lines in order. */
  getConfig(file: 'chan_skype.conf'): Promise<readonly OracleSection[]>;
  /** Loads `extensions_skype.conf` (`dialplan reload`). */
  reloadDialplan(): Promise<void>;
  /** `dialplan show CONTEXT`: the steps of the context, hints included; empty when there is no such context. */
  dialplanShow(context: string): Promise<readonly OracleStep[]>;
}

export interface OracleSection {
  readonly name: string;
  readonly lines: readonly (readonly [key: string, value: string])[];
}

/** A step as `dialplan show` prints it: `'6001' => 1. Dial(Skype/a@b) [extensions_skype.conf:12]`. */
export interface OracleStep {
  readonly exten: string;
  /** `hint`, or the number of the step. */
  readonly priority: string;
  /** Of a hint the device. */
  readonly application: string;
  readonly data: string;
}

export interface OracleRun {
  /** Models that were generated and read back as they were. */
  readonly accepted: number;
  /** Models that were refused, each with at least one error that has a place. */
  readonly refused: number;
}

/**
 * Holds `models` random models against an Asterisk: each is either refused with a diagnostic, or what
 * Asterisk reads back is exactly what the model says, no line and no step more.
 *
 * @throws Error with the model, what was expected and what was read, for the first that differs.
 */
export async function runProvisioningOracle(
  oracle: ConfigurationOracle,
  { models = 1_000, seed = 42 }: { readonly models?: number; readonly seed?: number } = {},
): Promise<OracleRun> {
  let accepted = 0;
  let refused = 0;
  for (const values of fc.sample(hostileValues, { numRuns: models, seed })) {
    if (await holdModel(oracle, values)) accepted++;
    else refused++;
  }
  return { accepted, refused };
}

/** True when the model was accepted and read back, false when it was refused. */
export async function holdModel(oracle: ConfigurationOracle, values: HostileValues): Promise<boolean> {
  const loaded = parseModel('m.yaml', modelOf(values));
  if (loaded.model === null || hasErrors(loaded.problems)) {
    const placed = loaded.problems.some(({ severity, line }) => severity === 'error' && line > 0);
    if (!placed) throw new Error(`refused without a reason: ${modelOf(values)}`);
    return false;
  }
  await oracle.install(generate(loaded.model, loaded.secrets, { modelFile: 'm.yaml' }));
  const expected = expectedOf(values);
  compare(values, await oracle.getConfig('chan_skype.conf'), sectionsOf(expected));
  await oracle.reloadDialplan();
  for (const context of new Set(expected.steps.map((step) => step.context))) {
    const steps = expected.steps.filter((step) => step.context === context);
    compare(values, inOrder(await oracle.dialplanShow(context)), inOrder(steps.map(withoutContext)));
  }
  return true;
}

function sectionsOf({ chanSkype }: Expected): OracleSection[] {
  return Object.entries(chanSkype).map(([name, lines]) => ({ name, lines }));
}

function withoutContext({ exten, priority, application, data }: ExpectedStep): OracleStep {
  return { exten, priority, application, data };
}

/** `dialplan show` sorts extensions in its own way. */
function inOrder(steps: readonly OracleStep[]): OracleStep[] {
  const key = ({ exten, priority }: OracleStep) => `${exten}\0${priority.padStart(6)}`;
  return steps.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function compare(values: HostileValues, read: unknown, expected: unknown): void {
  const [found, wanted] = [JSON.stringify(read), JSON.stringify(expected)];
  if (found === wanted) return;
  throw new Error(`${modelOf(values)}\nwas to be read as ${wanted}\nand was read as   ${found}`);
}
