// Counts how often execution arrives at addresses that are not translated, and says which of them
// are hot. No part of the meaning: it decides only what is translated, and when.
// Spec: cpu.md, "Self-modifying code".

/** Addresses counted; one more, and counting begins anew. */
export const COUNTED_MAX: number = 1 << 16;

export class Arrivals {
  readonly #threshold: number;
  readonly #counts = new Map<number, number>();
  /** How often an address was translated, as long as its code was the same. */
  readonly #attempts = new Map<number, number>();

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** Counts one more and returns whether the address is hot. */
  note(address: number): boolean {
    if (this.#counts.size >= COUNTED_MAX) this.#counts.clear();
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count > this.#threshold;
  }

  /** It has been translated: should it still be arrived at, that came to nothing. */
  noteAttempt(address: number): void {
    if (this.#attempts.size >= COUNTED_MAX) this.#attempts.clear();
    const before = this.#attempts.get(address) ?? 0;
    this.#attempts.set(address, before + 1);
    const times = 2 ** Math.min(before, DOUBLINGS_MAX);
    this.#counts.set(address, -ARRIVALS_UNTIL_RETRY * times);
  }

  /** Its code has changed. */
  forget(address: number): void {
    this.#attempts.delete(address);
  }

  clear(): void {
    this.#counts.clear();
    this.#attempts.clear();
  }
}

/** What did not do once is tried again only after so many arrivals, and then after twice as many. */
const ARRIVALS_UNTIL_RETRY = 2000;
const DOUBLINGS_MAX = 20;
