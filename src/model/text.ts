/** The characters that end a line or a C string: no header, conf line or dialplan step may hold them. */
const LINE_BREAKERS = /[\r\n\0]/;

const NAMES: Readonly<Record<string, string>> = { '\r': 'CR', '\n': 'LF', '\0': 'NUL' };

/** The name of the first CR, LF or NUL in a text, or null when it holds none. */
export function lineBreakerIn(text: string): string | null {
  const match = LINE_BREAKERS.exec(text);
  return match === null ? null : (NAMES[match[0]] ?? null);
}

/**
 * A copy for keeping: V8 makes a part of a longer string by reference, so that a name which is kept keeps the
 * whole message that it came in. Only for text that was decoded from UTF-8.
 */
export function standalone(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/**
 * Makes a text safe to show on a terminal line: control characters, bidirectional marks and line
 * separators are written as `\xHH` or `\uHHHH`, so that nothing from a PBX can forge a line or move
 * the cursor.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => {
      const code = char.charCodeAt(0);
      if (char === '\n') return '\\n';
      if (char === '\r') return '\\r';
      if (char === '\t') return '\\t';
      return code < 256
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u${code.toString(16).padStart(4, '0')}`;
    },
  );
}
