import { readFileSync } from 'node:fs';
import { AmiFramer, type Frame, type FrameLimits } from '../../src/ami/wire/framer.ts';
import { type AmiMessage, parseMessage } from '../../src/ami/wire/message.ts';

export function fixture(path: string): Buffer {
  return readFileSync(new URL(`../../fixtures/${path}`, import.meta.url));
}

/** Frames of a stream that arrives in the given chunks; bytes are copied as a consumer may keep them. */
export function framesOf(chunks: readonly Buffer[], limits?: FrameLimits): Frame[] {
  const framer = new AmiFramer(limits);
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    // The transport may reuse its buffer once the frames were taken.
    const lent = Buffer.from(chunk);
    frames.push(...framer.push(lent).map(copy));
    lent.fill(0);
  }
  frames.push(...framer.end().map(copy));
  return frames;
}

function copy(frame: Frame): Frame {
  return frame.kind === 'block' ? { ...frame, bytes: Buffer.from(frame.bytes) } : frame;
}

export function messagesOf(chunks: readonly Buffer[]): AmiMessage[] {
  return framesOf(chunks).flatMap((frame) => (frame.kind === 'block' ? [parseMessage(frame.bytes)] : []));
}

/** Cuts bytes at the given places, which may be in any order and repeat. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ordered = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return ordered.slice(1).map((end, index) => bytes.subarray(ordered[index], end));
}
