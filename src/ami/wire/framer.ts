/** Bounds beyond which a block is reported and skipped instead of kept in memory. */
export interface FrameLimits {
  readonly lineBytes: number;
  readonly headers: number;
  readonly messageBytes: number;
}

/** Generous: a `Command` reply may hold 100,000 lines. */
export const DEFAULT_FRAME_LIMITS: FrameLimits = {
  lineBytes: 1 << 20,
  headers: 1_000_000,
  messageBytes: 64 << 20,
};

/**
 * A block of bytes up to its blank line. `bytes` may be a view of the pushed chunk; `offset` is where the block begins in the stream.
 */
export type Frame =
  | { readonly kind: 'block'; readonly bytes: Buffer; readonly offset: number }
  | {
      readonly kind: 'skipped';
      readonly reason: keyof FrameLimits;
      readonly length: number;
      readonly offset: number;
    };

const LF = 10;
const CR = 13;
const EMPTY = Buffer.alloc(0);
/** A `Command` reply of the 1.4 era: on the first line, or on the second one behind the banner. */
const FOLLOWS = /^(?:Asterisk Call Manager[^\n]*\n?)?Response: *Follows\r?\n/i;
const END_COMMAND = Buffer.from('--END COMMAND--');

/**
 * Cuts a stream of bytes into AMI blocks, whatever the chunks: lines end with CRLF or a lone LF, a blank
 * line ends a block. A reply that begins with `Response: Follows` goes on over blank lines up to
 * `--END COMMAND--`.
 *
 * The time is linear in the input and independent of the chunks' size: what was scanned is not scanned
 * again, and an unfinished block lies in a buffer that doubles.
 */
export class AmiFramer {
  readonly #limits: FrameLimits;
  /** Bytes of the unfinished block. */
  #held: Buffer = EMPTY;
  #heldLength = 0;
  /** Bytes of the current line that were seen in earlier chunks, and whether its last one was a CR. */
  #lineLength = 0;
  #lineEndsWithCr = false;
  /** Lines of the current block, and what is wrong with it. */
  #lines = 0;
  #follows = false;
  #skipping: keyof FrameLimits | null = null;
  /** Length of the current block up to the scan position, also while it is skipped. */
  #length = 0;
  #offset = 0;

  constructor(limits: FrameLimits = DEFAULT_FRAME_LIMITS) {
    this.#limits = limits;
  }

  /** Takes the next bytes; gives the blocks that they complete. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    let position = 0;
    while (position < chunk.length) {
      const lf = chunk.indexOf(LF, position);
      const end = lf === -1 ? chunk.length : lf + 1;
      this.#grow(chunk, position, end);
      position = end;
      if (lf === -1) break;
      if (this.#endsBlock(chunk, start, end)) {
        const frame = this.#finish(chunk, start, end);
        if (frame !== null) frames.push(frame);
        start = end;
      }
    }
    this.#hold(chunk, start);
    return frames;
  }

  /** The end of the stream: gives the block that no blank line ended, if there is one. */
  end(): Frame[] {
    const frame = this.#finish(EMPTY, 0, 0);
    return frame === null ? [] : [frame];
  }

