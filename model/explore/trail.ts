// The way back of every state: its parent, and which choice of the parent it was.

import { grown } from './pair-map.ts';

export class Trail {
  private size = 0;
  private parents = new Int32Array(1024);
  private choices = new Uint16Array(1024);

  push(parent: number, choice: number): void {
    if (choice > choicesMax) throw new Error(`a state has more than ${choicesMax} choices`);
    if (this.size === this.parents.length) {
      this.parents = grown(this.parents);
      const choices = new Uint16Array(2 * this.choices.length);
      choices.set(this.choices);
      this.choices = choices;
    }
    this.parents[this.size] = parent;
    this.choices[this.size] = choice;
    this.size++;
  }

  /** The choices that lead from the first state to this one. */
  to(id: number): number[] {
    const way: number[] = [];
    for (let at = id; at > 0; at = this.parents[at] ?? 0) way.push(this.choices[at] ?? 0);
    return way.reverse();
  }

  get bytes(): number {
    return this.parents.byteLength + this.choices.byteLength;
  }
}

const choicesMax = 2 ** 16 - 1;
