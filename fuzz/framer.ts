import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AmiFramer, type Frame, type FrameLimits } from '../src/ami/wire/framer.ts';
import { parseMessage } from '../src/ami/wire/message.ts';
import { chunksOf, cuts, stream } from './bytes.ts';

/**
 * The frames of a stream in chunks, kept as a consumer may keep them. Of a block that passes two limits in
 * one line, either may be named first.
 */
function framesOf(chunks: Iterable<Buffer>, limits: FrameLimits): Frame[] {
  const framer = new AmiFramer(limits);
  const frames: Frame[] = [];
  const keep = (frame: Frame) =>
    frames.push(
      frame.kind === 'block'
        ? { ...frame, bytes: Buffer.from(frame.bytes) }
        : { ...frame, reason: 'lineBytes' },
    );
  for (const chunk of chunks) for (const frame of framer.push(chunk)) keep(frame);
  for (const frame of framer.end()) keep(frame);
  return frames;
}

const limits: fc.Arbitrary<FrameLimits> = fc.record({
  lineBytes: fc.constantFrom(1 << 20, 40, 8),
  headers: fc.constantFrom(1_000_000, 3),
  messageBytes: fc.constantFrom(64 << 20, 60),
});

/**
 * Chunks make no difference; frames lie in their order inside the stream and hold its bytes; every block
 * parses, and names and values hold no line end.
 */
export const framer = fc.property(stream, cuts, limits, (bytes, places, bounds) => {
  const whole = framesOf([bytes], bounds);
  assert.deepEqual(framesOf(chunksOf(bytes, places), bounds), whole);
  let end = 0;
  for (const frame of whole) {
    assert.ok(frame.offset >= end);
    const length = frame.kind === 'block' ? frame.bytes.length : frame.length;
    end = frame.offset + length;
    assert.ok(end <= bytes.length);
    if (frame.kind !== 'block') continue;
    assert.deepEqual(frame.bytes, bytes.subarray(frame.offset, end));
    for (const [name, value] of parseMessage(frame.bytes).headers) {
      assert.ok(!name.includes('\n') && !value.includes('\n'));
    }
  }
});