  /** Counts the bytes of a line, and notes the first bound that the block passes. */
  #grow(chunk: Buffer, from: number, to: number): void {
    const length = to - from;
    this.#length += length;
    if (chunk[to - 1] !== LF) {
      this.#lineEndsWithCr = chunk[to - 1] === CR;
    } else if (length > 1) {
      this.#lineEndsWithCr = chunk[to - 2] === CR;
    }
    this.#lineLength += length;
    if (this.#skipping !== null) return;
    if (this.#lineLength > this.#limits.lineBytes) this.#skipping = 'lineBytes';
    else if (this.#length > this.#limits.messageBytes) this.#skipping = 'messageBytes';
    if (this.#skipping !== null) {
      this.#held = EMPTY;
      this.#heldLength = 0;
    }
  }

  /** At a line's end: whether the block ends with it. */
  #endsBlock(chunk: Buffer, start: number, end: number): boolean {
    const blank = this.#lineLength === 1 || (this.#lineLength === 2 && this.#lineEndsWithCr);
    this.#lineLength = 0;
    this.#lineEndsWithCr = false;
    if (blank) {
      return (
        this.#lines === 0 || this.#skipping !== null || !this.#follows || this.#endMark(chunk, start, end)
      );
    }
    this.#lines += 1;
    if (this.#skipping !== null) return false;
    if (this.#lines > this.#limits.headers) {
      this.#skipping = 'headers';
      this.#held = EMPTY;
      this.#heldLength = 0;
    } else if (this.#lines <= 2 && this.#mayFollow(chunk, start)) {
      this.#follows = FOLLOWS.test(this.#peek(chunk, start, end).toString('latin1'));
    }
    return false;
  }

  /** A cheap look before the costly one: such a reply begins with `Response`, or with the banner. */
  #mayFollow(chunk: Buffer, start: number): boolean {
    const first = (this.#heldLength > 0 ? this.#held[0] : chunk[start]) ?? 0;
    return (first | 0x20) === 0x72 || (first | 0x20) === 0x61;
  }

  /** Whether the end mark stands right before the blank line that was just read. */
  #endMark(chunk: Buffer, start: number, end: number): boolean {
    const at = (back: number): number | undefined => {
      const index = end - back;
      return index >= start ? chunk[index] : this.#held[this.#heldLength + index - start];
    };
    let back = 1;
    for (let lineEnds = 0; lineEnds < 2; lineEnds += 1) {
      if (at(back) === LF) back += 1;
      if (at(back) === CR) back += 1;
    }
    for (let index = END_COMMAND.length - 1; index >= 0; index -= 1, back += 1) {
      if (at(back) !== END_COMMAND[index]) return false;
    }
    return true;
  }

  #finish(chunk: Buffer, start: number, end: number): Frame | null {
    const offset = this.#offset;
    const length = this.#length;
    const skipping = this.#skipping;
    const lines = this.#lines + (this.#lineLength > 0 ? 1 : 0);
    const bytes = skipping === null && lines > 0 ? this.#peek(chunk, start, end) : EMPTY;
    this.#offset += length;
    this.#length = 0;
    this.#lines = 0;
    this.#lineLength = 0;
    this.#lineEndsWithCr = false;
    this.#skipping = null;
    this.#follows = false;
    // Given away with the frame: the next block must not overwrite it.
    this.#held = EMPTY;
    this.#heldLength = 0;
    if (skipping !== null) return { kind: 'skipped', reason: skipping, length, offset };
    return lines === 0 ? null : { kind: 'block', bytes, offset };
  }

  /** The whole current block: a view of the chunk, or of the held bytes when it began earlier. */
  #peek(chunk: Buffer, start: number, end: number): Buffer {
    if (this.#heldLength === 0) return chunk.subarray(start, end);
    // The part of this chunk goes behind the held bytes, but is not yet counted as held.
    this.#reserve(this.#heldLength + end - start);
    chunk.copy(this.#held, this.#heldLength, start, end);
    return this.#held.subarray(0, this.#heldLength + end - start);
  }

  #hold(chunk: Buffer, start: number): void {
    if (this.#skipping !== null || start >= chunk.length) return;
    this.#reserve(this.#heldLength + chunk.length - start);
    chunk.copy(this.#held, this.#heldLength, start);
    this.#heldLength += chunk.length - start;
  }

  #reserve(length: number): void {
    if (this.#held.length >= length) return;
    const grown = Buffer.allocUnsafe(Math.max(length, this.#held.length * 2, 4096));
    this.#held.copy(grown, 0, 0, this.#heldLength);
    this.#held = grown;
  }
}
