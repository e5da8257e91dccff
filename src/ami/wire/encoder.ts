import { CompanionError } from '../../model/errors.ts';
import { lineBreakerIn, utf8Length } from '../../model/text.ts';
import type { AmiHeader } from './message.ts';

/** What a PBX accepts in one action. */
export interface ActionLimits {
  /** Bytes of one line without its line end. */
  readonly lineBytes: number;
  readonly headers: number;
}

/** Asterisk 22 refuses a line of 1,023 bytes and an action of more than 128 headers (seen). */
export const ASTERISK_22_LIMITS: ActionLimits = { lineBytes: 1022, headers: 128 };

const HEADER_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/**
 * Prints an action as it goes over the wire, CRLF at every line's end and a blank line behind.
 *
 * @param headers the action's headers, `Action` first.
 * @throws CompanionError `VALUE_FORBIDDEN` when a name or value could end its line (CR, LF, NUL), or when
 *   the PBX would refuse the action for its size. The message names the header, never its value.
 */
export function encodeAction(
  headers: readonly AmiHeader[],
  limits: ActionLimits = ASTERISK_22_LIMITS,
): string {
  if (headers.length > limits.headers) {
    throw new CompanionError(
      'VALUE_FORBIDDEN',
      `an action of ${headers.length} headers was found, at most ${limits.headers} are allowed`,
    );
  }
  let text = '';
  for (const [name, value] of headers) {
    if (!HEADER_NAME.test(name)) {
      throw new CompanionError('VALUE_FORBIDDEN', 'a header name holds characters that are not allowed');
    }
    const breaker = lineBreakerIn(value);
    if (breaker !== null) {
      throw new CompanionError('VALUE_FORBIDDEN', `header ${name}: ${breaker} was found, which ends a line`, {
        header: name,
        found: breaker,
      });
    }
    const line = `${name}: ${value}`;
    const bytes = utf8Length(line);
    if (bytes > limits.lineBytes) {
      throw new CompanionError(
        'VALUE_FORBIDDEN',
        `header ${name}: a line of ${bytes} bytes was found, at most ${limits.lineBytes} are allowed`,
        { header: name, bytes, limitBytes: limits.lineBytes },
      );
    }
    text += `${line}\r\n`;
  }
  return `${text}\r\n`;
}

/**
 * Escapes the value of a `Variable: name=value` header. Asterisk's argument parser splits such a header
 * at commas, drops quotes and reads backslashes; a backslash in front of each makes any text arrive whole
 * (Asterisk 22 seen). `Setvar`'s `Value:` is raw and must not be escaped.
 */
export function escapeVariableValue(value: string): string {
  return value.replace(/[\\",]/g, '\\$&');
}
