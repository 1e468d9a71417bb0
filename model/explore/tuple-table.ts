// Tuples of two to four numbers, each new one numbered in the order of its coming: what the tree of states is made of.
// A class over typed arrays, because every transition looks up several; nothing is ever forgotten.

import { grown } from './pair-map.ts';

export type Arity = 2 | 3 | 4;

export class TupleTable {
  size = 0;
  private readonly arity: Arity;
  /** Tuple `id` stands at `arity * id`, in one line of the cache or two. */
  private tuples: Int32Array;
  /** Open addressing, never more than half full: the number of a tuple plus one, or 0. */
  private slots = new Int32Array(2 * tuplesAtFirst);

  constructor(arity: Arity) {
    this.arity = arity;
    this.tuples = new Int32Array(arity * tuplesAtFirst);
  }

  /** The number of the tuple, of which only as many numbers count as it has; new when that is the size before. */
  id(a: number, b: number, c: number, d: number): number {
    const { tuples, slots, arity } = this;
    const mask = slots.length - 1;
    let slot = hash(a, b, c, d) & mask;
    for (;;) {
      const id = (slots[slot] ?? 0) - 1;
      if (id < 0) return this.add([a, b, c, d], slot);
      const at = arity * id;
      if (
        tuples[at] === a &&
        tuples[at + 1] === b &&
        (arity === 2 || (tuples[at + 2] === c && (arity === 3 || tuples[at + 3] === d)))
      ) {
        return id;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** The number at this place of the tuple. */
  part(id: number, place: number): number {
    return this.tuples[this.arity * id + place] ?? 0;
  }

  get bytes(): number {
    return this.tuples.byteLength + this.slots.byteLength;
  }

  private add(tuple: readonly number[], slot: number): number {
    const { arity } = this;
    const id = this.size++;
    for (let place = 0; place < arity; place++) this.tuples[arity * id + place] = tuple[place] ?? 0;
    this.slots[slot] = id + 1;
    if (arity * (this.size + 1) > this.tuples.length) this.tuples = grown(this.tuples);
    if (2 * this.size >= this.slots.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const slots = new Int32Array(2 * this.slots.length);
    const mask = slots.length - 1;
    const partOf = (id: number, place: number): number =>
      place < this.arity ? this.part(id, place) : 0;
    for (let id = 0; id < this.size; id++) {
      let slot = hash(partOf(id, 0), partOf(id, 1), partOf(id, 2), partOf(id, 3)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.slots = slots;
  }
}

const tuplesAtFirst = 1024;

/** Small, dense numbers must reach all bits of a slot. */
function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  mixed ^= Math.imul(c, 0x27d4eb2f) ^ Math.imul(d, 0x165667b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}
