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
  /** Of each probe. */
  readonly aspects: (Aspect | null)[] = [];
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

/**
 * The decision trees of one function, one for each key that it is run with. Results are numbers from 0. A tree goes on
 * at a node (a positive number) or ends in a result (a negative one).
 */
export class Recall {
  private readonly lens: Lens;
  /** Of each key. */
  private roots = new Int32Array(1);
  /** Nodes, each its place, its probe, how many values it has room for, and what follows each of these. */
  private cells = new Int32Array(64);
  private used = headSize;
  /** What follows the values for which a node has no room. */
  private readonly others = new PairMap();

  constructor(lens: Lens) {
    this.lens = lens;
  }

  /** The result for the states under the lens, or -1. */
  find(key: number): number {
    const { cells, others, lens } = this;
    const { words, aspects } = lens;
    let at = key < this.roots.length ? (this.roots[key] ?? 0) : 0;
    while (at > 0) {
      const aspect = aspects[cells[at + 1] ?? 0] ?? null;
      const word = words[cells[at] ?? 0] ?? 0;
      const value = aspect === null ? word : aspect.id(word);
      at =
        value < (cells[at + 2] ?? 0) ? (cells[at + headSize + value] ?? 0) : others.get(at, value);
    }
    return at < -1 ? ~at - 1 : -1;
  }

  learn(key: number, noted: readonly Noted[], result: number): void {
    while (key >= this.roots.length) this.roots = grown(this.roots);
    let [parent, way] = [0, key];
    for (const { probe, value } of noted) {
      const child = this.follow(parent, way);
      const node = child > 0 ? this.widened(child, value) : this.node(probe, value);
      if (node !== child) this.link(parent, way, node);
      if (this.cells[node + 1] !== probe) throw new Error('a memoised function is not pure');
      [parent, way] = [node, value];
    }
    this.link(parent, way, ~(result + 1));
  }

  /** What is read for a result that is known. */
  trace(key: number): Noted[] {
    const noted: Noted[] = [];
    for (let at = this.follow(0, key); at > 0; ) {
      const probe = this.cells[at + 1] ?? 0;
      const value = this.lens.read(probe);
      noted.push({ probe, value });
      at = this.follow(at, value);
    }
    return noted;
  }

  /** What follows a value at a node; a key at none. */
  private follow(node: number, value: number): number {
    if (node === 0) return this.roots[value] ?? 0;
    if (value < (this.cells[node + 2] ?? 0)) return this.cells[node + headSize + value] ?? 0;
    return this.others.get(node, value);
  }

  private link(node: number, value: number, next: number): void {
    if (node === 0) this.roots[value] = next;
    else if (value < (this.cells[node + 2] ?? 0)) this.cells[node + headSize + value] = next;
    else this.others.set(node, value, next);
  }

  private node(probe: number, value: number): number {
    const room = value < roomMax && this.lens.aspectOf(probe) !== null ? roomFor(value) : 0;
    const at = this.used;
    this.used += headSize + room;
    while (this.used > this.cells.length) this.cells = grown(this.cells);
    this.cells[at] = this.lens.placeOf(probe);
    this.cells[at + 1] = probe;
    this.cells[at + 2] = room;
    return at;
  }

  /** The node, or another in its stead that has room for the value. */
  private widened(node: number, value: number): number {
    const room = this.cells[node + 2] ?? 0;
    if (room === 0 || value < room || value >= roomMax) return node;
    const larger = this.node(this.cells[node + 1] ?? 0, value);
    const from = node + headSize;
    this.cells.copyWithin(larger + headSize, from, from + room);
    return larger;
  }
}

const headSize = 3;
/** Values from here on are looked up in a table that all nodes share. */
const roomMax = 64;

const roomFor = (value: number): number => Math.max(2, 2 ** (32 - Math.clz32(value)));
