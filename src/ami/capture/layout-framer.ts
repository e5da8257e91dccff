import { AmiFramer, type Frame } from '../wire/framer.ts';
import { type Direction, type Layout, socatHeader, strip } from './layout.ts';
import type { CaptureReport } from './report.ts';

/** A frame with the log's time; `offset` is that of its first line in the log. */
export type StampedFrame = Frame & { readonly at: number | null };

const LF = 10;
const EMPTY = Buffer.alloc(0);
/** A longer line is cut for the search of its front only; the front itself is never so long. */
const FRONT = 160;
/** A line without an end that grows beyond this is handed on in parts, so that memory stays bounded. */
const MAX_LINE = 1 << 20;

interface Side {
  readonly framer: AmiFramer;
  /** Where and when the block began that the framer holds. */
  offset: number;
  at: number | null;
}

/** Takes the fronts off the lines of a log and frames what is left, each direction on its own. */
export class LayoutFramer {
  readonly #layout: Layout;
  readonly #year: number;
  readonly #report: CaptureReport;
  readonly #sides: Record<Direction, Side> = { in: newSide(), out: newSide() };
  #held: Buffer = EMPTY;
  #offset = 0;
  #at: number | null = null;
  #direction: Direction = 'in';

  constructor(layout: Layout, year: number, report: CaptureReport) {
    this.#layout = layout;
    this.#year = year;
    this.#report = report;
  }

  each(chunk: Buffer, take: (frame: StampedFrame) => void): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let position = 0;
    for (let lf = bytes.indexOf(LF); lf !== -1; lf = bytes.indexOf(LF, position)) {
      this.#line(bytes.subarray(position, lf + 1), take);
      position = lf + 1;
    }
    if (bytes.length - position > MAX_LINE) {
      this.#line(bytes.subarray(position), take);
      position = bytes.length;
    }
    this.#held = Buffer.from(bytes.subarray(position));
  }

  end(): StampedFrame[] {
    const frames: StampedFrame[] = [];
    if (this.#held.length > 0) this.#line(this.#held, (frame) => frames.push(frame));
    this.#held = EMPTY;
    for (const side of [this.#sides.in, this.#sides.out]) frames.push(...stamp(side, side.framer.end()));
    return frames;
  }

  #line(line: Buffer, take: (frame: StampedFrame) => void): void {
    const offset = this.#offset;
    this.#offset += line.length;
    const text = this.#text(line);
    if (text === null) return;
    const side = this.#sides[this.#direction];
    if (side.framer.idle) {
      side.offset = offset;
      side.at = this.#at;
    }
    for (const frame of stamp(side, side.framer.push(text))) take(frame);
  }

  /** The line's own bytes; null when the whole line belongs to the log. */
  #text(line: Buffer): Buffer | null {
    const front = line.toString('latin1', 0, FRONT).replace(/\r?\n$/, '');
    if (this.#layout.kind === 'socat') {
      const socat = socatHeader(front, this.#year);
      if (socat === null) return withoutWrittenCr(line);
      this.#at = socat.at;
      this.#direction = socat.direction;
      return null;
    }
    const between = this.#sides[this.#direction].framer.idle;
    if (this.#layout.kind === 'blocks' && !between && !isStampAlone(front, this.#layout, this.#year))
      return line;
    const { at, direction, length } = strip(front, this.#layout, this.#year);
    if (this.#layout.kind === 'blocks' && at === null) return line;
    if (at !== null) this.#at = at;
    if (direction !== null) this.#direction = direction;
    if (this.#layout.kind === 'blocks' && front.length <= length) {
      this.#report.noiseLines += 1;
      return null;
    }
    return line.subarray(length);
  }
}

/** A time alone on its line, in a log with a time for each block, is never part of a message. */
function isStampAlone(front: string, layout: Layout, year: number): boolean {
  const { at, length } = strip(front, layout, year);
  return at !== null && front.length <= length;
}

function newSide(): Side {
  return { framer: new AmiFramer(), offset: 0, at: null };
}

function stamp(side: Side, frames: readonly Frame[]): StampedFrame[] {
  return frames.map((frame) => ({ ...frame, offset: side.offset, at: side.at }));
}

/** `socat -v` writes a CR as the two characters `\r`. */
function withoutWrittenCr(line: Buffer): Buffer {
  return line.length >= 3 &&
    line[line.length - 3] === 0x5c &&
    line[line.length - 2] === 0x72 &&
    line.at(-1) === LF
    ? Buffer.concat([line.subarray(0, -3), Buffer.from('\n')])
    : line;
}
