import { type Diagnostic, formatDiagnostic } from '../config/diagnostic.ts';
import type { LoadedModel } from '../config/model/load.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints diagnostics, one a line. Who looks at a terminal also gets the code and the line of the file with
 * a mark below the place; scripts get lines that stay as they are.
 */
export function printProblems(
  terminal: Terminal,
  problems: readonly Diagnostic[],
  loaded: Pick<LoadedModel, 'frame'>,
  { codes = false }: { readonly codes?: boolean } = {},
): void {
  const tty = terminal.tty === true;
  for (const problem of problems) {
    terminal.err(`${formatDiagnostic(problem)}${codes || tty ? ` [${problem.code}]` : ''}\n`);
    const frame = tty ? loaded.frame(problem) : null;
    if (frame !== null) terminal.err(`${frame}\n`);
  }
}
