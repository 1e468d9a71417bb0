// Steps as the explorer makes them: what a family of steps does wherever it reads the same, each with a number of its own.
// Not what a step is called or who does what in it: that is its kind.

import type { Lens } from '../explore/recall.ts';
import type { DraftMade } from './draft.ts';

export interface Template extends DraftMade {
  step: number;
}

export class Templates {
  private readonly lens: Lens;
  private readonly kinds: number[] = [];
  private readonly all: Template[] = [];
  /** The probes that the family read before it came to the step. */
  private readonly reads: Int32Array[] = [];

  constructor(lens: Lens) {
    this.lens = lens;
  }

  add({ kind, reads, ...made }: DraftMade & { kind: number; reads: Int32Array }): Template {
    const template = { ...made, step: this.all.length };
    this.all.push(template);
    this.kinds.push(kind);
    this.reads.push(reads);
    return template;
  }

  kindOf(step: number): number {
    return this.kinds[step] ?? this.refuse(step);
  }

  /** Whether the probe reads the same wherever this template is made. */
  isSettled(step: number, probe: number): boolean {
    const { lens } = this;
    const { words, codes } = this.all[step] ?? this.refuse(step);
    const place = lens.placeOf(probe);
    const width = lens.before.length;
    if (place >= width) return (codes[words.indexOf(place - width)] ?? -1) >= 0;
    const reads = this.reads[step] ?? this.refuse(step);
    return reads.some(
      (read) => read === probe || (lens.placeOf(read) === place && lens.column(read) < 0),
    );
  }

  private refuse(step: number): never {
    throw new Error(`no step ${step}: ${this.all.length} are known`);
  }
}
