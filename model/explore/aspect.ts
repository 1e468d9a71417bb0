// Aspects of what words stand for, as numbers. The numbers of all aspects lie in one array, a column for each aspect,
// because every transition reads many of them.

import { grown } from './pair-map.ts';

/** An aspect of the values of one kind of word, numbered; equal aspects have equal numbers. */
export class Aspect {
  private readonly values: unknown[] = [];
  private readonly known = new Map<unknown, number>();
  private readonly of: (word: number) => unknown;

  constructor(of: (word: number) => unknown) {
    this.of = of;
  }

  /** Looks at the value itself: who asks keeps the answer. */
  number(word: number): number {
    const value = this.of(word);
    const key = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    let number = this.known.get(key);
    if (number === undefined) {
      number = this.values.push(value) - 1;
      this.known.set(key, number);
    }
    return number;
  }

  value(number: number): unknown {
    return this.values[number];
  }
}

export class Columns {
  /** By word from its start on, the number of the aspect plus one; 0 is unknown. */
  cells = new Int32Array(1024);
  /** Of each column, its first cell and how many there are. */
  starts = new Int32Array(16);
  rooms = new Int32Array(16);
  private readonly aspects: Aspect[] = [];
  /** The first cell is in no column, and never known. */
  private used = 1;

  /** The column of the aspect. */
  of(aspect: Aspect): number {
    const known = this.aspects.indexOf(aspect);
    if (known >= 0) return known;
    const column = this.aspects.push(aspect) - 1;
    while (column >= this.starts.length) {
      this.starts = grown(this.starts);
      this.rooms = grown(this.rooms);
    }
    return column;
  }

  aspect(column: number): Aspect | null {
    return this.aspects[column] ?? null;
  }

  number(column: number, word: number): number {
    const known =
      word < (this.rooms[column] ?? 0) ? (this.cells[(this.starts[column] ?? 0) + word] ?? 0) : 0;
    return known > 0 ? known - 1 : this.learn(column, word);
  }

  private learn(column: number, word: number): number {
    const aspect = this.aspects[column];
    if (aspect === undefined) throw new Error(`there is no column ${column}`);
    const number = aspect.number(word);
    if (word >= (this.rooms[column] ?? 0)) this.move(column, 2 ** (32 - Math.clz32(word | 7)));
    this.cells[(this.starts[column] ?? 0) + word] = number + 1;
    return number;
  }

  /** To the end, where there is room for so many. */
  private move(column: number, room: number): void {
    const [start, old] = [this.starts[column] ?? 0, this.rooms[column] ?? 0];
    while (this.used + room > this.cells.length) this.cells = grown(this.cells);
    this.cells.copyWithin(this.used, start, start + old);
    this.starts[column] = this.used;
    this.rooms[column] = room;
    this.used += room;
  }
}
