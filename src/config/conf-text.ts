import { lineBreakerIn, utf8Length } from '../model/text.ts';
import { DIAGNOSTIC_CODES, type DiagnosticCode } from './diagnostic.ts';

/** Longest line that Asterisk reads, its newline not counted; longer ones are skipped with a warning (Asterisk 22 seen). */
export const MAX_CONF_LINE_BYTES = 8190;

/**
 * Escapes a value of a `.conf` line: `;` would start a comment, `;--` swallow the rest of the file.
 * Asterisk takes away the one backslash before a `;` and no other (Asterisk 22 seen).
 */
export function escapeConfValue(value: string): string {
  // Most values hold none, and ten thousand accounts have many values.
  return value.includes(';') ? value.replaceAll(';', '\\;') : value;
}

/** Why a value cannot be carried by a line of a `.conf` file. */
export interface ValueMistake {
  readonly code: DiagnosticCode;
  readonly found: string;
  readonly allowed: string;
}

// Asterisk's ast_strip takes away every byte below 33, control characters included.
const BLANK_AT_END = /^[\u0000-\u0020]|[\u0000-\u0020]$/;

/**
 * Looks for what Asterisk would not read back as it was written. The answer never quotes the value,
 * which may be a secret.
 *
 * @param reserved bytes of the line that are not the value, for example `secret = `.
 */
export function confValueMistake(value: string, reserved = 0): ValueMistake | null {
  const breaker = lineBreakerIn(value);
  if (breaker !== null) {
    return {
      code: DIAGNOSTIC_CODES.CHARACTER,
      found: `${breaker} in the text`,
      allowed: 'text on one line, without CR, LF and NUL',
    };
  }
  if (!value.isWellFormed()) {
    return {
      code: DIAGNOSTIC_CODES.CHARACTER,
      found: 'half of a surrogate pair in the text',
      allowed: 'characters that UTF-8 can carry',
    };
  }
  if (BLANK_AT_END.test(value)) {
    return {
      code: DIAGNOSTIC_CODES.BLANKS,
      found: 'a blank or control character at an end of the text',
      allowed: 'text that begins and ends with other characters, because Asterisk drops these',
    };
  }
  // Escaped, a character takes three bytes at most; an escape stands before one of a single byte.
  if (value.length * 3 + reserved <= MAX_CONF_LINE_BYTES) return null;
  const bytes = utf8Length(escapeConfValue(value));
  if (bytes + reserved > MAX_CONF_LINE_BYTES) {
    return {
      code: DIAGNOSTIC_CODES.TOO_LONG,
      found: `${bytes} bytes`,
      allowed: `at most ${MAX_CONF_LINE_BYTES - reserved}, because Asterisk skips longer lines`,
    };
  }
  return null;
}
