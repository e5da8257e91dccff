import type { Right } from './rights.ts';

/**
 * The pieces that blocks of AMI are made of: literal templates, CR LF ends a line, an empty line ends a block.
 * Nothing here is shared with the project's own encoder and framer, so that two mistakes cannot hide each other.
 */

/**
 * Makes a value safe for one line. People write their own `about`, `fullname` and `mood_text`, which AMI shows
 * unencoded (manual 3.5.5); what the driver did with line breaks in them is unknown. Here CR, LF and NUL become
 * blanks, so that nobody's profile can forge a header.
 */
export function oneLine(value: string): string {
  return UNSAFE.test(value) ? value.replace(/[\r\n\0]/g, ' ') : value;
}

const UNSAFE = /[\r\n\0]/;

/** A header with a value that may come from outside. */
export type Field = readonly [name: string, value: string];

/** An event inside a list, which carries the ActionID of its request. */
export interface ListEntry {
  readonly event: string;
  readonly fields: readonly Field[];
  /** Whether the ActionID stands behind the fields. */
  readonly idLast?: true;
}

/** An event of the manager interface: name, the class that sees it, fields. */
export type CallEvent = readonly [name: string, right: Right, fields: readonly Field[]];

/** The lines of some fields. */
export function lines(fields: readonly Field[]): string {
  let text = '';
  for (const [name, value] of fields) text += `${name}: ${oneLine(value)}\r\n`;
  return text;
}
