import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DIAGNOSTIC_CODES as CODES, type KeyPath } from '../diagnostic.ts';
import type { PlacedProblem, RawMapping, RawValue } from '../yaml/document.ts';
import { type Ground, groundOf, readSource, type YamlSource } from '../yaml/load.ts';
import { isMapping } from './findings.ts';

/** The files of a model: the one that was named, and those of the directory `users` beside it. */
export interface ModelSources {
  readonly main: YamlSource;
  readonly users: readonly YamlSource[];
}

/** Reads a model's file and `users/*.yaml` beside it, in the order of their names. */
export function readSources(file: string): ModelSources {
  const directory = join(dirname(file), 'users');
  return {
    main: readSource(file),
    users: userFiles(directory).map((name) => readSource(join(directory, name))),
  };
}

function userFiles(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.yaml') && !name.startsWith('.'))
      .toSorted();
  } catch {
    // Most models have no such directory.
    return [];
  }
}

/** A path of the model in the document that holds it. */
export interface Located {
  readonly source: YamlSource;
  readonly path: KeyPath;
}

/** Several files as one model: the accounts of each stand beside each other. */
export interface ModelGround extends Ground {
  find(path: KeyPath): Located;
}

/** Puts the files of a model together. An account that stands in two of them is a mistake in the second. */
export function modelGround({ main, users }: ModelSources): ModelGround {
  const ground = groundOf(main);
  if (users.length === 0) return { ...ground, find: (path) => ({ source: main, path }) };
  const problems: (PlacedProblem & { readonly file: string })[] = [...ground.problems];
  const owners = new Map<string, YamlSource>();
  const accounts: Record<string, RawValue> = Object.create(null);
  const root = isMapping(main.document.raw) ? main.document.raw : null;
  const own = root?.['users'];
  if (isMapping(own)) Object.assign(accounts, own);
  for (const source of users) {
    for (const problem of source.document.problems) {
      const path = problem.path.length === 0 ? [] : ['users', ...problem.path];
      problems.push({ ...problem, path, file: source.file });
    }
    for (const [name, value] of Object.entries(accountsOf(source, problems))) {
      const position = source.document.locate([name], 'key');
      if (Object.hasOwn(accounts, name)) {
        const other = owners.get(name)?.file ?? main.file;
        const message = `found the same account in ${other}, allowed: every account once`;
        problems.push({ path: ['users', name], code: CODES.DUPLICATE, message, position, file: source.file });
        continue;
      }
      accounts[name] = value;
      owners.set(name, source);
    }
  }
  const find = (path: KeyPath): Located => {
    const owner = path[0] === 'users' && path[1] !== undefined ? owners.get(String(path[1])) : undefined;
    return owner === undefined ? { source: main, path } : { source: owner, path: path.slice(1) };
  };
  return {
    // A main file that is no mapping is told by the schema as it stands; so is a list of users.
    raw:
      root === null || (own !== undefined && own !== null && !isMapping(own))
        ? main.document.raw
        : { ...root, users: accounts },
    readable: ground.readable && users.every(({ document }) => document.readable),
    problems,
    locate: (path, at) => {
      const { source, path: inner } = find(path);
      return source.document.locate(inner, at);
    },
    fileOf: (path) => find(path).source.file,
    find,
  };
}

function accountsOf(
  { file, document }: YamlSource,
  problems: (PlacedProblem & { readonly file: string })[],
): RawMapping {
  if (isMapping(document.raw)) return document.raw;
  if (document.readable && document.raw !== null) {
    const message = 'found no mapping, allowed: accounts as they stand under users:';
    problems.push({ path: ['users'], code: CODES.VALUE, message, position: { line: 1, column: 1 }, file });
  }
  return Object.create(null);
}

/** The text of a file in which every character of the values at these paths is a star. */
export function maskedText({ text, document }: YamlSource, secrets: readonly KeyPath[]): string {
  const ranges = secrets
    .map((path) => document.rangeOf(path))
    .filter((range) => range !== null)
    .toSorted((a, b) => a[0] - b[0]);
  let masked = '';
  let at = 0;
  for (const [start, end] of ranges) {
    if (start < at) continue;
    masked += text.slice(at, start) + text.slice(start, end).replace(/[^\r\n]/g, '*');
    at = end;
  }
  return masked + text.slice(at);
}
