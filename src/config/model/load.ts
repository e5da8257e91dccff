import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { utf8Length } from '../../model/text.ts';
import {
  DIAGNOSTIC_CODES as CODES,
  type Diagnostic,
  type KeyPath,
  printPath,
  sortDiagnostics,
} from '../diagnostic.ts';
import { codeFrame } from '../frame.ts';
import { PlainSecret, resolveSecret, type SecretSources } from '../secrets.ts';
import { judge, type LoadedYaml, openSource } from '../yaml/load.ts';
import { checkModel } from './checks.ts';
import { mapping } from './findings.ts';
import { ignoredCodes } from './ignored.ts';
import { modelSchema, type ProvisioningModel } from './schema.ts';
import { type SecretPlace, secretPlaces } from './secret-places.ts';
import { type ModelGround, type ModelSources, maskedText, modelGround, readSources } from './sources.ts';

/** Resolved secrets by {@link secretId}. */
export type ResolvedSecrets = ReadonlyMap<string, string>;

/** A provisioning model with everything that was found while reading it. */
export interface LoadedModel extends Omit<LoadedYaml<ProvisioningModel>, 'value'> {
  /** Null when the file holds mistakes; secrets that cannot be resolved leave it in place. */
  readonly model: ProvisioningModel | null;
  /** Without sources only those that stand in the model as text. */
  readonly secrets: ResolvedSecrets;
  /** The files that were read, the model's own first. */
  readonly files: readonly string[];
  /** Whether the model silences a code at a place. */
  ignores(code: string, path: KeyPath): boolean;
  /** The line of a problem with a mark below its place, secrets masked; null where there is no line to show. */
  frame(problem: Diagnostic): string | null;
}

/** The key of a secret in {@link ResolvedSecrets}: the path of its place. */
export function secretId(...path: KeyPath): string {
  return printPath(path);
}

/**
 * Loads a provisioning model and the accounts of `users/*.yaml` beside it: schema, references between its
 * parts, secrets. Throws nothing that the files cause; see `problems`.
 *
 * @param sources where secrets are fetched from; without them none is, and none is missed.
 */
export function loadModel(file: string, sources?: SecretSources): LoadedModel {
  return finish(readSources(file), sources);
}

/** {@link loadModel} for text that is there already; `file` is only a name for diagnostics. */
export function parseModel(file: string, text: string | Uint8Array, sources?: SecretSources): LoadedModel {
  return finish({ main: openSource(file, text), users: [] }, sources);
}

/** Secrets from an environment, and from files beside the model where their path is relative. */
export function secretSources(env: SecretSources['env'], modelFile: string): SecretSources {
  return { env, readFile: (path) => readFileSync(resolve(dirname(modelFile), path), 'utf8') };
}

function finish(files: ModelSources, sources: SecretSources | undefined): LoadedModel {
  const ground = modelGround(files);
  const loaded = judge(ground, modelSchema);
  const refused = new Set(loaded.problems.map((problem) => problem.key));
  // A value that the schema refused is not told twice.
  const checked = checkModel(loaded.raw)
    .map(loaded.diagnose)
    .filter((problem) => !refused.has(problem.key));
  const ignores = ignoredCodes(loaded.raw);
  const places = secretPlaces(loaded.raw);
  const secrets = new Map<string, string>();
  const secretProblems = places.flatMap((place) => readSecret(place, loaded, sources, secrets));
  shareDefaultPolicies(loaded, secrets);
  const told = secretProblems
    .filter(({ problem, path }) => problem.severity === 'error' || !ignores(problem.code, path))
    .map(({ problem }) => problem);
  return {
    model: checked.length === 0 && loaded.value !== null ? withMessages(loaded.value, secrets) : null,
    secrets,
    files: [files.main, ...files.users].map(({ file }) => file),
    problems: sortDiagnostics([...loaded.problems, ...checked, ...told]),
    raw: loaded.raw,
    locate: loaded.locate,
    diagnose: loaded.diagnose,
    ignores,
    frame: frames(files, ground, places),
  };
}

