// Registers of 64 bits in an array that others may see too: read and written as the values of the
// interpreter, so that no BigInt is made where a number will do. Spec: cpu.md, "State".

import { halvesToNumber, upperHalf, type Value } from './fast-values.ts';

export class RegisterWords {
  readonly #words: BigUint64Array;
  /** The same as halves: the lower of each word first. */
  readonly #halves: Int32Array;

  constructor(words: BigUint64Array) {
    this.#words = words;
    this.#halves = new Int32Array(words.buffer, words.byteOffset, 2 * words.length);
  }

  read(index: number): Value {
    const low = this.#halves[2 * index] ?? 0;
    const high = this.#halves[2 * index + 1] ?? 0;
    if (high === 0) return low >>> 0;
    const value = halvesToNumber(low >>> 0, high);
    return value ?? this.#words[index] ?? 0n;
  }

  write(index: number, value: Value): void {
    if (typeof value === 'number') {
      this.#halves[2 * index] = value;
      this.#halves[2 * index + 1] = upperHalf(value);
    } else {
      this.#words[index] = value;
    }
  }

  save(): bigint[] {
    return [...this.#words];
  }

  restore(words: readonly bigint[]): void {
    this.#words.set(words);
  }
}
