// How the world between the hosts behaves: delays, losses, doublings. One kind is calm, the other
// comes from a seed. It decides how often and how long, never what a message means.

import type { Random } from './random.ts';

export const millisecond = 1_000_000n;

/** What becomes of one request to the arbiter. */
export interface ArbiterWeather {
  /** When it takes effect; null: never. */
  readonly applied: bigint | null;
  /** When its answer comes back after that; null: it is lost. */
  readonly answered: bigint | null;
  /** When the asker is told that no answer will come; null: it is not told. */
  readonly failed: bigint | null;
}

export interface Weather {
  channelDelay(): bigint;
  /** The delays of the copies of a datagram that arrive. */
  datagram(): readonly bigint[];
  arbiter(): ArbiterWeather;
  /** A disk takes a request in, and carries it out later. */
  disk(): {
    readonly accepted: bigint;
    readonly applied: bigint;
    readonly answered: bigint;
    /** Is a request that the disk has not taken in lost when its host dies? */
    readonly lostInCrash: boolean;
  };
  /** Time between two slices of a running guest. */
  slice(): bigint;
  /** Time that a replaying guest takes for an entry. */
  replay(): bigint;
  /** How long an image takes to be written or read, and whether it was written. */
  image(): { readonly delay: bigint; readonly isDurable: boolean };
  /** Time between two packets from the outside. */
  packet(): bigint;
}

export const calm: Weather = {
  channelDelay: () => 2n * millisecond,
  datagram: () => [millisecond],
  arbiter: () => ({ applied: 3n * millisecond, answered: 3n * millisecond, failed: null }),
  disk: () => ({
    accepted: millisecond,
    applied: 4n * millisecond,
    answered: millisecond,
    lostInCrash: false,
  }),
  slice: () => 10n * millisecond,
  replay: () => millisecond,
  image: () => ({ delay: 20n * millisecond, isDurable: true }),
  packet: () => 35n * millisecond,
};

export function createWeather(random: Random): Weather {
  const ms = (low: number, high: number): bigint =>
    BigInt(random.between(low * 1000, high * 1000)) * 1000n;
  return {
    channelDelay: () => (random.chance(0.02) ? ms(20, 150) : ms(1, 8)),
    datagram: () => {
      if (random.chance(0.1)) return [];
      const copies = random.chance(0.05) ? [ms(1, 30), ms(1, 300)] : [ms(1, 8)];
      return copies;
    },
    arbiter: () => {
      const applied = random.chance(0.12) ? null : random.chance(0.15) ? ms(100, 900) : ms(1, 15);
      const answered = random.chance(0.15) ? null : ms(1, 15);
      return { applied, answered, failed: random.chance(0.3) ? ms(30, 200) : null };
    },
    disk: () => ({
      accepted: ms(1, 4),
      applied: random.chance(0.1) ? ms(30, 400) : ms(2, 12),
      answered: ms(1, 4),
      lostInCrash: random.chance(0.5),
    }),
    slice: () => ms(4, 14),
    replay: () => (random.chance(0.02) ? ms(30, 120) : ms(1, 4)),
    image: () => ({ delay: ms(5, 60), isDurable: !random.chance(0.1) }),
    packet: () => ms(10, 60),
  };
}
