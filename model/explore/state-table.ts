// All states seen, exactly: each packed into as few bits as its words need, found again by an open table of numbers. A
// state's number is the order of its coming. Nothing is hashed away: whole states are compared.

import { createLayout, type Layout } from './packing.ts';

export class StateTable {
  size = 0;
  private readonly width: number;
  private layout: Layout;
  /** State `id` stands at `stride * id`. */
  private packed: Int32Array;
  /**
   * Open addressing. A slot holds the number of a state plus one and above it, in the bits that no number needs, those
   * of its hash that its place does not tell; 0 is free.
   */
  private slots: Int32Array = new Int32Array(slotsAtFirst);
  /** The state last unfolded, and the one being added. */
  private base: Int32Array;
  private fresh: Int32Array;
  /** For states that are packed anew. */
  private readonly scratch: Int32Array;

  constructor(width: number) {
    if (width < 1 || width > wordsMax) throw new Error(`a state has 1 to ${wordsMax} words`);
    this.width = width;
    this.layout = createLayout(new Uint8Array(width));
    const { stride } = this.layout;
    this.packed = new Int32Array(stride * statesAtFirst);
    this.base = new Int32Array(stride);
    this.fresh = new Int32Array(stride);
    this.scratch = new Int32Array(width);
  }

  /** Of what is filled; what a table has in reserve beyond that is not touched. */
  get bytes(): number {
    return 4 * this.layout.stride * this.size + this.slots.byteLength;
  }

  /**
   * The number of the state. `changed` has a bit for each word in which it may differ from the state last unfolded; with
   * all bits (-1) it need not be like any.
   */
  add(words: Int32Array, changed: number): number {
    this.freshen(words, changed);
    const { layout, packed, slots, fresh } = this;
    const { stride } = layout;
    const hash = hashOf(fresh, 0, stride);
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const taken = slots[slot] ?? 0;
      if (taken === 0) break;
      if (((taken ^ hash) & ~mask) === 0) {
        const id = (taken & mask) - 1;
        let at = stride * id;
        let place = 0;
        while (place < stride && packed[at] === fresh[place]) {
          at++;
          place++;
        }
        if (place === stride) return id;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.size++;
    slots[slot] = (hash & ~mask) | (id + 1);
    const at = stride * id;
    for (let place = 0; place < stride; place++) packed[at + place] = fresh[place] ?? 0;
    if (stride * (id + 2) > packed.length) this.packed = extended(packed, 2 * packed.length);
    if (3 * this.size >= 2 * slots.length) this.rehash(2 * slots.length);
    return id;
  }

  unfold(id: number, words: Int32Array): void {
    const { base, packed, layout } = this;
    const { stride } = layout;
    for (let place = 0; place < stride; place++) base[place] = packed[stride * id + place] ?? 0;
    unpack(layout, base, 0, words);
  }

  /** Packs the state into `fresh`. */
  private freshen(words: Int32Array, changed: number): void {
    const { base, fresh, width } = this;
    for (let place = 0; place < fresh.length; place++) fresh[place] = base[place] ?? 0;
    const { ones, places, shifts, masks } = this.layout;
    for (let bits = changed & (2 ** width - 1); bits !== 0; bits &= bits - 1) {
      const word = 31 - Math.clz32(bits & -bits);
      const value = words[word] ?? 0;
      if ((value & ~(ones[word] ?? 0)) !== 0) {
        this.widen(words);
        this.freshen(words, changed);
        return;
      }
      const place = places[word] ?? 0;
      fresh[place] = ((fresh[place] ?? 0) & ~(masks[word] ?? 0)) | (value << (shifts[word] ?? 0));
    }
  }

  /** Packs all states anew, with room for these words. */
  private widen(words: Int32Array): void {
    const negative = words.find((value) => value < 0);
    if (negative !== undefined) throw new Error(`a word is 0 or more, not ${negative}`);
    const { layout: old, packed, size, scratch, base } = this;
    this.layout = createLayout(this.needs(words));
    const { stride } = this.layout;
    this.packed = new Int32Array((packed.length / old.stride) * stride);
    for (let id = 0; id < size; id++) {
      unpack(old, packed, old.stride * id, scratch);
      pack(this.layout, scratch, this.packed, stride * id);
    }
    this.base = new Int32Array(stride);
    this.fresh = new Int32Array(stride);
    unpack(old, base, 0, scratch);
    pack(this.layout, scratch, this.base, 0);
    this.rehash(this.slots.length);
  }

  /** The bits that each word takes where it is largest, in these words or a state. */
  private needs(words: Int32Array): Uint8Array {
    const { layout, packed, size, scratch } = this;
    const { stride } = layout;
    const all = new Int32Array(stride);
    for (let at = 0; at < stride * size; at++) {
      all[at % stride] = (all[at % stride] ?? 0) | (packed[at] ?? 0);
    }
    unpack(layout, all, 0, scratch);
    return Uint8Array.from(words, (word, at) => bitsOf(word | (scratch[at] ?? 0)));
  }

  private rehash(length: number): void {
    if (length > slotsMax) throw new Error(`a table of states has ${slotsMax} slots at most`);
    const { packed, size, layout } = this;
    const { stride } = layout;
    const slots = new Int32Array(length);
    const mask = length - 1;
    for (let id = 0; id < size; id++) {
      const hash = hashOf(packed, stride * id, stride);
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = (hash & ~mask) | (id + 1);
    }
    this.slots = slots;
  }
}

function unpack(layout: Layout, from: Int32Array, at: number, words: Int32Array): void {
  const { places, shifts, ones } = layout;
  for (let word = 0; word < places.length; word++) {
    const bits = from[at + (places[word] ?? 0)] ?? 0;
    words[word] = (bits >>> (shifts[word] ?? 0)) & (ones[word] ?? 0);
  }
}

/** Into numbers that are 0. */
function pack(layout: Layout, words: Int32Array, to: Int32Array, at: number): void {
  const { places, shifts } = layout;
  for (let word = 0; word < places.length; word++) {
    const place = at + (places[word] ?? 0);
    to[place] = (to[place] ?? 0) | ((words[word] ?? 0) << (shifts[word] ?? 0));
  }
}

function extended(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

const bitsOf = (value: number): number => 32 - Math.clz32(value);

/** All bits of the state must reach those of its place and those that tell it from its neighbours. */
function hashOf(packed: Int32Array, at: number, stride: number): number {
  let mixed = 0;
  for (let place = 0; place < stride; place++) {
    mixed = Math.imul(mixed ^ (packed[at + place] ?? 0), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** A word is a bit of a mask. */
const wordsMax = 31;
const statesAtFirst = 1024;
const slotsAtFirst = 2048;
/** A number fits beside at least one bit of the hash. */
const slotsMax = 2 ** 30;
