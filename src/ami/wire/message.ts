import { isUtf8 } from 'node:buffer';

/** One header as it stood on the wire: its name in the sender's case, its value behind the colon and one blank. */
export type AmiHeader = readonly [name: string, value: string];

/** A block of headers; order, case and duplicates are kept. */
export interface AmiMessage {
  readonly headers: readonly AmiHeader[];
  /** The bytes of the block, only where they are not UTF-8 and the values show U+FFFD instead. */
  readonly notUtf8?: Uint8Array;
}

/** The value of the first header of that name, in any case; undefined when there is none. */
export function header(message: AmiMessage, name: string): string | undefined {
  const { headers } = message;
  let wanted: string | null = null;
  for (let index = 0; index < headers.length; index += 1) {
    const entry = headers[index];
    if (entry === undefined || entry[0].length !== name.length) continue;
    // Nearly every sender writes the usual case: no text is made for the comparison then.
    if (entry[0] === name) return entry[1];
    if ((entry[0].charCodeAt(0) | 0x20) !== (name.charCodeAt(0) | 0x20)) continue;
    wanted ??= name.toLowerCase();
    if (entry[0].toLowerCase() === wanted) return entry[1];
  }
  return undefined;
}

/** The values of all headers of that name, in any case and in their order. */
export function headersNamed(message: AmiMessage, name: string): string[] {
  const wanted = name.toLowerCase();
  return message.headers.filter(([found]) => found.toLowerCase() === wanted).map(([, value]) => value);
}

/** The greeting of a manager session; it may stand glued to the first header (no line end after it). */
const BANNER = /^Asterisk Call Manager\/[0-9.]*/i;

/** Headers that stand before the text in a reply of the 1.4 era to `Command`. */
const FOLLOWS_HEADERS: ReadonlySet<string> = new Set(['response', 'privilege', 'actionid', 'message']);
const END_COMMAND = '--END COMMAND--';

/**
 * Reads the headers of one block. Never throws: a line without a colon becomes a header with an empty
 * name, bytes that are not UTF-8 become U+FFFD and the block is kept in `notUtf8`.
 *
 * Both shapes of a `Command` reply give `Output` headers: today's `Output: line` (Asterisk 22 seen), and
 * the bare lines up to `--END COMMAND--` that follow `Response: Follows` (Asterisk 1.4 to 13).
 */
export function parseMessage(block: Buffer): AmiMessage {
  const text = block.toString('utf8');
  const headers: AmiHeader[] = [];
  let position = 0;
  let output = false;
  const follows = mayFollow(text.charCodeAt(0)) && FOLLOWS_START.test(text);
  while (position < text.length) {
    let end = text.indexOf('\n', position);
    if (end === -1) end = text.length;
    const lineEnd = end > position && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    if (position === 0) position += bannerLength(text, lineEnd);
    if (follows && !output) output = !isFollowsHeader(text, position, lineEnd);
    if (output) {
      if (pushOutput(headers, text.slice(position, lineEnd))) break;
    } else if (lineEnd > position) {
      headers.push(headerOfLine(text, position, lineEnd));
    }
    position = end + 1;
  }
  // A sound text can hold U+FFFD itself; only bytes that are not UTF-8 are worth keeping.
  if (text.includes('\ufffd') && !isUtf8(block)) return { headers, notUtf8: Uint8Array.from(block) };
  return { headers };
}

const FOLLOWS_START = /^(?:Asterisk Call Manager[^\r\n]*\r?\n)?Response: ?Follows\r?\n/i;

/** A cheap look before the costly one: such a reply begins with `Response`, or with the banner. */
function mayFollow(first: number): boolean {
  return (first | 0x20) === 0x72 || (first | 0x20) === 0x61;
}

function bannerLength(text: string, lineEnd: number): number {
  if (!text.startsWith('Asterisk')) return 0;
  return BANNER.exec(text.slice(0, lineEnd))?.[0].length ?? 0;
}

function headerOfLine(text: string, start: number, end: number): AmiHeader {
  const colon = text.indexOf(':', start);
  if (colon === -1 || colon >= end) return ['', text.slice(start, end)];
  // One blank belongs to the form; more are the value's own: the indentation of a Command's output.
  const value = colon + (text.charCodeAt(colon + 1) === 32 ? 2 : 1);
  return [text.slice(start, colon), text.slice(Math.min(value, end), end)];
}

function isFollowsHeader(text: string, start: number, end: number): boolean {
  const colon = text.indexOf(':', start);
  if (colon === -1 || colon >= end) return start >= end;
  return FOLLOWS_HEADERS.has(text.slice(start, colon).toLowerCase());
}

/** Adds one line of output; tells whether it was the last one. */
function pushOutput(headers: AmiHeader[], line: string): boolean {
  if (!line.endsWith(END_COMMAND)) {
    headers.push(['Output', line]);
    return false;
  }
  // The mark stands behind the last line's text when that text has no line end of its own.
  if (line.length > END_COMMAND.length) headers.push(['Output', line.slice(0, -END_COMMAND.length)]);
  return true;
}
