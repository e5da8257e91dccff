/**
 * Searches bytes for everything that can make a Skype event, in any case, with one jumping pass (the
 * algorithm of Wu and Manber with pairs of bytes): most bytes of a log are never looked at.
 *
 * What is searched for: the names of the driver's three events, and `Response: Follows`, after which
 * blank lines do not end a block. All patterns have one length; longer ones are cut, so a find is a
 * candidate, and nothing that matters is missed.
 */
const LENGTH = 16;

const PATTERNS: readonly string[] = [
  'skypeaccountstatus',
  'skypebuddystatus',
  'skypechatmessage',
  // Any number of blanks may stand before `Follows`; from nine on, the tail alone is as long as a pattern.
  ...Array.from({ length: 10 }, (_, blanks) => `response:${' '.repeat(blanks)}follows`.slice(-LENGTH)),
].map((pattern) => pattern.slice(0, LENGTH));

const patternBytes: readonly Buffer[] = PATTERNS.map((pattern) => Buffer.from(pattern, 'latin1'));

/** How far the search may jump, by the last two bytes of the window; 0 where a pattern may end. */
const jumps = new Uint8Array(1 << 16).fill(LENGTH - 1);
for (const pattern of PATTERNS) {
  for (let index = 1; index < LENGTH; index += 1) {
    const jump = LENGTH - 1 - index;
    for (const first of cases(pattern, index - 1)) {
      for (const second of cases(pattern, index)) {
        const pair = (first << 8) | second;
        jumps[pair] = Math.min(jumps[pair] ?? 0, jump);
      }
    }
  }
}

function cases(pattern: string, index: number): readonly number[] {
  const char = pattern.charAt(index);
  return [char.toLowerCase().charCodeAt(0), char.toUpperCase().charCodeAt(0)];
}

/**
 * The place of the last byte of the first candidate that begins at or behind `from`, or -1.
 */
export function findCandidate(bytes: Buffer, from: number): number {
  const length = bytes.length;
  let last = from + LENGTH - 1;
  while (last < length) {
    const jump = jumps[((bytes[last - 1] ?? 0) << 8) | (bytes[last] ?? 0)] ?? 1;
    if (jump > 0) {
      last += jump;
    } else if (patternEndsAt(bytes, last)) {
      return last;
    } else {
      last += 1;
    }
  }
  return -1;
}

function patternEndsAt(bytes: Buffer, last: number): boolean {
  for (const pattern of patternBytes) {
    let index = LENGTH - 1;
    let place = last;
    while (index >= 0 && lower(bytes[place] ?? 0) === pattern[index]) {
      index -= 1;
      place -= 1;
    }
    if (index < 0) return true;
  }
  return false;
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte | 0x20 : byte;
}
