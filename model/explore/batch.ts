// The steps of one state, with the words after each, until all are known: then they are looked at one by one.

import type { LookedAt } from './judge.ts';
import { grown } from './pair-map.ts';

export class Batch {
  size = 0;
  private readonly width: number;
  private steps = new Int32Array(64);
  private changes = new Int32Array(64);
  private words: Int32Array;

  constructor(width: number) {
    this.width = width;
    this.words = new Int32Array(64 * width);
  }

  add(step: number, words: Int32Array, changed: number): void {
    if (this.size === this.steps.length) {
      this.steps = grown(this.steps);
      this.changes = grown(this.changes);
      this.words = grown(this.words);
    }
    const at = this.size++;
    this.steps[at] = step;
    this.changes[at] = changed;
    const { width } = this;
    for (let word = 0; word < width; word++) this.words[width * at + word] = words[word] ?? 0;
  }

  /** Puts the words after the step where they are looked at. */
  lookAt(index: number, looked: LookedAt): void {
    const { width, words } = this;
    looked.step = this.steps[index] ?? 0;
    looked.changed = this.changes[index] ?? 0;
    const { after } = looked;
    for (let word = 0; word < width; word++) after[word] = words[width * index + word] ?? 0;
  }

  clear(): void {
    this.size = 0;
  }
}
