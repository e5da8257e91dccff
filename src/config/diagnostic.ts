import { printable } from '../model/text.ts';
import type { LintCode } from './lint-rules.ts';

/** Steps from the root of a document to one of its values: keys of mappings and indexes of lists. */
export type KeyPath = readonly (string | number)[];

/** A place in a file, both counted from 1; columns count UTF-16 units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Every kind of mistake, by its stable code; codes are never given a second meaning. */
export const DIAGNOSTIC_CODES = {
  FILE: 'SFA100',
  SYNTAX: 'SFA101',
  DUPLICATE_KEY: 'SFA102',
  ALIAS: 'SFA103',
  TAG: 'SFA104',
  KEY_FORBIDDEN: 'SFA105',
  UNKNOWN_KEY: 'SFA110',
  MISSING_KEY: 'SFA111',
  VALUE: 'SFA112',
  CHARACTER: 'SFA113',
  BLANKS: 'SFA114',
  TOO_LONG: 'SFA115',
  EXPANSION: 'SFA116',
  REFERENCE: 'SFA120',
  DUPLICATE: 'SFA121',
  CONTRADICTION: 'SFA122',
  SECRET: 'SFA130',
  SECRET_PLAIN: 'SFA131',
} as const;
export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[keyof typeof DIAGNOSTIC_CODES] | LintCode;

/** A mistake before it has a place: what {@link Diagnostic} is made from. */
export interface Problem {
  readonly path: KeyPath;
  /** Whether the key or its value is to be pointed at; the value when absent. */
  readonly at?: 'key' | 'value';
  readonly code: DiagnosticCode;
  /** What was found and what is allowed; never holds a secret. */
  readonly message: string;
  readonly severity?: 'error' | 'warning';
  /** What was probably meant, to be put in the place of what was found. */
  readonly suggestion?: string;
}

/** A mistake in a file that users can go to. */
export interface Diagnostic extends Position {
  readonly file: string;
  /** The dotted path of the key, for example `users.james_bond.allow[1]`; `(document)` for the whole file. */
  readonly key: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  /** What was probably meant, where there is a guess. */
  readonly suggestion?: string;
}

/** Gives a problem its place. */
export function placeProblem(problem: Problem, file: string, position: Position): Diagnostic {
  const { path, code, message, severity = 'error', suggestion } = problem;
  return {
    file,
    ...position,
    key: printPath(path),
    message,
    severity,
    code,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Prints one line: `file:line:column: key: what was found, what is allowed`, warnings marked as such. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, key, message, severity } = diagnostic;
  return printable(
    `${file}:${line}:${column}: ${key}: ${severity === 'warning' ? 'warning: ' : ''}${message}`,
  );
}

/** Whether anything among these forbids to go on. */
export function hasErrors(problems: readonly Diagnostic[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** In the order of the files as they come first, and of their lines. */
export function sortDiagnostics(problems: readonly Diagnostic[]): Diagnostic[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  const order = new Map(files.map((file, index) => [file, index]));
  const rank = ({ file }: Diagnostic) => order.get(file) ?? 0;
  return problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

/** Prints a path as people write it: `users.james_bond.allow[1]`. */
export function printPath(path: KeyPath): string {
  if (path.length === 0) return '(document)';
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

const SHOWN = 60;

/** Quotes a text for a message: on one line, shortened when long. */
export function quote(text: string): string {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return `"${printable(shown)}"`;
}
