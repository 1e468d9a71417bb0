// Which of many functions have nothing to do in a state, as far as a single word settles it: looked up before any of
// them is run or recalled.

import { grown } from './pair-map.ts';

export class IdleTable {
  private readonly functions: number;
  /** Masks of 32 functions each. */
  private readonly groups: number;
  /** Of each word, as many masks for each of its values. */
  private readonly masks: Int32Array[];
  private readonly idle: Int32Array;
  private readonly active: Int32Array;

  constructor(words: number, functions: number) {
    this.functions = functions;
    this.groups = Math.ceil(functions / 32);
    this.masks = Array.from({ length: words }, () => new Int32Array(32 * this.groups));
    this.idle = new Int32Array(this.groups);
    this.active = new Int32Array(functions);
  }

  /** From now on this value of the word makes the function idle. */
  settle(word: number, value: number, at: number): void {
    const { groups } = this;
    let masks = this.masks[word] ?? new Int32Array(0);
    while (groups * (value + 1) > masks.length) masks = grown(masks);
    this.masks[word] = masks;
    const group = groups * value + (at >>> 5);
    masks[group] = (masks[group] ?? 0) | (1 << (at & 31));
  }

  /** The functions that are not known to be idle, in order: the first so many numbers of a list that is reused. */
  activeIn(state: Int32Array): { count: number; list: Int32Array } {
    const { groups, idle, active, functions } = this;
    idle.fill(0);
    for (let word = 0; word < state.length; word++) {
      const masks = this.masks[word];
      const at = groups * (state[word] ?? 0);
      if (masks === undefined || at >= masks.length) continue;
      for (let group = 0; group < groups; group++) {
        idle[group] = (idle[group] ?? 0) | (masks[at + group] ?? 0);
      }
    }
    let count = 0;
    for (let group = 0; group < groups; group++) {
      for (let bits = ~(idle[group] ?? 0); bits !== 0; bits &= bits - 1) {
        const at = 32 * group + 31 - Math.clz32(bits & -bits);
        if (at < functions) active[count++] = at;
      }
    }
    return { count, list: active };
  }
}
