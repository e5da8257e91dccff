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
 * A block of bytes up to its blank line. `bytes` are lent until the next ones are pushed: a view of the chunk, or
 * of the framer's own memory. `offset` is where the block begins in the stream.
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
/** A buffer that one long message needed is not kept for the short ones that follow. */
const KEPT_BYTES = 1 << 16;
/** A `Command` reply of the 1.4 era: on the first line, or on the second one behind the banner. */
const FOLLOWS = /^(?:Asterisk Call Manager[^\n]*\n?)?Response: *Follows\r?\n/i;
/** What a block that {@link FOLLOWS} matches begins with, at least. */
const SUSPECT = /^(?:Asterisk|Response: *(?:F|$))/i;
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
  /** What lent the last block that began in an earlier chunk: it holds the next one but one. */
  #lent: Buffer = EMPTY;
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
  /** A block shorter than this passes no limit, so its lines need not be looked at one by one. */
  readonly #harmless: number;

  constructor(limits: FrameLimits = DEFAULT_FRAME_LIMITS) {
    this.#limits = limits;
    this.#harmless = Math.min(limits.lineBytes, limits.headers, limits.messageBytes);
  }

  /** Whether the stream stands between two blocks. */
  get idle(): boolean {
    return this.#length === 0;
  }

  /** Takes the next bytes; gives the blocks that they complete. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    this.each(chunk, (frame) => frames.push(frame));
    return frames;
  }

  /**
   * Takes bytes up to the end of one block, or all of them.
   *
   * @param take gets the block when it is complete.
   * @returns how far it read.
   */
  next(chunk: Buffer, position: number, take: (frame: Frame) => void): number {
    const end = this.#length === 0 ? this.#wholeBlockEnd(chunk, position) : -1;
    if (end !== -1) {
      take(this.#wholeBlock(chunk, position, end));
      return end;
    }
    const frames: Frame[] = [];
    const reached = this.#oneBlock(chunk, position, frames);
    for (const frame of frames) take(frame);
    return reached;
  }

  /** As {@link push}, but hands out the blocks one by one, so that none has to wait for the others. */
  each(chunk: Buffer, take: (frame: Frame) => void): void {
    for (let position = 0; position < chunk.length; ) position = this.next(chunk, position, take);
  }

  /** Passes over bytes between two blocks, unseen; they count for the offsets. */
  skip(length: number): void {
    this.#offset += length;
  }

  /**
   * Where the block ends that begins at `start`, found by one search: the common case of a block that lies
   * whole in the chunk and is too short to pass any limit. -1 for everything else, which goes line by line.
   */
  #wholeBlockEnd(chunk: Buffer, start: number): number {
    const first = chunk[start];
    if (first === undefined || first === LF || first === CR) return -1;
    // `Response: Follows` is for the slow way; so is a banner, which may stand before it.
    if (mayFollow(first) && SUSPECT.test(head(chunk, start))) return -1;
    const end = blankLineEnd(chunk, start);
    return end - start > this.#harmless ? -1 : end;
  }

  #wholeBlock(chunk: Buffer, start: number, end: number): Frame {
    const offset = this.#offset;
    this.#offset += end - start;
    return { kind: 'block', bytes: chunk.subarray(start, end), offset };
  }

  /** Line by line, over any number of chunks, under all limits. */
  #oneBlock(chunk: Buffer, from: number, frames: Frame[]): number {
    let position = from;
    while (position < chunk.length) {
      const lf = chunk.indexOf(LF, position);
      const end = lf === -1 ? chunk.length : lf + 1;
      this.#grow(chunk, position, end);
      position = end;
      if (lf === -1) break;
      if (this.#endsBlock(chunk, from, end)) {
        const frame = this.#finish(chunk, from, end);
        if (frame !== null) frames.push(frame);
        return end;
      }
    }
    this.#hold(chunk, from);
    return position;
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
    return mayFollow((this.#heldLength > 0 ? this.#held[0] : chunk[start]) ?? 0);
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
    // The block's bytes lie in it: what follows in this chunk must not overwrite them.
    if (this.#heldLength > 0) [this.#held, this.#lent] = [this.#lent, this.#held];
    if (this.#lent.length > KEPT_BYTES) this.#lent = EMPTY;
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

function mayFollow(first: number): boolean {
  return (first | 0x20) === 0x72 || (first | 0x20) === 0x61;
}

/** Enough of a block for {@link SUSPECT}. */
function head(chunk: Buffer, start: number): string {
  return chunk.toString('latin1', start, start + 32);
}

/**
 * Where the first blank line behind `from` ends, or -1. `LF LF` and `LF CR LF` both hold a line end at
 * an odd or an even place, so every second byte is enough to look at.
 */
export function blankLineEnd(chunk: Buffer, from: number): number {
  const length = chunk.length;
  for (let index = from + 1; index < length; index += 2) {
    const byte = chunk[index];
    if (byte === LF) {
      if (chunk[index - 1] === LF) return index + 1;
      if (chunk[index + 1] === LF) return index + 2;
      if (chunk[index + 1] === CR && chunk[index + 2] === LF) return index + 3;
    } else if (byte === CR && chunk[index + 1] === LF && chunk[index - 1] === LF) {
      return index + 2;
    }
  }
  return -1;
}
