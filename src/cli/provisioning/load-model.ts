import { hasErrors } from '../../config/diagnostic.ts';
import { type LoadedModel, loadModel, secretSources } from '../../config/model/load.ts';
import type { ProvisioningModel } from '../../config/model/schema.ts';
import { CompanionError } from '../../model/errors.ts';
import { printProblems } from '../report.ts';
import type { Terminal } from '../terminal.ts';

/** A model without mistakes, its secrets fetched. */
export type UsableModel = LoadedModel & { readonly model: ProvisioningModel };

/**
 * Loads a model for a plan; what was found in it is printed.
 *
 * @throws CompanionError `CONFIG_INVALID` when it holds mistakes.
 */
export function usableModel(modelFile: string, terminal: Terminal): UsableModel {
  const loaded = loadModel(modelFile, secretSources(terminal.env, modelFile));
  printProblems(terminal, loaded.problems, loaded);
  const { model } = loaded;
  if (model === null || hasErrors(loaded.problems)) {
    throw new CompanionError('CONFIG_INVALID', `${modelFile}: the model holds mistakes; nothing was planned`);
  }
  return { ...loaded, model };
}
