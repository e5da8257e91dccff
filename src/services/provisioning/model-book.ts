import type { Diagnostic } from '../../config/diagnostic.ts';
import type { LoadedModel } from '../../config/model/load.ts';

/** The model of one PBX as it was read. */
export interface PbxModel {
  readonly pbx: string;
  readonly loaded: LoadedModel;
  /** The PBX's configuration directory, where the service runs on its host; null elsewhere. */
  readonly etc: string | null;
}

/** The models in force, and what was wrong with those that were read last and not taken. */
export class ModelBook {
  #models: ReadonlyMap<string, PbxModel>;
  #refused: readonly Diagnostic[] | null = null;

  constructor(models: Iterable<PbxModel>) {
    this.#models = new Map([...models].map((model) => [model.pbx, model]));
  }

  /** Other models are in force. */
  replace(models: Iterable<PbxModel>): void {
    this.#models = new Map([...models].map((model) => [model.pbx, model]));
    this.#refused = null;
  }

  /** Others were read and hold mistakes: the old ones stay in force. */
  refuse(problems: readonly Diagnostic[]): void {
    this.#refused = problems;
  }

  /** What kept the models that were read last from being taken; null when they were. */
  get refused(): readonly Diagnostic[] | null {
    return this.#refused;
  }

  all(): readonly PbxModel[] {
    return [...this.#models.values()];
  }
}
