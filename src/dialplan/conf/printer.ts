import { escapeConfValue, MAX_CONF_LINE_BYTES } from '../../config/conf-text.ts';
import { CompanionError } from '../../model/errors.ts';
import { lineBreakerIn, printable, utf8Length } from '../../model/text.ts';

/** One line of a section. `object` lines are written with `=>`, which Asterisk reads like `=`. */
export interface ConfEntry {
  readonly key: string;
  readonly value: string;
  readonly object?: true;
}

/** A section of a `.conf` file, with what a reader should know above it. */
export interface ConfSection {
  readonly name: string;
  readonly comments?: readonly string[];
  readonly entries: readonly ConfEntry[];
}

// Only what Asterisk 22 was seen to parse as a name; `;` or a missing `]` spoil the whole file.
const SECTION = /^[A-Za-z0-9_.,:-]+$/;
const KEY = /^[A-Za-z0-9_]+$/;
// A line that ends early, or blanks at an end, which Asterisk drops.
const UNSAFE = /[\r\n\0]|^[\u0000-\u0020]|[\u0000-\u0020]$/;

/** Prints sections with a blank line between two. Throws as {@link printEntry} does. */
export function printSections(sections: readonly ConfSection[]): string {
  return sections.map(printSection).join('\n\n');
}

function printSection(section: ConfSection): string {
  if (!SECTION.test(section.name)) throw forbidden('the name of a section', section.name);
  const comments = (section.comments ?? []).map(printComment);
  return [...comments, `[${section.name}]`, ...section.entries.map(printEntry)].join('\n');
}

/**
 * Prints `key = value` or `key => value`. The blanks keep a value that begins with `>` whole.
 *
 * @throws CompanionError VALUE_FORBIDDEN for what Asterisk would not read back: CR, LF, NUL, blanks at
 * the ends, more than 8,190 bytes. The schema of the model refuses these too, and says where they stand.
 */
export function printEntry({ key, value, object }: ConfEntry): string {
  if (!KEY.test(key)) throw forbidden('a key', key);
  if (UNSAFE.test(value)) throw forbidden(lineBreakerIn(value) ?? 'a blank at an end', key);
  const line = `${key} ${object ? '=>' : '='}${value === '' ? '' : ' '}${escapeConfValue(value)}`;
  if (line.length * 3 > MAX_CONF_LINE_BYTES && utf8Length(line) > MAX_CONF_LINE_BYTES)
    throw forbidden('too many bytes', key);
  return line;
}

/** Prints a comment of one line; a blank behind the `;` keeps it from opening a block (`;--`). */
export function printComment(text: string): string {
  return text === '' ? ';' : `; ${printable(text)}`;
}

// Keys are ours or the manual's; values may be secrets and are never part of the message.
function forbidden(what: string, key: string): CompanionError {
  return new CompanionError('VALUE_FORBIDDEN', `The line of "${printable(key)}" cannot hold ${what}`, {
    key,
  });
}
