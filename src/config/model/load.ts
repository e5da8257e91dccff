import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  DIAGNOSTIC_CODES as CODES,
  type Diagnostic,
  type KeyPath,
  printPath,
  sortDiagnostics,
} from '../diagnostic.ts';
import { resolveSecret, type SecretSources, secretRef } from '../secrets.ts';
import { valueAt } from '../yaml/issues.ts';
import { type LoadedYaml, loadYaml, parseYaml } from '../yaml/load.ts';
import { checkModel } from './checks.ts';
import { GENERAL_OPTIONS, secretKeys, USER_OPTIONS } from './options.ts';
import { modelSchema, type ProvisioningModel } from './schema.ts';

/** Resolved secrets by {@link secretId}. */
export type ResolvedSecrets = ReadonlyMap<string, string>;

/** A provisioning model with everything that was found while reading it. */
export interface LoadedModel extends Omit<LoadedYaml<ProvisioningModel>, 'value'> {
  /** Null when the file holds mistakes; secrets that cannot be resolved leave it in place. */
  readonly model: ProvisioningModel | null;
  /** Without sources only those that stand in the model as text. */
  readonly secrets: ResolvedSecrets;
}

/** The key of a secret in {@link ResolvedSecrets}: an option of `[general]`, or of a user. */
export function secretId(option: string, user?: string): string {
  return printPath(user === undefined ? ['general', option] : ['users', user, option]);
}

/**
 * Loads a provisioning model: schema, references between its parts, secrets. Throws nothing that the
 * file causes; see `problems`.
 *
 * @param sources where secrets are fetched from; without them none is, and none is missed.
 */
export function loadModel(file: string, sources?: SecretSources): LoadedModel {
  return finish(loadYaml(file, modelSchema), sources);
}

/** {@link loadModel} for text that is there already; `file` is only a name for diagnostics. */
export function parseModel(file: string, text: string | Uint8Array, sources?: SecretSources): LoadedModel {
  return finish(parseYaml(file, text, modelSchema), sources);
}

/** Secrets from an environment, and from files beside the model where their path is relative. */
export function secretSources(env: SecretSources['env'], modelFile: string): SecretSources {
  return { env, readFile: (path) => readFileSync(resolve(dirname(modelFile), path), 'utf8') };
}

function finish(loaded: LoadedYaml<ProvisioningModel>, sources: SecretSources | undefined): LoadedModel {
  const places = new Set(loaded.problems.map((problem) => problem.key));
  // A value that the schema refused is not told twice.
  const checked = checkModel(loaded.raw)
    .map(loaded.diagnose)
    .filter((problem) => !places.has(problem.key));
  const secrets = new Map<string, string>();
  const secretProblems = secretPaths(loaded.raw).flatMap((path) =>
    readSecret(path, loaded, sources, secrets),
  );
  return {
    model: checked.length === 0 ? loaded.value : null,
    secrets,
    problems: sortDiagnostics([...loaded.problems, ...checked, ...secretProblems]),
    raw: loaded.raw,
    locate: loaded.locate,
    diagnose: loaded.diagnose,
  };
}

/** Every place of the file where a secret may stand, found without a valid model. */
function secretPaths(raw: LoadedModel['raw']): KeyPath[] {
  const users = valueAt(raw, ['users']);
  const names =
    typeof users === 'object' && users !== null && !Array.isArray(users) ? Object.keys(users) : [];
  return [
    ...secretKeys(GENERAL_OPTIONS).map((option) => ['general', option]),
    ...names.flatMap((name) => secretKeys(USER_OPTIONS).map((option) => ['users', name, option])),
  ].filter((path) => valueAt(raw, path) !== undefined);
}

function readSecret(
  path: KeyPath,
  loaded: LoadedYaml<ProvisioningModel>,
  sources: SecretSources | undefined,
  secrets: Map<string, string>,
): Diagnostic[] {
  const ref = secretRef.safeParse(valueAt(loaded.raw, path));
  if (!ref.success) return [];
  const plain = 'plain' in ref.data;
  // Text in the model itself can be judged without any source.
  if (!plain && sources === undefined) return [];
  const reserved = `${String(path.at(-1))} = `.length;
  const resolved = resolveSecret(ref.data, sources ?? NO_SOURCES, reserved);
  if (!resolved.ok) {
    const message = `found ${resolved.found}, allowed: ${resolved.allowed}`;
    return [loaded.diagnose({ path, code: resolved.code, message })];
  }
  secrets.set(printPath(path), resolved.value);
  return plain ? [loaded.diagnose({ path, ...PLAIN })] : [];
}

const NO_SOURCES: SecretSources = { env: {}, readFile: () => '' };

const PLAIN = {
  code: CODES.SECRET_PLAIN,
  severity: 'warning',
  message: 'found a secret as plain text, better: { env: NAME } or { file: PATH }',
} as const;
