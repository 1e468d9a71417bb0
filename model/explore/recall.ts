// Memoising by what was read: a pure function of a state is run once for each distinct outcome of its own reads, however
// large the state is. Its reads form a decision tree; to recall a result is to walk that tree. Not a cache: exact, and
// nothing is forgotten. The function must read through a `Lens` only.

import { type Aspect, Columns } from './aspect.ts';
import { grown, PairMap } from './pair-map.ts';

/** A number that a word determines: the word itself, or the number of one aspect of what it stands for. */
export interface Probe {
  word: number;
  /** Null: the word itself. */
  aspect: Aspect | null;
  /** Which of two states is read: the one before a step, or the one after it. */
  isAfter: boolean;
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
  readonly columns: Columns = new Columns();
  /** Of each probe; -1: it reads the word itself. */
  private readonly columnOf: number[] = [];
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
    const column = aspect === null ? -1 : this.columns.of(aspect);
    const same = this.places.findIndex(
      (place, at) => place === word && this.columnOf[at] === column,
    );
    this.columnOf.push(column);
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
    const word = this.words[this.placeOf(probe)] ?? 0;
    const column = this.column(probe);
    return column < 0 ? word : this.columns.number(column, word);
  }

  placeOf(probe: number): number {
    return this.places[probe] ?? 0;
  }

  /** The column that the probe reads; -1: it reads the word itself. */
  column(probe: number): number {
    return this.columnOf[probe] ?? -1;
  }

  note(probe: number): number {
    const value = this.read(probe);
    if (!this.isKnown(probe)) this.noted.push({ probe, value });
    return value;
  }

  /** The aspect itself, noted. */
  see(probe: number): unknown {
    return this.columns.aspect(this.column(probe))?.value(this.note(probe));
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
        one.probe === probe || (this.places[one.probe] === place && this.column(one.probe) < 0),
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
  /** Nodes: what each reads, by place and column; how many values it has room for; its probe; what follows a value. */
  private cells = new Int32Array(64);
  private used = headSize;
  /** What follows the values for which a node has no room. */
  private readonly others = new PairMap();

  constructor(lens: Lens) {
    this.lens = lens;
  }

  /** The result for the states under the lens, or -1. */
  find(key: number): number {
    const { cells, others } = this;
    const { words, columns } = this.lens;
    const { starts, rooms } = columns;
    let numbers = columns.cells;
    let at = key < this.roots.length ? (this.roots[key] ?? 0) : 0;
    while (at > 0) {
      let value = words[cells[at] ?? 0] ?? 0;
      const column = cells[at + 1] ?? 0;
      if (column >= 0) {
        const cell = value < (rooms[column] ?? 0) ? (starts[column] ?? 0) + value : 0;
        const known = numbers[cell] ?? 0;
        if (known > 0) {
          value = known - 1;
        } else {
          value = columns.number(column, value);
          numbers = columns.cells;
        }
      }
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
      if (this.cells[node + 3] !== probe) throw new Error('a memoised function is not pure');
      [parent, way] = [node, value];
    }
    this.link(parent, way, ~(result + 1));
  }

  /** What is read for a result that is known. */
  trace(key: number): Noted[] {
    const noted: Noted[] = [];
    for (let at = this.follow(0, key); at > 0; ) {
      const probe = this.cells[at + 3] ?? 0;
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
    const column = this.lens.column(probe);
    const room = value < roomMax && column >= 0 ? roomFor(value) : 0;
    const at = this.used;
    this.used += headSize + room;
    while (this.used > this.cells.length) this.cells = grown(this.cells);
    this.cells[at] = this.lens.placeOf(probe);
    this.cells[at + 1] = column;
    this.cells[at + 2] = room;
    this.cells[at + 3] = probe;
    return at;
  }

  /** The node, or another in its stead that has room for the value. */
  private widened(node: number, value: number): number {
    const room = this.cells[node + 2] ?? 0;
    if (room === 0 || value < room || value >= roomMax) return node;
    const larger = this.node(this.cells[node + 3] ?? 0, value);
    const from = node + headSize;
    this.cells.copyWithin(larger + headSize, from, from + room);
    return larger;
  }
}

const headSize = 4;
/** Values from here on are looked up in a table that all nodes share. */
const roomMax = 64;

const roomFor = (value: number): number => Math.max(2, 2 ** (32 - Math.clz32(value)));
