// The state after a step while the step is being made: what is known of its words, and what is still to be done to
// those that nobody has read. A word that is not read stays out of what the step depends on.

import type { Component } from '../component.ts';
import type { Lens } from '../explore/recall.ts';

/** What a step does to each word that it touches. */
export interface DraftMade {
  /** A bit for each word that it touches. */
  changed: number;
  words: readonly number[];
  /** The word after it or, complemented, the sequence of operations that makes it. */
  codes: readonly number[];
}

/** A word that a component steps, with the probe that reads it before the step. */
export interface Steppable {
  probe: number;
  component: Component<unknown, unknown> | null;
}

export class Draft {
  private readonly lens: Lens;
  private readonly words: readonly Steppable[];
  private readonly fixed = new Map<number, number>();
  private readonly pending = new Map<number, unknown[]>();
  /** Written without being read: whether it changes depends on nothing known. */
  private readonly blind = new Set<number>();

  constructor(lens: Lens, words: readonly Steppable[]) {
    this.lens = lens;
    this.words = words;
  }

  read(at: number): number {
    const known = this.fixed.get(at);
    const base = known ?? this.lens.note(this.word(at).probe);
    const operations = this.pending.get(at);
    this.pending.delete(at);
    const value = operations === undefined ? base : this.applied(at, base, operations);
    this.fixed.set(at, value);
    return value;
  }

  write(at: number, value: number): void {
    this.pending.delete(at);
    if (!this.fixed.has(at)) this.blind.add(at);
    this.fixed.set(at, value);
  }

  operate(at: number, operation: unknown): void {
    const known = this.fixed.get(at);
    if (known !== undefined) {
      this.fixed.set(at, this.applied(at, known, [operation]));
      return;
    }
    const operations = this.pending.get(at);
    if (operations === undefined) this.pending.set(at, [operation]);
    else operations.push(operation);
  }

  made(): DraftMade {
    const words: number[] = [];
    const codes: number[] = [];
    let changed = 0;
    const touch = (at: number, code: number): void => {
      words.push(at);
      codes.push(code);
      changed |= 1 << at;
    };
    for (const [at, value] of this.fixed) {
      if (this.blind.has(at) || value !== this.lens.read(this.word(at).probe)) touch(at, value);
    }
    for (const [at, operations] of this.pending) {
      touch(at, ~this.componentOf(at).sequence(operations));
    }
    return { changed, words, codes };
  }

  private applied(at: number, value: number, operations: readonly unknown[]): number {
    const component = this.componentOf(at);
    return component.apply(value, component.sequence(operations));
  }

  private componentOf(at: number): Component<unknown, unknown> {
    const { component } = this.word(at);
    if (component === null) throw new Error(`nothing steps word ${at}`);
    return component;
  }

  private word(at: number): Steppable {
    const word = this.words[at];
    if (word === undefined) throw new Error(`a state has no word ${at}`);
    return word;
  }
}
