// Chance from a seed, for samples: the same seed draws the same, for ever. SplitMix on 32 bits; not
// for secrets.

export interface Random {
  /** A whole number in 0 .. limit - 1. */
  below(limit: number): number;
}

export function createRandom(seed: number): Random {
  let state = Math.imul(seed | 0, 0x9e3779b9) ^ 0x5bf03635;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  // 53 bits, so that populations of more than 2^32 are drawn from evenly.
  const unit = (): number => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
  return { below: (limit) => Math.floor(unit() * limit) };
}

/**
 * So many different numbers below a limit, in order; all of them where there are no more. (Floyd's
 * algorithm.)
 */
export function sampleBelow(limit: number, size: number, random: Random): number[] {
  if (size >= limit) return Array.from({ length: limit }, (_, index) => index);
  const drawn = new Set<number>();
  for (let top = limit - size; top < limit; top++) {
    const one = random.below(top + 1);
    drawn.add(drawn.has(one) ? top : one);
  }
  return [...drawn].sort((one, other) => one - other);
}
