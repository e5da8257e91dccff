import { utf8Length } from '../model/text.ts';

const WORDS = new Intl.Segmenter('und', { granularity: 'word' });
const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Cuts a text into parts of at most so many bytes of UTF-8: between words where it can, between
 * graphemes where one word is too long, and between code points where even one grapheme is (a letter
 * with hundreds of accents). Joined, the parts are the text again.
 */
export function splitText(text: string, limitBytes: number): string[] {
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const piece of piecesOf(text, limitBytes)) {
    const size = utf8Length(piece);
    if (bytes + size > limitBytes && part !== '') {
      parts.push(part);
      part = '';
      bytes = 0;
    }
    part += piece;
    bytes += size;
  }
  if (part !== '') parts.push(part);
  return parts;
}

/** The text in pieces that each fit: as long as they may be. */
function* piecesOf(text: string, limitBytes: number): Generator<string, void, void> {
  for (const { segment: word } of WORDS.segment(text)) {
    if (utf8Length(word) <= limitBytes) {
      yield word;
      continue;
    }
    for (const { segment: grapheme } of GRAPHEMES.segment(word)) {
      if (utf8Length(grapheme) <= limitBytes) yield grapheme;
      else yield* grapheme;
    }
  }
}
