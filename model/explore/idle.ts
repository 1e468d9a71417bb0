// Which of up to 64 functions have nothing to do in a state, as far as a single word settles it: looked up before any of
// them is run or recalled.

import { grown } from './pair-map.ts';

export class IdleTable {
  /** Of each word, two masks for each of its values. */
  private readonly masks: Int32Array[];
  private readonly all: readonly [number, number];
  private readonly active = new Int32Array(functionsMax);

  constructor(words: number, functions: number) {
    if (functions > functionsMax) throw new Error(`more than ${functionsMax} families of steps`);
    this.masks = Array.from({ length: words }, () => new Int32Array(128));
    const mask = (count: number): number => (count >= 32 ? -1 : (1 << count) - 1);
    this.all = [mask(functions), functions > 32 ? mask(functions - 32) : 0];
  }

  /** From now on this value of the word makes the function idle. */
  settle(word: number, value: number, at: number): void {
    let masks = this.masks[word] ?? new Int32Array(0);
    while (2 * value + 1 >= masks.length) masks = grown(masks);
    this.masks[word] = masks;
    const half = 2 * value + (at >= 32 ? 1 : 0);
    masks[half] = (masks[half] ?? 0) | (1 << (at & 31));
  }

  /** The functions that are not known to be idle, in order: the first so many numbers of a list that is reused. */
  activeIn(state: Int32Array): { count: number; list: Int32Array } {
    let low = 0;
    let high = 0;
    for (let word = 0; word < state.length; word++) {
      const masks = this.masks[word];
      const at = 2 * (state[word] ?? 0);
      if (masks === undefined || at >= masks.length) continue;
      low |= masks[at] ?? 0;
      high |= masks[at + 1] ?? 0;
    }
    const { active } = this;
    let count = 0;
    for (let bits = ~low & this.all[0]; bits !== 0; bits &= bits - 1) {
      active[count++] = 31 - Math.clz32(bits & -bits);
    }
    for (let bits = ~high & this.all[1]; bits !== 0; bits &= bits - 1) {
      active[count++] = 63 - Math.clz32(bits & -bits);
    }
    return { count, list: active };
  }
}

const functionsMax = 64;
