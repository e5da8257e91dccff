import { createHmac } from 'node:crypto';

/** Letters that no natural word is made of alone, so that a pseudonym is never somebody's name by chance. */
const RARE = 'qxzjvkw';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/**
 * Scripts whose letters are replaced by letters of the same script and the same length in UTF-8; each has
 * a few characters to take from.
 */
const SCRIPTS: readonly { readonly test: RegExp; readonly alphabets: readonly string[] }[] = [
  { test: /\p{Script=Latin}/u, alphabets: ['ẍẋẑẓẕẉẇẃẅ', 'ßæøþðłđŋħŧ'] },
  { test: /\p{Script=Cyrillic}/u, alphabets: ['ъыэщцжфю'] },
  { test: /\p{Script=Greek}/u, alphabets: ['ξψζχφθω'] },
  { test: /\p{Script=Hebrew}/u, alphabets: ['צקץטזג'] },
  { test: /\p{Script=Arabic}/u, alphabets: ['ظضغثخذ'] },
  { test: /\p{Script=Hiragana}/u, alphabets: ['ぬねへほむめもゆ'] },
  { test: /\p{Script=Katakana}/u, alphabets: ['ヌネヘホムメモユ'] },
  { test: /\p{Script=Han}/u, alphabets: ['龠黹黽鼎鼓鼠齊龜', '𠀀𠀁𠀂𠀃𠀄𠀅𠀆𠀇'] },
  { test: /\p{Script=Hangul}/u, alphabets: ['뷁쀍쏇쾟퓱훓'] },
  { test: /\p{Script=Devanagari}/u, alphabets: ['ङञणढझथ'] },
  { test: /\p{Script=Thai}/u, alphabets: ['ฆฌฎฏฐฒ'] },
  { test: /\p{Extended_Pictographic}/u, alphabets: ['🗿🗽🗼🗻🛖🛕🛎🛗', '⛵⛺⛽⛳⛲⛱'] },
];
/** Other letters, by their bytes in UTF-8. */
const OTHER: Readonly<Record<number, string>> = { 2: 'ԱԲԳԴԵԶ', 3: 'ႠႡႢႣႤႥ', 4: '𐌀𐌁𐌂𐌃𐌄𐌅' };

const WORD =
  /[\p{L}\p{N}\p{Extended_Pictographic}](?:[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]|\u200d|\ufe0f)*/gu;

/** Gives every word another of the same script, case and length in bytes: one word always the same one. */
export class Pseudonyms {
  readonly #key: string;
  readonly #given = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #addresses = new Map<string, string>();

  /** @param key equal keys give equal pseudonyms, also for other captures; without it nothing leads back. */
  constructor(key: string) {
    this.#key = key;
  }

  /** Replaces all words of a text, but for those that `keep` names. */
  text(text: string, keep: (word: string) => boolean = () => false): string {
    return text.replace(WORD, (word) => (keep(word) ? word : this.word(word)));
  }

  /** Replaces one word; upper and lower case of a word get the same pseudonym in their own case. */
  word(word: string): string {
    const lower = word.toLowerCase();
    const same =
      Buffer.byteLength(lower) === Buffer.byteLength(word) && [...lower].length === [...word].length;
    const base = same ? lower : word;
    const given = this.#given.get(base) ?? this.#give(base);
    return same ? inCaseOf(given, word) : given;
  }

  /** An address of the documentation ranges (RFC 5737 for testing: 198.18/15; RFC 3849) for a real one. */
  address(address: string): string {
    const given = this.#addresses.get(address);
    if (given !== undefined) return given;
    // The number in order is what keeps two addresses apart; it tells nothing of them.
    const number = this.#addresses.size + 1;
    const made = address.includes('.')
      ? `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`
      : `2001:db8::${number.toString(16)}`;
    this.#addresses.set(address, made);
    return made;
  }

  #give(word: string): string {
    for (let attempt = 0; ; attempt += 1) {
      const made = this.#make(word, attempt);
      if (this.#taken.has(made) || made === word) continue;
      this.#taken.add(made);
      this.#given.set(word, made);
      return made;
    }
  }

  #make(word: string, attempt: number): string {
    const digest = createHmac('sha256', this.#key).update(`${attempt}\0${word}`).digest();
    // Short words have few pseudonyms of rare letters; after some attempts any letter will do.
    const letters = word.length < 4 || attempt > 50 ? LETTERS : RARE;
    let index = 0;
    let made = '';
    for (const char of word) {
      const byte = (digest[index % digest.length] ?? 0) + Math.floor(index / digest.length) * 7 + attempt;
      index += 1;
      made += replaceChar(char, byte, letters);
    }
    // A one-digit or one-letter world is small: the last way out keeps the word as it is taken elsewhere.
    return attempt > 500 ? fromCounter(word, attempt - 500) : made;
  }
}

function replaceChar(char: string, byte: number, letters: string): string {
  if (/[a-z]/i.test(char)) return pick(letters, byte);
  if (/[0-9]/.test(char)) return pick(DIGITS, byte);
  const bytes = Buffer.byteLength(char);
  // Joiners, variation selectors and combining marks make a cluster of what they stand with.
  if (bytes === 1 || /\p{M}|\u200d|\ufe0f/u.test(char)) return char;
  const script = SCRIPTS.find(({ test }) => test.test(char));
  const alphabet = script?.alphabets.find(
    (candidate) => Buffer.byteLength([...candidate][0] ?? '') === bytes,
  );
  return pick(alphabet ?? OTHER[bytes] ?? char, byte);
}

function pick(alphabet: string, byte: number): string {
  const chars = [...alphabet];
  return chars[byte % chars.length] ?? '';
}

/** Every word of one length in turn: letters and digits counted up. */
function fromCounter(word: string, count: number): string {
  let rest = count;
  return [...word]
    .reverse()
    .map((char) => {
      const alphabet = /[0-9]/.test(char) ? DIGITS : /[a-z]/i.test(char) ? LETTERS : char;
      const made = pick(alphabet, rest);
      rest = Math.floor(rest / alphabet.length);
      return made;
    })
    .reverse()
    .join('');
}

function inCaseOf(made: string, word: string): string {
  if (word === word.toLowerCase()) return made;
  if (word === word.toUpperCase()) return sameLength(made.toUpperCase(), made);
  const from = [...word];
  return [...made]
    .map((char, index) =>
      from[index] === from[index]?.toLowerCase() ? char : sameLength(char.toUpperCase(), char),
    )
    .join('');
}

/** Some letters have a capital of another length (ß, ẕ): those stay small. */
function sameLength(upper: string, lower: string): string {
  return Buffer.byteLength(upper) === Buffer.byteLength(lower) ? upper : lower;
}
