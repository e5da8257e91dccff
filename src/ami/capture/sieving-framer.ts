import { AmiFramer, type Frame } from '../wire/framer.ts';
import { findCandidate } from './search.ts';

const LF = 10;
const CR = 13;

/**
 * A framer for readers who want the driver's events alone: it hands out every block that can be one, in
 * the form that {@link AmiFramer} gives them, and few others. What is passed over is searched, not read.
 *
 * Blocks are cut by {@link AmiFramer} itself, so both agree by construction on where a block begins and
 * ends, on limits and on replies of the 1.4 era.
 */
export class SievingFramer {
  readonly #framer = new AmiFramer();

  /** Takes the next bytes; hands out the blocks that they complete, one by one. */
  each(chunk: Buffer, take: (frame: Frame) => void): void {
    let position = 0;
    while (position < chunk.length) {
      if (this.#framer.idle) {
        const found = findCandidate(chunk, position);
        // Without a find, the block that the chunk's end cuts must still be held: its rest may be one.
        const start = blockStart(chunk, position, found === -1 ? chunk.length : found);
        this.#framer.skip(start - position);
        position = start;
      }
      position = this.#framer.next(chunk, position, take);
    }
  }

  end(): Frame[] {
    return this.#framer.end();
  }
}

/** Where the block begins that holds the byte before `before`: behind the last blank line, or at `from`. */
function blockStart(chunk: Buffer, from: number, before: number): number {
  for (let index = before - 1; index > from; index -= 1) {
    if (chunk[index] !== LF) continue;
    const previous = chunk[index - 1];
    if (previous === LF) return index + 1;
    if (previous === CR && index - 2 >= from && chunk[index - 2] === LF) return index + 1;
  }
  return from;
}
