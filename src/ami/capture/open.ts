import { type FileHandle, open } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CompanionError, messageOf } from '../../model/errors.ts';

/** Bytes of a capture, uncompressed. A chunk is lent: it holds only until the next one is asked for. */
export interface CaptureSource {
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes of the file as it lies on the disk; null for standard input. */
  readonly size: number | null;
  /** How many of them were read so far; for progress. */
  readonly consumed: () => number;
  /** The year for times that name none: that of the file's last change. */
  readonly year: number;
  /** Whether compressed data ended before its end. */
  readonly cut: () => boolean;
}

const CHUNK_BYTES = 1 << 20;

/**
 * Opens a capture file, plain or compressed by gzip or zstd (told by its first bytes, not its name).
 *
 * @throws CompanionError `NOT_FOUND` with the system's reason when it cannot be read, while the chunks
 *   are taken also for compressed data that is damaged in its middle.
 */
export async function openCaptureFile(path: string): Promise<CaptureSource> {
  let handle: FileHandle;
  let stats: { size: number; mtime: Date; isDirectory(): boolean };
  try {
    handle = await open(path);
    stats = await handle.stat();
  } catch (thrown) {
    throw unreadable(path, messageOf(thrown));
  }
  if (stats.isDirectory()) {
    await handle.close();
    throw unreadable(path, 'it is a directory; name a file');
  }
  return source(fileChunks(handle), path, stats.size, stats.mtime.getUTCFullYear());
}

/** Reads a capture from a stream, for example standard input. */
export function captureFromStream(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  year: number,
): CaptureSource {
  const chunks = async function* () {
    for await (const chunk of stream) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  };
  return source(chunks(), name, null, year);
}

function source(raw: AsyncIterable<Buffer>, name: string, size: number | null, year: number): CaptureSource {
  const state = { consumed: 0, cut: false };
  const counted = async function* () {
    for await (const chunk of raw) {
      state.consumed += chunk.length;
      yield chunk;
    }
  };
  return {
    chunks: decoded(counted(), name, () => {
      state.cut = true;
    }),
    size,
    consumed: () => state.consumed,
    year,
    cut: () => state.cut,
  };
}

/** Two buffers in turn: the disk fills one while the other is read, and memory does not grow with the file. */
async function* fileChunks(handle: FileHandle): AsyncGenerator<Buffer, void, void> {
  let filling = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let idle = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  try {
    let reading = handle.read(filling, 0, CHUNK_BYTES);
    while (true) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      [filling, idle] = [idle, filling];
      reading = handle.read(filling, 0, CHUNK_BYTES);
      // Handled here too: the consumer may leave before the next turn awaits it.
      reading.catch(() => undefined);
      yield idle.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* decoded(
  raw: AsyncGenerator<Buffer, void, void>,
  name: string,
  onCut: () => void,
): AsyncGenerator<Buffer, void, void> {
  try {
    const first = await raw.next();
    if (first.done) return;
    const all = prepend(first.value, raw);
    const decompress = decompressorFor(first.value);
    if (decompress !== null) yield* decompressed(all, decompress, onCut);
    else if (first.value[0] === 0xff && first.value[1] === 0xfe) yield* fromUtf16(all);
    else yield* all;
  } catch (thrown) {
    throw thrown instanceof CompanionError ? thrown : unreadable(name, messageOf(thrown));
  }
}

async function* prepend(
  first: Buffer,
  rest: AsyncGenerator<Buffer, void, void>,
): AsyncGenerator<Buffer, void, void> {
  // A byte order mark of UTF-8, as editors write it, is no part of the session.
  yield first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf ? first.subarray(3) : first;
  yield* rest;
}

/** The magic numbers of RFC 1952 (gzip) and RFC 8878 (Zstandard). */
function decompressorFor(first: Buffer): Transform | null {
  if (first[0] === 0x1f && first[1] === 0x8b) return createGunzip({ chunkSize: CHUNK_BYTES });
  if (first.length >= 4 && first.readUInt32LE(0) === 0xfd2fb528)
    return createZstdDecompress({ chunkSize: CHUNK_BYTES });
  return null;
}

/** A copied log is often cut off; what can be decompressed before that is read. */
async function* decompressed(
  raw: AsyncIterable<Buffer>,
  decompress: Transform,
  onCut: () => void,
): AsyncGenerator<Buffer, void, void> {
  const copies = async function* () {
    // The stream keeps chunks beyond their loan.
    for await (const chunk of raw) yield Buffer.from(chunk);
  };
  const input = Readable.from(copies(), { objectMode: false, highWaterMark: 1 });
  input.on('error', (error) => decompress.destroy(error));
  input.pipe(decompress);
  try {
    for await (const chunk of decompress) yield chunk as Buffer;
  } catch (thrown) {
    if (!isUnexpectedEnd(thrown)) throw thrown;
    onCut();
  } finally {
    input.destroy();
  }
}

function isUnexpectedEnd(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    (thrown.code === 'Z_BUF_ERROR' || thrown.code === 'ZSTD_error_srcSize_wrong')
  );
}

/** PowerShell's `>` writes UTF-16. */
async function* fromUtf16(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const decoder = new TextDecoder('utf-16le');
  for await (const chunk of raw) yield Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
  yield Buffer.from(decoder.decode(), 'utf8');
}

function unreadable(name: string, why: string): CompanionError {
  return new CompanionError('NOT_FOUND', `cannot read the capture ${name}: ${why}`);
}
