/**
 * Bytes that Asterisk takes at once, the newline among them; a line that fills them without its newline is
 * skipped (Asterisk 22 seen: 8,190 bytes and a newline are read, 8,191 are not).
 */
const FULL_BUFFER = 8191;

/** How deep `;-- --;` may stand in each other. */
const MAX_NESTED_COMMENTS = 128;

/** A line without its comments, each character one byte. */
export interface ConfLine {
  readonly number: number;
  readonly text: string;
}

/** What is odd about a line without spoiling the file. */
export interface LineProblem {
  readonly number: number;
  readonly kind: 'line-too-long' | 'comment-open';
  readonly message: string;
}

/** The lines of a file that say something, and what is odd about the others. */
export interface ConfLines {
  readonly lines: readonly ConfLine[];
  readonly problems: readonly LineProblem[];
}

/**
 * Takes the lines of a `.conf` file as Asterisk 22 does: cuts each at a NUL, skips those that do not fit
 * its buffer, takes away comments (`;`, `;-- ... --;` over lines, `\;` is no comment) and blanks around.
 *
 * @param bytes the file, one character for each byte (`latin1`), because the limits count bytes.
 */
export function confLines(bytes: string): ConfLines {
  const lines: ConfLine[] = [];
  const problems: LineProblem[] = [];
  const comments = new Comments();
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    number++;
    let next = nextChunk(bytes, start);
    const chunk = untilNul(bytes.slice(start, next));
    start = next;
    if (isCut(chunk)) {
      const message = `found a line of more than ${FULL_BUFFER - 1} bytes, which Asterisk skips`;
      problems.push({ number, kind: 'line-too-long', message });
      for (let cut = true; cut && start < bytes.length; start = next) {
        next = nextChunk(bytes, start);
        cut = isCut(untilNul(bytes.slice(start, next)));
      }
      continue;
    }
    const text = comments.strip(chunk, number);
    const stripped = text === null ? '' : stripBlanks(text);
    if (stripped !== '') lines.push({ number, text: stripped });
  }
  if (comments.depth !== 0) {
    const message = 'found a comment that nothing closes: everything behind it is lost';
    problems.push({ number: comments.openedAt, kind: 'comment-open', message });
  }
  return { lines, problems };
}

/** Where the buffer that begins at `start` ends: behind a newline, or when it is full. */
function nextChunk(bytes: string, start: number): number {
  const newline = bytes.indexOf('\n', start);
  const end = newline === -1 ? bytes.length : newline + 1;
  return Math.min(end, start + FULL_BUFFER);
}

/** Whether a line goes on behind its buffer. */
function isCut(chunk: string): boolean {
  return chunk.length === FULL_BUFFER && !chunk.endsWith('\n');
}

function untilNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul === -1 ? text : text.slice(0, nul);
}

/** Takes away what Asterisk's `ast_strip` does: every byte below 33 at both ends. */
export function stripBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) < 33) start++;
  while (end > start && text.charCodeAt(end - 1) < 33) end--;
  return text.slice(start, end);
}

/** Follows comments from line to line. */
class Comments {
  /** How many `;--` are open; below zero after a `--;` that closes nothing, which hides lines as well. */
  depth = 0;
  openedAt = 0;

  /** The text of a line outside of comments, null when it lies in one as a whole. */
  strip(line: string, number: number): string | null {
    // `kept` grows while `open`; behind a `;--` it rests until the comment is closed.
    let kept: string | null = this.depth === 0 ? '' : null;
    let open = this.depth === 0;
    let rest = line;
    for (let at = rest.indexOf(';'); at !== -1; at = rest.indexOf(';')) {
      if (at > 0 && rest[at - 1] === '\\') {
        if (open) kept += `${rest.slice(0, at - 1)};`;
        rest = rest.slice(at + 1);
      } else if (rest.startsWith(';--', at) && rest[at + 3] !== '-') {
        if (open) kept += rest.slice(0, at);
        open = false;
        rest = rest.slice(at + 3);
        if (this.depth < MAX_NESTED_COMMENTS) this.depth++;
        this.openedAt = number;
      } else if (at >= 2 && rest.startsWith('--', at - 2)) {
        if (open) kept += rest.slice(0, at + 1);
        rest = rest.slice(at + 1);
        this.depth--;
        if (this.depth < 0) this.openedAt = number;
        if (this.depth === 0) {
          kept ??= '';
          open = true;
        }
      } else if (this.depth === 0) {
        // A comment to the end of the line.
        if (open) kept += rest.slice(0, at);
        return kept;
      } else {
        if (open) kept += rest.slice(0, at + 1);
        rest = rest.slice(at + 1);
      }
    }
    return open && kept !== null ? kept + rest : kept;
  }
}
