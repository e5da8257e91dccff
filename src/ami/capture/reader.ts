import { AmiFramer, type Frame } from '../wire/framer.ts';
import { type AmiMessage, header, parseMessage } from '../wire/message.ts';
import { type Direction, detectLayout } from './layout.ts';
import { LayoutFramer, type StampedFrame } from './layout-framer.ts';
import { countOddLines, piecesOf } from './pieces.ts';
import { type CaptureReport, emptyReport, MAX_PLACES } from './report.ts';
import { SievingFramer } from './sieving-framer.ts';

/** One message of a capture. */
export interface CapturedMessage {
  readonly message: AmiMessage;
  /** Milliseconds since the epoch by the log's own times; null where it holds none. */
  readonly at: number | null;
  /** Where it begins in the capture, after decompression. */
  readonly offset: number;
  readonly direction: Direction;
}

export interface ReaderOptions {
  /** The year of times that name none (syslog). */
  readonly year: number;
  /**
   * Look for the driver's events alone: what cannot be one is passed over unread where the layout allows
   * it. Gives the same events; the report counts neither messages nor unknown bytes then.
   */
  readonly quick?: boolean;
}

type Take = (message: CapturedMessage) => void;

/** How much is read before the layout is told. */
const SAMPLE_BYTES = 32 * 1024;

/**
 * Reads a saved manager session of any layout: push bytes in chunks of any size, take messages out.
 *
 * Frames and headers are the work of the framer and the parser that read live connections; this class
 * only takes away what the tool that saved the log put around them.
 */
export class CaptureReader {
  readonly report: CaptureReport = emptyReport();
  readonly #options: ReaderOptions;
  #sample: Buffer[] = [];
  #sampled = 0;
  #framer: AmiFramer | SievingFramer | LayoutFramer | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /**
   * Takes the next bytes; hands out the messages that they complete. One by one: what is made of a message
   * can go before the next one is read, which keeps memory level however long the capture is.
   */
  each(chunk: Buffer, take: Take): void {
    this.report.bytes += chunk.length;
    if (this.#framer !== null) {
      this.#framer.each(chunk, (frame) => this.#frame(frame, take));
      return;
    }
    // The layout is told from the same bytes whatever the chunks, so that the chunks change nothing.
    this.#sampled += chunk.length;
    this.#sample.push(Buffer.from(chunk));
    if (this.#sampled >= SAMPLE_BYTES) this.#open(take);
  }

  /** The end of the capture; gives what no blank line ended. */
  eachAtEnd(take: Take): void {
    if (this.#framer === null) this.#open(take);
    const rest = this.#framer?.end() ?? [];
    if (rest.length > 0) this.report.cut = true;
    for (const frame of rest) this.#frame(frame, take);
  }

  /** As {@link each}, all messages at once. */
  push(chunk: Buffer): CapturedMessage[] {
    const messages: CapturedMessage[] = [];
    this.each(chunk, (message) => messages.push(message));
    return messages;
  }

  /** As {@link eachAtEnd}, all messages at once. */
  end(): CapturedMessage[] {
    const messages: CapturedMessage[] = [];
    this.eachAtEnd((message) => messages.push(message));
    return messages;
  }

  #open(take: Take): void {
    const bytes = Buffer.concat(this.#sample);
    this.#sample = [];
    const layout = detectLayout(wholeLines(bytes), this.#options.year);
    this.report.layout = layout.kind;
    if (layout.kind !== 'plain') this.#framer = new LayoutFramer(layout, this.#options.year, this.report);
    else if (this.#options.quick) this.#framer = new SievingFramer();
    else this.#framer = new AmiFramer();
    if (this.#framer instanceof SievingFramer) this.report.messages = null;
    this.#framer.each(bytes, (frame) => this.#frame(frame, take));
  }

  #frame(frame: Frame | StampedFrame, take: Take): void {
    if (frame.kind === 'skipped') {
      this.report.skippedBlocks += 1;
      if (this.report.skipped.length < MAX_PLACES) {
        this.report.skipped.push({ offset: frame.offset, length: frame.length, limit: frame.reason });
      }
      return;
    }
    const at = 'at' in frame ? frame.at : null;
    if (beginsPlainly(frame.bytes)) {
      take(this.#message(frame.bytes, frame.offset, at));
      return;
    }
    for (const piece of piecesOf(frame.bytes, frame.offset, this.report)) {
      take(this.#message(piece.bytes, frame.offset + piece.start, at));
    }
  }

  #message(bytes: Buffer, offset: number, at: number | null): CapturedMessage {
    const message = parseMessage(bytes);
    if (this.report.messages !== null) this.report.messages += 1;
    if (message.notUtf8 !== undefined) this.report.notUtf8 += 1;
    if (hasOddLine(message)) countOddLines(bytes, offset, this.report);
    const out = bytes[0] !== EVENT && header(message, 'Action') !== undefined;
    if (out) this.report.actions += 1;
    return { message, at, offset, direction: out ? 'out' : 'in' };
  }
}

/**
 * The time of a message: the log's, or that of its `Timestamp` header (`timestampevents = yes`), in
 * milliseconds since the epoch; null when there is neither.
 */
export function timeOf({ at, message }: CapturedMessage): number | null {
  if (at !== null) return at;
  const stamp = header(message, 'Timestamp');
  return stamp !== undefined && /^\d{9,10}(?:\.\d+)?$/.test(stamp) ? Math.floor(Number(stamp) * 1000) : null;
}

/** Whether a line has no colon. */
function hasOddLine({ headers }: AmiMessage): boolean {
  for (let index = 0; index < headers.length; index += 1) if (headers[index]?.[0] === '') return true;
  return false;
}

const EVENT = 69;
const RESPONSE = 82;

/** Whether a block begins with `Event:` or `Response:`, so that nothing can stand before its message. */
function beginsPlainly(bytes: Buffer): boolean {
  if (bytes[0] === EVENT) return bytes[1] === 118 && bytes[5] === 58;
  return bytes[0] === RESPONSE && bytes[1] === 101 && bytes[8] === 58;
}

/** A sample as text, without the line that its end cuts. */
function wholeLines(bytes: Buffer): string {
  const sample = bytes.subarray(0, SAMPLE_BYTES).toString('latin1');
  const end = bytes.length > SAMPLE_BYTES ? sample.lastIndexOf('\n') : -1;
  return end === -1 ? sample : sample.slice(0, end);
}
