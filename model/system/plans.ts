// Plans: what a family of steps does wherever it reads the same, as numbers in one array, because every state follows a
// dozen. A step has a number of its own in each plan; what it is called and who does what in it is its kind.

import { grown } from '../explore/pair-map.ts';
import type { Lens } from '../explore/recall.ts';
import type { DraftMade } from './draft.ts';

export interface Planned extends DraftMade {
  kind: number;
}

export class Plans {
  /**
   * A plan: how many steps it has, and the word whose value alone makes its family idle, or -1. Then each step: its
   * number, a bit for each word that it touches, how many these are, and each with its code (`DraftMade`).
   */
  cells = new Int32Array(1024);
  private used = 0;
  private readonly lens: Lens;
  /** Of each step: its kind, where it stands, and the probes that its family read before it came to it. */
  private readonly kinds: number[] = [];
  private readonly places: number[] = [];
  private readonly reads: Int32Array[] = [];

  constructor(lens: Lens) {
    this.lens = lens;
  }

  /** Where the plan stands. */
  add(
    steps: readonly Planned[],
    { reads, settledBy }: { reads: Int32Array; settledBy: number | null },
  ): number {
    const at = this.used;
    this.put(steps.length, settledBy ?? -1);
    for (const { kind, changed, words, codes } of steps) {
      const step = this.kinds.push(kind) - 1;
      this.reads.push(reads);
      this.places.push(this.used);
      this.put(step, changed, words.length);
      words.forEach((word, index) => {
        this.put(word, codes[index] ?? 0);
      });
    }
    return at;
  }

  kindOf(step: number): number {
    return this.kinds[step] ?? this.refuse(step);
  }

  /** Whether the probe reads the same wherever this step is made. */
  isSettled(step: number, probe: number): boolean {
    const { lens } = this;
    const place = lens.placeOf(probe);
    const width = lens.before.length;
    if (place >= width) return this.codeOf(step, place - width) >= 0;
    const reads = this.reads[step] ?? this.refuse(step);
    return reads.some(
      (read) => read === probe || (lens.placeOf(read) === place && lens.column(read) < 0),
    );
  }

  /** -1: the step does not touch the word. */
  private codeOf(step: number, word: number): number {
    const { cells } = this;
    const place = this.places[step] ?? this.refuse(step);
    const first = place + stepHead;
    const end = first + 2 * (cells[place + 2] ?? 0);
    for (let at = first; at < end; at += 2) if (cells[at] === word) return cells[at + 1] ?? -1;
    return -1;
  }

  private put(...numbers: readonly number[]): void {
    while (this.used + numbers.length > this.cells.length) this.cells = grown(this.cells);
    this.cells.set(numbers, this.used);
    this.used += numbers.length;
  }

  private refuse(step: number): never {
    throw new Error(`no step ${step}: ${this.kinds.length} are known`);
  }
}

/** The numbers of a plan and of a step before what follows. */
export const planHead = 2;
export const stepHead = 3;
