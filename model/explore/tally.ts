// How often each number was counted; numbers come in order, but for those that came before.

import { grown } from './pair-map.ts';

export class Tally {
  counts = new Int32Array(1024);

  /** Whether the number was never counted before. */
  count(number: number): boolean {
    while (number >= this.counts.length) this.counts = grown(this.counts);
    const before = this.counts[number] ?? 0;
    this.counts[number] = before + 1;
    return before === 0;
  }

  get bytes(): number {
    return this.counts.byteLength;
  }
}
