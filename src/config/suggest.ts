/**
 * The word among `known` that was probably meant: at most a third of its letters differ.
 *
 * @returns null when none is near.
 */
export function suggest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const apart = distance(word.toLowerCase(), candidate.toLowerCase());
    if (apart < least && apart <= Math.max(1, Math.floor(candidate.length / 3))) {
      best = candidate;
      least = apart;
    }
  }
  return best;
}

/** Letters to add, remove, replace or swap (optimal string alignment). */
function distance(a: string, b: string): number {
  // A word this much longer is no slip of the finger, and the table would be large.
  if (Math.abs(a.length - b.length) > 8) return Number.POSITIVE_INFINITY;
  let older: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, at(older, j - 2) + 1);
      }
      row.push(least);
    }
    older = above;
    above = row;
  }
  return at(above, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
