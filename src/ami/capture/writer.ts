import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import type { Clock } from '../../model/clock.ts';
import { CompanionError, messageOf } from '../../model/errors.ts';
import type { RawTap } from '../link/socket-transport.ts';
import { AmiFramer, type Frame } from '../wire/framer.ts';
import { printFileHead, printRemark, printStamp } from './format.ts';
import type { Direction } from './layout.ts';
import { redact } from './redact.ts';

export interface CaptureWriterOptions {
  readonly path: string;
  /** The PBX's name, for the head of the file. */
  readonly pbx: string;
  /** A file that would grow beyond this is put aside as `FILE.1`. */
  readonly maxBytes: number;
  /** How many files that were put aside are kept; the oldest goes. */
  readonly keep: number;
  /** Secrets that are known to the caller and must not land in the file in any place. */
  readonly secrets: readonly string[];
  readonly clock: Clock;
}

/** More than this waiting for the disk ends a capture: the session must go on, and memory is bounded. */
const MAX_WAITING = 64 << 20;

/**
 * Writes a capture in the format of `format.ts`. It never holds up the session: bytes wait in memory for
 * the disk. A message is written when it is complete, so that its secrets can be found.
 */
export class CaptureWriter implements RawTap {
  readonly #options: CaptureWriterOptions;
  #framers: Record<Direction, AmiFramer> = { in: new AmiFramer(), out: new AmiFramer() };
  /** The stamp that stands last in the file. */
  #stamp = '';
  #waiting: { readonly stamp: string; readonly bytes: Buffer }[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | null = null;
  #failure: CompanionError | null = null;
  #file: FileHandle | null = null;
  #size = 0;
  /** Bytes written so far, over all files. */
  written = 0;

  constructor(options: CaptureWriterOptions) {
    this.#options = options;
  }

  /** @throws CompanionError `REQUEST_INVALID` when the file cannot be written. */
  async open(): Promise<void> {
    await this.#openFile();
  }

  received(chunk: Buffer): void {
    this.#take(this.#framers.in.push(chunk), 'in');
  }

  sent(chunk: Buffer): void {
    this.#take(this.#framers.out.push(chunk), 'out');
  }

  closed(reason: string): void {
    this.#endSession();
    this.#remark(`the connection ended (${reason})`);
  }

  /**
   * Writes what is left and closes the file.
   *
   * @throws CompanionError `INTERNAL` when the disk failed or was too slow.
   */
  async close(): Promise<void> {
    this.#endSession();
    await this.#writing;
    await this.#file?.close();
    this.#file = null;
    if (this.#failure !== null) throw this.#failure;
  }

  /** Why nothing more is written; null while all is well. */
  get failure(): CompanionError | null {
    return this.#failure;
  }

  /** A message that was cut off belongs to its session: the next one begins anew. */
  #endSession(): void {
    this.#take(this.#framers.in.end(), 'in');
    this.#take(this.#framers.out.end(), 'out');
    this.#framers = { in: new AmiFramer(), out: new AmiFramer() };
  }

  #remark(text: string): void {
    if (this.#failure === null)
      this.#put(printStamp(this.#options.clock.now(), 'in'), [Buffer.from(printRemark(text))]);
  }

  #take(frames: readonly Frame[], direction: Direction): void {
    if (frames.length === 0 || this.#failure !== null) return;
    const pieces = frames.map((frame) =>
      // A copy: the framer's bytes are views of what the socket reuses.
      frame.kind === 'block'
        ? Buffer.from(whole(redact(frame.bytes, this.#options.secrets)))
        : Buffer.from(printRemark(`a message of ${frame.length} bytes was too large`)),
    );
    this.#put(printStamp(this.#options.clock.now(), direction), pieces);
  }

  #put(stamp: string, pieces: readonly Buffer[]): void {
    for (const bytes of pieces) {
      this.#waiting.push({ stamp, bytes });
      this.#waitingBytes += bytes.length;
    }
    if (this.#waitingBytes > MAX_WAITING) {
      this.#fail('the disk is slower than the PBX');
      return;
    }
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const { maxBytes } = this.#options;
        let piece = this.#nextPiece(maxBytes - this.#size);
        if (piece === null) {
          await this.#rotate();
          // A message larger than a file gets a file of its own.
          piece = this.#nextPiece(Number.POSITIVE_INFINITY);
        }
        if (piece === null) return;
        await this.#file?.write(piece);
        this.#size += piece.length;
        this.written += piece.length;
      }
    } catch (thrown) {
      this.#fail(messageOf(thrown));
    }
  }

  /** As much of what waits as fits, for one write; null when the next message does not fit. */
  #nextPiece(room: number): Buffer | null {
    const parts: Buffer[] = [];
    let length = 0;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const stamp = next.stamp === this.#stamp ? '' : next.stamp;
      const size = stamp.length + next.bytes.length;
      if (length > 0 ? length + size > Math.min(room, 1 << 20) : size > room) break;
      parts.push(Buffer.from(stamp), next.bytes);
      length += size;
      this.#stamp = next.stamp;
      this.#waitingBytes -= next.bytes.length;
      this.#waiting.shift();
      if (room === Number.POSITIVE_INFINITY) break;
    }
    return length === 0 ? null : Buffer.concat(parts);
  }

  #fail(why: string): void {
    this.#failure = new CompanionError('INTERNAL', `cannot write the capture ${this.#options.path}: ${why}`);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  async #openFile(): Promise<void> {
    const { path, pbx } = this.#options;
    try {
      this.#file = await open(path, 'a', 0o640);
      this.#size = (await this.#file.stat()).size;
      const head = Buffer.from(printFileHead(pbx));
      await this.#file.write(head);
      this.#size += head.length;
      this.written += head.length;
    } catch (thrown) {
      throw new CompanionError('REQUEST_INVALID', `cannot write the capture ${path}: ${messageOf(thrown)}`);
    }
  }

  /** `FILE` becomes `FILE.1`, that `FILE.2`, and so on; the last one goes. */
  async #rotate(): Promise<void> {
    const { path, keep } = this.#options;
    await this.#file?.close();
    await rm(keep > 0 ? `${path}.${keep}` : path, { force: true });
    for (let number = keep - 1; number >= 0; number -= 1) {
      const from = number === 0 ? path : `${path}.${number}`;
      if (await exists(from)) await rename(from, `${path}.${number + 1}`);
    }
    this.#stamp = '';
    await this.#openFile();
  }
}

/** A message whose end was cut off still ends its own block, so that the stamp behind it is one. */
function whole(block: Buffer): Buffer {
  const end = block.toString('latin1', Math.max(0, block.length - 4));
  if (/\n\r?\n$/.test(end)) return block;
  return Buffer.concat([block, Buffer.from(end.endsWith('\n') ? '\r\n' : '\r\n\r\n')]);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
