// Chance from a seed: the same seed gives the same run, for ever.
// The generator is SplitMix64 (Steele, Lea, Flood 2014) on bigints' low 64 bits, in two halves.

export interface Random {
  /** An integer in 0 .. limit - 1. */
  below(limit: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** An integer in low .. high. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  // Seeds that follow one another must not give streams that do.
  let state = BigInt.asUintN(64, (BigInt(seed) + 1n) * 0xd6e8feb86659fd93n);

  function next(): number {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return Number(((mixed ^ (mixed >> 31n)) >> 32n) & 0xffffffffn);
  }

  const self: Random = {
    below: (limit) => next() % limit,
    chance: (probability) => next() < probability * 0x1_0000_0000,
    between: (low, high) => low + (next() % (high - low + 1)),
    pick(from) {
      const picked = from[next() % from.length];
      if (picked === undefined) throw new Error('random: nothing to pick from');
      return picked;
    },
  };
  return self;
}
