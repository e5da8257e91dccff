import { isNoise, withoutPrompt } from './noise.ts';
import type { CaptureReport } from './report.ts';
import { addUnknown } from './report.ts';

const LF = 10;
const HEADER = /^[A-Za-z_][^:\s]*(?: [^:\s]+)?:/;
const FROM_PBX = /^(?:Event|Response):/i;
const TO_PBX = /^Action:/i;
const FOLLOWS = /^Response: *Follows\r?$/i;

/** A part of a block that is one message, and where it begins in the block. */
export interface Piece {
  readonly bytes: Buffer;
  readonly start: number;
}

/**
 * Takes a block apart that does not simply begin with a message's first header: lines of tools and
 * prompts go, unknown bytes are counted, and what a session typed is divided from what came in behind it
 * without a blank line between.
 *
 * @param base where the block begins in the capture, for the offsets of unknown bytes.
 */
export function piecesOf(block: Buffer, base: number, report: CaptureReport): Piece[] {
  const pieces: Piece[] = [];
  let lines: Buffer[] = [];
  let start = 0;
  /** Whether the piece so far may only be something that was typed, which a message from the PBX ends. */
  let typed = false;
  let verbatim = false;
  const close = () => {
    if (lines.length > 0) pieces.push({ bytes: Buffer.concat(lines), start });
    lines = [];
  };
  for (let position = 0; position < block.length; ) {
    const lf = block.indexOf(LF, position);
    const end = lf === -1 ? block.length : lf + 1;
    const raw = block.toString('latin1', position, end);
    const ended = raw.replace(/\r?\n$/, '');
    const plain = verbatim ? ended : withoutPrompt(ended);
    if (verbatim) {
      lines.push(block.subarray(position, end));
    } else if (ended === '') {
      // The blank line at the end; nothing hangs on it.
    } else if (isNoise(ended) || plain === '') {
      report.noiseLines += 1;
    } else if (HEADER.test(plain)) {
      const opens = TO_PBX.test(plain);
      if (lines.length > 0 && ((typed && FROM_PBX.test(plain)) || opens)) close();
      if (lines.length === 0) {
        start = position;
        typed = opens;
        verbatim = FOLLOWS.test(plain);
      }
      lines.push(plain === ended ? block.subarray(position, end) : Buffer.from(`${plain}\n`, 'latin1'));
    } else {
      addUnknown(report, base + position, end - position);
    }
    position = end;
  }
  close();
  return pieces;
}

/** Counts the lines of a message without a colon: noise, or unknown. */
export function countOddLines(block: Buffer, base: number, report: CaptureReport): void {
  for (let position = 0; position < block.length; ) {
    const lf = block.indexOf(LF, position);
    const end = lf === -1 ? block.length : lf + 1;
    const line = block.toString('latin1', position, end).replace(/\r?\n$/, '');
    if (line !== '' && !line.includes(':')) {
      if (isNoise(line)) report.noiseLines += 1;
      else addUnknown(report, base + position, end - position);
    }
    position = end;
  }
}
