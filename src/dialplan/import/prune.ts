import type { KeyPath, Problem } from '../../config/diagnostic.ts';
import { allowedPhrase, problemsOf } from '../../config/issues.ts';
import { checkModel } from '../../config/model/checks.ts';
import { modelSchema } from '../../config/model/schema.ts';
import type { RawValue } from '../../config/yaml/document.ts';
import type { Draft, DraftValue } from './draft.ts';

/** More rounds than parts that can depend on each other. */
const MAX_ROUNDS = 20;

/** Takes out of a draft what the model's schema refuses, with a note for each, until nothing is left to refuse. */
export function prune(draft: Draft): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const raw = draft.root as RawValue;
    const parsed = modelSchema.safeParse(raw, { error: allowedPhrase('a mapping') });
    const problems = parsed.success ? checkModel(raw) : problemsOf(parsed.error, raw, 'a mapping');
    if (problems.length === 0) return;
    // From the end, so that the indexes of lists stay true.
    const removed = new Set<DraftValue | string>();
    for (const problem of problems.toReversed()) remove(problem, draft, removed);
  }
}

function remove({ path, message }: Problem, draft: Draft, removed: Set<DraftValue | string>): void {
  const target = smallestPart(path);
  const key = target.join('\0');
  if (removed.has(key)) return;
  removed.add(key);
  const parent = at(draft.root, target.slice(0, -1));
  const last = target.at(-1);
  draft.note('lost', draft.placeOf(target), message);
  if (Array.isArray(parent) && typeof last === 'number') parent.splice(last, 1);
  else if (typeof parent === 'object' && !Array.isArray(parent) && last !== undefined) delete parent[last];
}

/** What can go without taking sense from its neighbours: an option, or a whole hint or route. */
function smallestPart(path: KeyPath): KeyPath {
  const [first, second] = path;
  if (first === 'routes' || first === 'hints') return path.slice(0, 3);
  // One codec or policy less would be another list.
  if (first === 'users' && path[2] !== 'setvar') return path.slice(0, 3);
  if (first === 'general' && second !== undefined) return path.slice(0, 2);
  return path;
}

function at(value: DraftValue, path: KeyPath): DraftValue | undefined {
  let found: DraftValue | undefined = value;
  for (const step of path) {
    if (typeof found !== 'object') return undefined;
    found = Reflect.get(found, step) as DraftValue | undefined;
  }
  return found;
}
