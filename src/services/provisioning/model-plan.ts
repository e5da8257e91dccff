import type { LoadedModel } from '../../config/model/load.ts';
import { LOAD_ONLY_OPTIONS } from '../../config/model/options.ts';
import { emptyFile, GENERATED_FILES, type GeneratedFile, generate } from '../../dialplan/generate.ts';
import { ownershipOf } from '../../dialplan/stamp.ts';
import { CompanionError } from '../../model/errors.ts';
import { type FilePlan, planFiles } from './file-plan.ts';
import { changedOptions } from './load-only.ts';
import { createMask } from './mask.ts';

/** What a model would change in a directory. */
export interface ModelPlan {
  readonly files: readonly FilePlan[];
  /** Texts with secrets, for writing; never printed. */
  readonly desired: readonly GeneratedFile[];
  /** Changed options that a reload leaves alone (manual 3.1). */
  readonly loadOnly: readonly string[];
}

/**
 * Compares what a model generates with what is deployed. A file of ours that the model has nothing for any
 * more is emptied, not taken away: an `#include` of a missing file would make the operator's whole file
 * invalid (Asterisk 22 seen).
 *
 * @param deployed reads a deployed file's text, or null where there is none.
 * @throws CompanionError `CONFIG_INVALID` when a secret is missing.
 */
export async function planModelFiles(
  { model, secrets }: Pick<LoadedModel, 'model' | 'secrets'>,
  modelFile: string,
  deployed: (name: string) => Promise<string | null>,
): Promise<ModelPlan> {
  if (model === null) throw new CompanionError('CONFIG_INVALID', `${modelFile}: the model holds mistakes`);
  const texts = new Map<string, string | null>();
  for (const name of GENERATED_FILES) texts.set(name, await deployed(name));
  const generated = generate(model, secrets, { modelFile });
  const orphans = GENERATED_FILES.filter((name) => {
    const text = texts.get(name) ?? null;
    const wanted = generated.some((file) => file.name === name);
    return !wanted && text !== null && ownershipOf(text) !== 'foreign';
  });
  const desired = [...generated, ...orphans.map((name) => emptyFile(name, modelFile))];
  const files = planFiles(desired, (name) => texts.get(name) ?? null, ownershipOf, createMask());
  const driver = desired.find(({ name }) => name === 'chan_skype.conf');
  const before = texts.get('chan_skype.conf') ?? null;
  const loadOnly =
    before === null || driver === undefined ? [] : changedOptions(before, driver.text, LOAD_ONLY_OPTIONS);
  return { files, desired, loadOnly };
}

/** The names of the files whose readers have to be told. */
export function effectiveFiles({ files }: Pick<ModelPlan, 'files'>): string[] {
  return files.flatMap(({ name, effective }) => (effective ? [name] : []));
}

/** The names of the files that would be written. */
export function changedFiles({ files }: Pick<ModelPlan, 'files'>): string[] {
  return files.flatMap(({ name, action }) => (action === 'keep' ? [] : [name]));
}
