import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Length } from '../../src/model/text.ts';
import { splitText } from '../../src/services/split.ts';

describe('splitText', () => {
  it.each([
    ['fits', 10, ['fits']],
    ['one two three', 8, ['one two ', 'three']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['ééé', 4, ['éé', 'é']],
    ['a 👩‍👩‍👧 b', 20, ['a 👩‍👩‍👧', ' b']],
  ])('cuts %j to %i bytes', (text, limit, parts) => {
    expect(splitText(text, limit)).toEqual(parts);
  });

  it('cuts any text into parts that fit and are the text again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 4, max: 80 }),
        (text, limit) => {
          const parts = splitText(text, limit);
          expect(parts.join('')).toBe(text);
          expect(parts.every((part) => part !== '' && utf8Length(part) <= limit && part.isWellFormed())).toBe(
            true,
          );
        },
      ),
    );
  });
});
