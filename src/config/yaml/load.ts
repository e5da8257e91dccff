import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import {
  DIAGNOSTIC_CODES as CODES,
  type Diagnostic,
  type KeyPath,
  type Position,
  type Problem,
  printPath,
  sortDiagnostics,
} from '../diagnostic.ts';
import { type PlacedProblem, type RawValue, readYamlDocument, type YamlDocument } from './document.ts';
import { allowedPhrase, problemsOf } from './issues.ts';

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

/**
 * Loads a YAML file and holds it against a schema. All mistakes come back as diagnostics, those of the
 * file system too; nothing is thrown. Scalars reach the schema as text in their source spelling, so
 * schemas read numbers and booleans from text (`scalars.ts`).
 *
 * @param file path, printed in diagnostics as it is given here.
 */
export function loadYaml<T>(file: string, schema: z.ZodType<T>): LoadedYaml<T> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
    return unreadable(file, { line: 1, column: 1 }, `found no file that can be read (${reason})`);
  }
  return parseYaml(file, bytes, schema);
}

/** {@link loadYaml} for text or bytes that are there already; `file` is only a name for diagnostics. */
export function parseYaml<T>(file: string, source: string | Uint8Array, schema: z.ZodType<T>): LoadedYaml<T> {
  if (typeof source !== 'string' && !isUtf8(source)) {
    const line = firstLineOutsideUtf8(source);
    return unreadable(file, { line, column: 1 }, 'found bytes that are no UTF-8, allowed: text in UTF-8');
  }
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  const document = readYamlDocument(text);
  const parsed = document.readable ? schema.safeParse(document.raw, { error: allowedPhrase }) : null;
  const problems: PlacedProblem[] = [...document.problems];
  if (parsed?.success === false) {
    // A tag or alias that was refused left nothing behind, which is no second mistake. (Those with a
    // position of their own are about keys, and say nothing of the value.)
    const gone = document.problems.filter(({ position }) => position === undefined);
    const told = new Set(gone.map(({ path }) => printPath(path)));
    const found = problemsOf(parsed.error, document.raw);
    problems.push(...found.filter(({ path }) => !told.has(printPath(path))));
  }
  const diagnose = (problem: PlacedProblem) => placed(file, document, problem);
  return {
    value: parsed?.success && problems.length === 0 ? parsed.data : null,
    problems: sortDiagnostics(problems.map(diagnose)),
    raw: document.raw,
    locate: document.locate,
    diagnose,
  };
}

function placed(file: string, document: YamlDocument, problem: PlacedProblem): Diagnostic {
  const { path, at, code, message, severity = 'error' } = problem;
  const position = problem.position ?? document.locate(path, at);
  return { file, ...position, key: printPath(path), message, severity, code };
}

function unreadable(file: string, position: Position, message: string): LoadedYaml<never> {
  const diagnose = (problem: Problem): Diagnostic => ({
    file,
    ...position,
    key: printPath(problem.path),
    message: problem.message,
    severity: problem.severity ?? 'error',
    code: problem.code,
  });
  return {
    value: null,
    problems: [diagnose({ path: [], code: CODES.FILE, message })],
    raw: null,
    locate: () => position,
    diagnose,
  };
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
