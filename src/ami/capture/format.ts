import type { Direction } from './layout.ts';

/**
 * The format of `sfa capture`, version 1, which is append-only and stays a readable AMI log:
 *
 * - Bytes are those of the session, a whole message at a time, secrets replaced by `********`.
 * - Before a message stands a stamp: `; 2026-11-21T02:39:06.689Z <` with CRLF and a blank line. The time is
 *   that of the arrival of the message's last byte; `<` came from the PBX, `>` went to it. A message without a stamp of
 *   its own has the stamp before it.
 * - A file begins with a line `; sfa capture 1 pbx NAME`; other lines with `;` are remarks.
 *
 * Readers of AMI take a stamp for a message without `Event` and `Response`, which they ignore.
 */
export const FORMAT_VERSION = 1;

const LINE_END = '\r\n';

/** The first line of a file. */
export function printFileHead(pbx: string): string {
  return `; sfa capture ${FORMAT_VERSION} pbx ${pbx}${LINE_END}${LINE_END}`;
}

/** @param at milliseconds since the epoch. */
export function printStamp(at: number, direction: Direction): string {
  return `; ${new Date(at).toISOString()} ${direction === 'in' ? '<' : '>'}${LINE_END}${LINE_END}`;
}

/** A remark that readers pass over. */
export function printRemark(text: string): string {
  return `; ${text.replace(/[\r\n:]/g, ' ')}${LINE_END}${LINE_END}`;
}
