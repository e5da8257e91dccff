import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import {
  DIAGNOSTIC_CODES as CODES,
  type Diagnostic,
  type KeyPath,
  type Position,
  type Problem,
  placeProblem,
  printPath,
  sortDiagnostics,
} from '../diagnostic.ts';
import { allowedPhrase, problemsOf } from '../issues.ts';
import { type PlacedProblem, type RawValue, readYamlDocument, type YamlDocument } from './document.ts';

/** A YAML file after its schema. */
export interface LoadedYaml<T> {
  /** Null when the file holds mistakes. */
  readonly value: T | null;
  /** In the order of the file. */
  readonly problems: readonly Diagnostic[];
  /** What stood in the file before any schema; null when it is no YAML. For checks that go on after mistakes. */
  readonly raw: RawValue;
  /** Where a value or its key stands, or its nearest parent that is there. */
  locate(path: KeyPath, at?: 'key' | 'value'): Position;
  /** Gives a problem its place in this file. */
  diagnose(problem: Problem): Diagnostic;
}

/** A file as it was read, before any schema. */
export interface YamlSource {
  readonly file: string;
  /** Empty when there was nothing to read. */
  readonly text: string;
  readonly document: YamlDocument;
}

/** Values to be held against a schema, from one file or several. */
export interface Ground {
  readonly raw: RawValue;
  /** False when not all of it could be read: no schema is asked then. */
  readonly readable: boolean;
  readonly problems: readonly (PlacedProblem & { readonly file: string })[];
  locate(path: KeyPath, at?: 'key' | 'value'): Position;
  fileOf(path: KeyPath): string;
}

/**
 * Loads a YAML file and holds it against a schema. All mistakes come back as diagnostics, those of the
 * file system too; nothing is thrown. Scalars reach the schema as text in their source spelling, so
 * schemas read numbers and booleans from text (`scalars.ts`).
 *
 * @param file path, printed in diagnostics as it is given here.
 */
export function loadYaml<T>(file: string, schema: z.ZodType<T>): LoadedYaml<T> {
  return judge(groundOf(readSource(file)), schema);
}

/** {@link loadYaml} for text or bytes that are there already; `file` is only a name for diagnostics. */
export function parseYaml<T>(file: string, source: string | Uint8Array, schema: z.ZodType<T>): LoadedYaml<T> {
  return judge(groundOf(openSource(file, source)), schema);
}

/** Reads a file; one that cannot be read comes back as a source with that problem. */
export function readSource(file: string): YamlSource {
  try {
    return openSource(file, readFileSync(file));
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
    return unreadable(file, { line: 1, column: 1 }, `found no file that can be read (${reason})`);
  }
}

/** {@link readSource} for text or bytes that are there already. */
export function openSource(file: string, source: string | Uint8Array): YamlSource {
  if (typeof source !== 'string' && !isUtf8(source)) {
    const line = firstLineOutsideUtf8(source);
    return unreadable(file, { line, column: 1 }, 'found bytes that are no UTF-8, allowed: text in UTF-8');
  }
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  return { file, text, document: readYamlDocument(text) };
}

/** One file alone. */
export function groundOf({ file, document }: YamlSource): Ground {
  return {
    raw: document.raw,
    readable: document.readable,
    problems: document.problems.map((problem) => ({ ...problem, file })),
    locate: document.locate,
    fileOf: () => file,
  };
}

/** Holds values against a schema. */
export function judge<T>(ground: Ground, schema: z.ZodType<T>): LoadedYaml<T> {
  const { raw, readable, locate, fileOf } = ground;
  const parsed = readable ? schema.safeParse(raw, { error: allowedPhrase('a mapping') }) : null;
  const diagnose = (problem: Problem) =>
    placeProblem(problem, fileOf(problem.path), locate(problem.path, problem.at));
  const problems = ground.problems.map((problem) =>
    placeProblem(problem, problem.file, problem.position ?? locate(problem.path, problem.at)),
  );
  if (parsed?.success === false) {
    // A tag or alias that was refused left nothing behind, which is no second mistake. (Those with a
    // position of their own are about keys, and say nothing of the value.)
    const gone = ground.problems.filter(({ position }) => position === undefined);
    const told = new Set(gone.map(({ path }) => printPath(path)));
    const found = problemsOf(parsed.error, raw, 'a mapping');
    problems.push(...found.filter(({ path }) => !told.has(printPath(path))).map(diagnose));
  }
  return {
    value: parsed?.success && problems.length === 0 ? parsed.data : null,
    problems: sortDiagnostics(problems),
    raw,
    locate,
    diagnose,
  };
}

function unreadable(file: string, position: Position, message: string): YamlSource {
  const problem: PlacedProblem = { path: [], code: CODES.FILE, message, position };
  const document: YamlDocument = {
    raw: null,
    problems: [problem],
    readable: false,
    locate: () => position,
    rangeOf: () => null,
  };
  return { file, text: '', document };
}

function firstLineOutsideUtf8(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}
