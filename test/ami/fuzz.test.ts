import fc from 'fast-check';
import { it } from 'vitest';
import { decoder } from '../../fuzz/decoder.ts';
import { encoder, escaping } from '../../fuzz/encoder.ts';
import { framer } from '../../fuzz/framer.ts';

/** A taste of what `npm run fuzz` does for longer. */
const TARGETS: readonly (readonly [string, fc.IRawProperty<unknown>])[] = [
  ['framer', framer],
  ['decoder', decoder],
  ['encoder', encoder],
  ['escaping', escaping],
];
it.each(TARGETS)('the %s stands random input', (_name, target) => {
  fc.assert(target, { numRuns: 300 });
});
