// Memoising by what was read: a pure function of a state is run once for each distinct outcome of its own reads, however
// large the state is. Its reads form a decision tree; to recall a result is to walk that tree. Not a cache: exact, and
// nothing is forgotten. The function must read through a `Lens` only.

import { grown, PairMap } from './pair-map.ts';

/** A number that a word determines: the word itself, or the number of one aspect of what it stands for. */
export interface Probe {
  word: number;
  /** Null: the word itself. */
  aspect: Aspect | null;
  /** Which of two states is read: the one before a step, or the one after it. */
  isAfter: boolean;
}

/** An aspect of the values of one kind of word, numbered; equal aspects have equal numbers. */
export class Aspect {
  /** By word; -1 is unknown. */
  ids = new Int32Array(64).fill(-1);
  private readonly values: unknown[] = [];
  private readonly known = new Map<unknown, number>();
  private readonly of: (word: number) => unknown;

  constructor(of: (word: number) => unknown) {
    this.of = of;
  }

  id(word: number): number {
    const { ids } = this;
    const id = word < ids.length ? (ids[word] ?? -1) : -1;
    return id < 0 ? this.add(word) : id;
  }

  value(id: number): unknown {
    return this.values[id];
  }

  private add(word: number): number {
    const value = this.of(word);
    const key = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    let id = this.known.get(key);
    if (id === undefined) {
      id = this.values.length;
      this.known.set(key, id);
      this.values.push(value);
    }
    while (word >= this.ids.length) {
      const length = this.ids.length;
      this.ids = grown(this.ids);
      this.ids.fill(-1, length);
    }
    this.ids[word] = id;
    return id;
  }
}

export interface Noted {
  probe: number;
  value: number;
}

/** What a function reads the two states through; it notes every read of a probe, once. */
export class Lens {
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** Both states, so that a probe is one place. */
  readonly words: Int32Array;
  private readonly places: number[] = [];
  private readonly aspects: (Aspect | null)[] = [];
  /** Of each probe, the one that reads the same before the step. */
  private readonly befores: number[] = [];
  private readonly noted: Noted[] = [];

  constructor(width: number) {
    this.words = new Int32Array(2 * width);
    this.before = this.words.subarray(0, width);
    this.after = this.words.subarray(width);
  }

  /** The number of a new probe. */
  probe({ word, aspect, isAfter }: Probe): number {
    const same = this.places.findIndex(
      (place, at) => place === word && this.aspects[at] === aspect,
    );
    this.aspects.push(aspect);
    const probe = this.places.push(word + (isAfter ? this.before.length : 0)) - 1;
    this.befores.push(same < 0 ? probe : same);
    return probe;
  }

  /** Where a step leaves the probe's word as it was: the probe that reads the same before it. */
  unchanged(probe: number, changed: number): number {
    const word = this.placeOf(probe) - this.before.length;
    return word >= 0 && (changed & (1 << word)) === 0 ? (this.befores[probe] ?? probe) : probe;
  }

  /** The number that the probe has in the state; not noted. */
  read(probe: number): number {
    const word = this.words[this.places[probe] ?? 0] ?? 0;
    return this.aspectOf(probe)?.id(word) ?? word;
  }

  placeOf(probe: number): number {
    return this.places[probe] ?? 0;
  }

  /** Null: the word itself. */
  aspectOf(probe: number): Aspect | null {
    return this.aspects[probe] ?? null;
  }

  note(probe: number): number {
    const value = this.read(probe);
    if (!this.isKnown(probe)) this.noted.push({ probe, value });
    return value;
  }

  /** The aspect itself, noted. */
  see(probe: number): unknown {
    return this.aspects[probe]?.value(this.note(probe));
  }

  /** Runs it with nothing noted before. */
  noting<T>(run: () => T): { result: T; noted: readonly Noted[] } {
    this.noted.length = 0;
    return { result: run(), noted: [...this.noted] };
  }

  /** The word of the state before the step, when these reads are of it alone. */
  onlyWordOf(noted: readonly Noted[]): number | null {
    const places = new Set(noted.map(({ probe }) => this.placeOf(probe)));
    const [place] = places;
    return place === undefined || places.size > 1 || place >= this.before.length ? null : place;
  }

  /** Who has read a word has read all its aspects. */
  private isKnown(probe: number): boolean {
    const place = this.places[probe];
    return this.noted.some(
      (one) =>
        one.probe === probe ||
        (this.places[one.probe] === place && this.aspects[one.probe] === null),
    );
  }
}

/** The decision trees of one function, one for each key that it is run with. Results are numbers from 0. */
export class Recall {
  private readonly lens: Lens;
  private readonly branches = new PairMap();
  /** What a node reads: a place of the lens, and an aspect of what stands there. */
  private readonly nodes: number[] = [];
  private places = new Int32Array(16);
  private readonly aspects: (Aspect | null)[] = [];
  /** Of each key: a node, or a result plus one, complemented; -1 is unknown. */
  private roots = new Int32Array(1).fill(nowhere);

  constructor(lens: Lens) {
    this.lens = lens;
  }

  /** The result for the states under the lens, or -1. */
  find(key: number): number {
    const { branches, places, aspects } = this;
    const { words } = this.lens;
    let at = key < this.roots.length ? (this.roots[key] ?? nowhere) : nowhere;
    while (at >= 0) {
      const word = words[places[at] ?? 0] ?? 0;
      const aspect = aspects[at] ?? null;
      at = branches.get(at, aspect === null ? word : aspect.id(word));
    }
    return at === nowhere ? -1 : ~at - 1;
  }

  learn(key: number, noted: readonly Noted[], result: number): void {
    while (key >= this.roots.length) {
      const length = this.roots.length;
      this.roots = grown(this.roots);
      this.roots.fill(nowhere, length);
    }
    const leaf = ~(result + 1);
    let at = this.roots[key] ?? nowhere;
    const [first] = noted;
    if (at === nowhere) {
      at = first === undefined ? leaf : this.node(first.probe);
      this.roots[key] = at;
    }
    noted.forEach(({ probe, value }, index) => {
      if (this.nodes[at] !== probe) throw new Error('a memoised function is not pure');
      const following = noted[index + 1];
      let child = this.branches.get(at, value);
      if (child === nowhere) {
        child = following === undefined ? leaf : this.node(following.probe);
        this.branches.set(at, value, child);
      }
      at = child;
    });
  }

  /** What is read for a result that is known. */
  trace(key: number): Noted[] {
    const way: Noted[] = [];
    let at = this.roots[key] ?? nowhere;
    while (at >= 0) {
      const probe = this.nodes[at] ?? 0;
      const value = this.lens.read(probe);
      way.push({ probe, value });
      at = this.branches.get(at, value);
    }
    return way;
  }

  private node(probe: number): number {
    const at = this.nodes.push(probe) - 1;
    if (at === this.places.length) this.places = grown(this.places);
    this.places[at] = this.lens.placeOf(probe);
    this.aspects.push(this.lens.aspectOf(probe));
    return at;
  }
}

const nowhere = -1;
