// Chance with a seed: splitmix64. The same seed gives the same draws, on every machine.

export interface Random {
  /** An integer from 0 to `count` - 1. */
  below(count: number): number;
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number;
  chance(share: number): boolean;
  /** Undefined of an empty list alone. */
  pick<T>(list: readonly T[]): T | undefined;
  /** One of the values, each as often as its weight says. */
  weighted<T>(list: readonly Weighted<T>[]): T | undefined;
}

export type Weighted<T> = readonly [weight: number, value: T];

const mask = (1n << 64n) - 1n;

export function createRandom(seed: bigint): Random {
  let state = seed & mask;

  function next(): bigint {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & mask;
    return mixed ^ (mixed >> 31n);
  }

  const below = (count: number): number => Number(next() % BigInt(count));
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (share) => below(1_000_000) < share * 1_000_000,
    pick: (list) => (list.length === 0 ? undefined : list[below(list.length)]),
    weighted(list) {
      const total = list.reduce((sum, [weight]) => sum + weight, 0);
      if (total === 0) return undefined;
      let left = below(total);
      for (const [weight, value] of list) {
        if (left < weight) return value;
        left -= weight;
      }
      return undefined;
    },
  };
}