/** A diagnostic with the path of its value, by which it may be silenced. */
interface SecretProblem {
  readonly path: KeyPath;
  readonly problem: Diagnostic;
}

function readSecret(
  place: SecretPlace,
  loaded: LoadedYaml<ProvisioningModel>,
  sources: SecretSources | undefined,
  secrets: Map<string, string>,
): SecretProblem[] {
  const { path, ref, reserved } = place;
  if (ref === null) return [];
  const plain = 'plain' in ref;
  // Text in the model itself can be judged without any source.
  if (!plain && sources === undefined) return [];
  const resolved = resolveSecret(ref, sources ?? NO_SOURCES, reserved);
  const mistake = resolved.ok ? unfit(place, resolved.value) : resolved;
  if (mistake !== null) {
    const message = `found ${mistake.found}, allowed: ${mistake.allowed}`;
    return [{ path, problem: loaded.diagnose({ path, code: mistake.code, message }) }];
  }
  if (resolved.ok) secrets.set(secretId(...path), resolved.value);
  return plain && place.mayBePlain !== true ? [{ path, problem: loaded.diagnose({ path, ...PLAIN }) }] : [];
}

/** What only some places forbid. */
function unfit({ room, listItem }: SecretPlace, value: string) {
  if (room !== undefined && utf8Length(value) > room) {
    return { code: CODES.TOO_LONG, found: `${utf8Length(value)} bytes`, allowed: `at most ${room}` };
  }
  if (listItem && value.includes(',')) {
    return { code: CODES.VALUE, found: 'a comma in the password', allowed: 'passwords without one' };
  }
  return null;
}

const NO_SOURCES: SecretSources = { env: {}, readFile: () => '' };

const PLAIN = {
  code: CODES.SECRET_PLAIN,
  severity: 'warning',
  message: 'found a secret as plain text, better: { env: NAME } or { file: PATH }',
} as const;

/** Accounts without policies of their own have those of `defaults:`, and so have their passwords. */
function shareDefaultPolicies(loaded: LoadedYaml<ProvisioningModel>, secrets: Map<string, string>): void {
  const shared = [...secrets].filter(([id]) => id.startsWith('defaults.'));
  if (shared.length === 0) return;
  for (const [name, user] of Object.entries(mapping(mapping(loaded.raw)['users']))) {
    if (mapping(user)['auth_policy'] !== undefined) continue;
    for (const [id, value] of shared)
      secrets.set(
        id.replace('defaults', () => `users.${name}`),
        value,
      );
  }
}

/** The service sends these over AMI and reads no secrets itself: a reference gives way to what it refers to. */
function withMessages(model: ProvisioningModel, secrets: ResolvedSecrets): ProvisioningModel {
  const users = model.users.map((user) => {
    if (user.buddies?.some((buddy) => buddy.auth_message !== undefined) !== true) return user;
    const buddies = user.buddies.map((buddy) => {
      const message = secrets.get(secretId('users', user.name, 'buddies', buddy.name, 'auth_message'));
      return message === undefined ? buddy : { ...buddy, auth_message: { plain: new PlainSecret(message) } };
    });
    return { ...user, buddies };
  });
  return { ...model, users };
}

function frames(files: ModelSources, ground: ModelGround, places: readonly SecretPlace[]) {
  const masked = new Map<string, string>();
  return (problem: Diagnostic): string | null => {
    const source = [files.main, ...files.users].find(({ file }) => file === problem.file);
    // Without values nobody knows which of them are secrets.
    if (source === undefined || !source.document.readable) return null;
    let text = masked.get(source.file);
    if (text === undefined) {
      const own = places.map(({ path }) => ground.find(path)).filter((found) => found.source === source);
      text = maskedText(
        source,
        own.map(({ path }) => path),
      );
      masked.set(source.file, text);
    }
    return codeFrame(text, problem);
  };
}
