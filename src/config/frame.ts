import { printable } from '../model/text.ts';
import type { Position } from './diagnostic.ts';

const WIDTH = 100;

/**
 * Shows a line of a file with a mark below a place:
 *
 * ```text
 *   12 |     contxt: demo
 *      |     ^
 * ```
 *
 * Long lines are cut around the place; what could move the cursor is shown as an escape. The caller masks
 * secrets before.
 *
 * @returns null when the file has no such line, or an empty one.
 */
export function codeFrame(text: string, { line, column }: Position): string | null {
  const source = text.split(/\r\n|\n/)[line - 1]?.replace(/^\ufeff/, '');
  if (source === undefined || source.trim() === '') return null;
  const start = column <= WIDTH ? 0 : column - WIDTH / 2;
  const before = printable(source.slice(start, column - 1));
  const behind = printable(source.slice(column - 1, start + WIDTH));
  const gutter = String(line).padStart(5);
  const cut = [start > 0 ? '…' : '', start + WIDTH < source.length ? '…' : ''];
  const indent = ' '.repeat([...before].length + (start > 0 ? 1 : 0));
  return `${gutter} | ${cut[0]}${before}${behind}${cut[1]}\n${' '.repeat(5)} | ${indent}^`;
}
