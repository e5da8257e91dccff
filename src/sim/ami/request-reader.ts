import type { Era } from '../variation/variation.ts';

/** One line of a request: the bytes behind the colon are kept, since they need not be UTF-8. */
export interface RequestHeader {
  /** Lower case; manager headers have none. */
  readonly name: string;
  /** The name as it came. */
  readonly written: string;
  /** Blanks in front of it are gone, those behind are kept (Asterisk 22 seen). */
  readonly raw: Buffer;
}

/** Why a request is refused before anybody looks at its action. */
export type RequestFault = 'line-too-long' | 'too-many-lines';

/** What stood between two empty lines. */
export class ManagerRequest {
  readonly headers: readonly RequestHeader[];
  readonly fault: RequestFault | null;

  constructor(headers: readonly RequestHeader[], fault: RequestFault | null) {
    this.headers = headers;
    this.fault = fault;
  }

  /** The bytes of a header; of a repeated one the first, of a missing one none. */
  raw(name: string): Buffer {
    const key = name.toLowerCase();
    return this.headers.find((header) => header.name === key)?.raw ?? NOTHING;
  }

  /** The text of a header, `''` when it is missing. */
  text(name: string): string {
    return this.raw(name).toString('utf8');
  }

  /** The name of the action: the first `Action` that is not empty. */
  get action(): string {
    const header = this.headers.find(({ name, raw }) => name === 'action' && raw.length > 0);
    return header?.raw.toString('utf8') ?? '';
  }

  /** Every value of a repeated header, in order. */
  all(name: string): readonly string[] {
    const key = name.toLowerCase();
    return this.headers.filter((header) => header.name === key).map(({ raw }) => raw.toString('utf8'));
  }
}

const NOTHING = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
const COLON = 0x3a;
const BLANK = 0x20;

/** Asterisk's input buffer: a line and its end must fit (1,022 bytes and CR LF; Asterisk 22 seen). */
const MOST_LINE_BYTES = 1024;
/** `AST_MAX_MANHEADERS` of Asterisk's manager.h; 128 taken, 130 refused (Asterisk 22 seen). */
const MOST_HEADERS = 128;

/**
 * Cuts incoming bytes into requests as Asterisk's `get_input` does. In 22 LF ends a line, a CR in front of it is no
 * part of it, and a line that does not fit spoils its request. In 1.4 only CR LF ends a line, a header needs the
 * blank behind its colon, and of a line that does not fit the buffer's worth vanishes: what is left of it
 * becomes a header of its own, which is how a long value can smuggle in headers (public manager.c; 1,024 is the
 * later value, the early one was smaller). In both an empty line ends the request and NUL ends a line's text.
 */
export class RequestReader {
  readonly #era: Era;
  #pending: Buffer = NOTHING;
  #headers: RequestHeader[] = [];
  #lines = 0;
  #tooLong = false;

  constructor(era: Era = '22') {
    this.#era = era;
  }

  /** Takes bytes in any portions and gives the requests that they complete. */
  *push(bytes: Buffer): Generator<ManagerRequest, void> {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const end = this.#lineEnd();
      if (end === -1 && this.#pending.length < MOST_LINE_BYTES) return;
      if (end === -1 || end >= MOST_LINE_BYTES) {
        this.#skipBufferful();
        continue;
      }
      const line = this.#pending.subarray(0, end > 0 && this.#pending[end - 1] === CR ? end - 1 : end);
      this.#pending = this.#pending.subarray(end + 1);
      const nul = line.indexOf(NUL);
      const text = nul === -1 ? line : line.subarray(0, nul);
      if (text.length > 0) this.#line(text);
      else yield this.#finish();
    }
  }

  /** Where the LF of the first line end stands. */
  #lineEnd(): number {
    if (this.#era === '22') return this.#pending.indexOf(LF);
    const at = this.#pending.indexOf('\r\n');
    return at === -1 ? -1 : at + 1;
  }

  /** The last byte stays: it may be the CR of a line end. */
  #skipBufferful(): void {
    this.#pending = this.#pending.subarray(MOST_LINE_BYTES - 1);
    this.#tooLong = this.#era === '22';
  }

  #line(line: Buffer): void {
    this.#lines += 1;
    if (this.#lines > MOST_HEADERS) return;
    const colon = this.#era === '22' ? line.indexOf(COLON) : line.indexOf(': ');
    // A line without a colon is a line that no look-up finds.
    if (colon === -1) return;
    let start = colon + 1;
    if (this.#era === '1.4') start += 1;
    else while (start < line.length && (line[start] ?? BLANK) <= BLANK) start += 1;
    const written = line.toString('latin1', 0, colon);
    this.#headers.push({
      name: written.toLowerCase(),
      written,
      raw: Buffer.from(line.subarray(start)),
    });
  }

  #finish(): ManagerRequest {
    const tooMany = this.#era === '22' && this.#lines > MOST_HEADERS;
    const fault = tooMany ? 'too-many-lines' : this.#tooLong ? 'line-too-long' : null;
    const request = new ManagerRequest(this.#headers, fault);
    this.#headers = [];
    this.#lines = 0;
    this.#tooLong = false;
    return request;
  }
}
