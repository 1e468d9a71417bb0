// The steps of one state until all are known, each with what was found in it: then their states are entered together.

import { grown } from './pair-map.ts';

export class Batch {
  size = 0;
  /** Three numbers a step: the step, the words that it may have changed, the finding. */
  private cells = new Int32Array(3 * 64);

  add(step: number, changed: number, finding: number): void {
    const at = 3 * this.size++;
    if (at === this.cells.length) this.cells = grown(this.cells);
    this.cells[at] = step;
    this.cells[at + 1] = changed;
    this.cells[at + 2] = finding;
  }

  step(index: number): number {
    return this.cells[3 * index] ?? 0;
  }

  changed(index: number): number {
    return this.cells[3 * index + 1] ?? 0;
  }

  finding(index: number): number {
    return this.cells[3 * index + 2] ?? 0;
  }
}
