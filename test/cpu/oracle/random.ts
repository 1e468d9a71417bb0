// Seeded chance for vectors: small, fast, the same everywhere (SplitMix, 32 bits).

export type Random = {
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  /** True once in `count` times. */
  oneIn(count: number): boolean;
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
  /** 8 bits, often at an edge. */
  byte(): number;
  /** 64 bits, often at an edge of one of the widths. */
  word(): bigint;
};

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e37_79b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const below = (count: number): number => Math.floor((next() / 2 ** 32) * count);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error('random: nothing to pick from');
    return item;
  };
  const word = (): bigint => {
    const kind = below(8);
    if (kind < 3) return pick(EDGES);
    if (kind === 3) return BigInt(below(64));
    return (BigInt(next()) << 32n) | BigInt(next());
  };
  const byte = (): number => (below(4) === 0 ? pick(EDGE_BYTES) : below(256));
  return { below, oneIn: (count) => below(count) === 0, pick, byte, word };
}

const EDGE_BYTES: readonly number[] = [0, 1, 0x7f, 0x80, 0xff];

const EDGES: readonly bigint[] = [
  ...[0n, 1n, 2n, 0xfn, 0x10n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn],
  ...[0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x7fff_ffff_ffff_ffffn],
  ...[0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffffn, 0xffff_ffff_8000_0000n],
  ...[0xffff_ffff_ffff_ff80n, 0xffff_ffff_ffff_8000n, 0x0123_4567_89ab_cdefn],
];
