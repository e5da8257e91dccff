import { AmiFramer } from '../../src/ami/wire/framer.ts';
import { parseMessage } from '../../src/ami/wire/message.ts';

export interface ShapeResult {
  readonly shape: string;
  readonly chunk: number;
  /** Milliseconds for the size, and for the double of it. */
  readonly once: number;
  readonly twice: number;
}

/** What a packet carries, and what Node reads at once. */
const CHUNKS = [65_536, 1_448];

const SHAPES: readonly { readonly name: string; readonly make: (factor: number) => Buffer }[] = [
  {
    name: 'a header of 10 MB',
    make: (factor) => Buffer.from(`Event: X\r\nBig: ${'x'.repeat(factor * 10_000_000)}\r\n\r\n`),
  },
  {
    name: '100,000 Output lines',
    make: (factor) =>
      Buffer.from(
        `Response: Success\r\n${'Output: 6001/6001  198.51.100.1  OK (7 ms)\r\n'.repeat(factor * 100_000)}\r\n`,
      ),
  },
  {
    name: '100,000 lines of the old form',
    make: (factor) =>
      Buffer.from(`Response: Follows\r\n${'6001/6001\n\n'.repeat(factor * 50_000)}--END COMMAND--\r\n\r\n`),
  },
];

/** Frames and parses each shape in chunks, at one size and at the double. */
export function* hostileShapes(): Generator<ShapeResult, void, void> {
  for (const { name, make } of SHAPES) {
    for (const chunk of CHUNKS) {
      const [single, double] = [make(1), make(2)];
      // The best of some runs: what is left is the work itself.
      const best = (bytes: Buffer) => Math.min(...Array.from({ length: 5 }, () => timed(bytes, chunk)));
      best(single);
      yield { shape: name, chunk, once: best(single), twice: best(double) };
    }
  }
}

function timed(bytes: Buffer, chunk: number): number {
  const limits = { lineBytes: 1 << 30, headers: 1 << 30, messageBytes: 1 << 30 };
  const framer = new AmiFramer(limits);
  const begun = performance.now();
  let messages = 0;
  for (let start = 0; start < bytes.length; start += chunk) {
    for (const frame of framer.push(bytes.subarray(start, start + chunk))) {
      if (frame.kind === 'block' && parseMessage(frame.bytes).headers.length > 1) messages += 1;
    }
  }
  if (messages !== 1) throw new Error(`${messages} messages came out of one`);
  return performance.now() - begun;
}
