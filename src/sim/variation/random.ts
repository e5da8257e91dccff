/** A stream of numbers that looks random and is the same for the same seed. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(limit: number): number;
  /** One of some values; there must be at least one. */
  pick<Value>(first: Value, ...others: readonly Value[]): Value;
}

/** Makes a stream from a seed: mulberry32, small and good enough for choosing and for load. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, pick: (first, ...others) => others[below(others.length + 1) - 1] ?? first };
}
