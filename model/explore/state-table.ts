// All states seen, exactly: each packed into as few bits as its words need, found again by an open table of numbers. A
// state's number is the order of its coming. Nothing is hashed away: whole states are compared.

import { createLayout, type Layout } from './packing.ts';
import { grown } from './pair-map.ts';

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
  /** The state last unfolded. */
  private base: Int32Array;
  /** States that are packed and not entered yet, and their hashes. */
  private staged: Int32Array;
  private hashes: Int32Array = new Int32Array(64);
  private stagedSize = 0;
  /** What `fetch` read last, kept so that it does read. */
  touched = 0;
  /** For states that are packed anew. */
  private readonly scratch: Int32Array;

  constructor(width: number) {
    if (width < 1 || width > wordsMax) throw new Error(`a state has 1 to ${wordsMax} words`);
    this.width = width;
    this.layout = createLayout(new Uint8Array(width));
    const { stride } = this.layout;
    this.packed = new Int32Array(stride * statesAtFirst);
    this.base = new Int32Array(stride);
    this.staged = new Int32Array(stride);
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
    this.stage(words, changed);
    const id = this.enter(this.stagedSize - 1);
    this.stagedSize--;
    return id;
  }

  /** Packs a state, to be entered when others are packed too. */
  stage(words: Int32Array, changed: number): void {
    this.pack(words, changed);
    const { staged, stagedSize } = this;
    const { stride } = this.layout;
    const hash = hashOf(staged, stride * stagedSize, stride);
    if (stagedSize === this.hashes.length) this.hashes = grown(this.hashes);
    this.hashes[stagedSize] = hash;
    this.stagedSize++;
  }

  /**
   * Reads where the staged states are likely to stand, all in a row, so that the memory is fetched for all at once and
   * is near when they are entered. Nothing depends on what is read.
   */
  fetch(): void {
    const { slots, hashes, packed, stagedSize } = this;
    const { stride } = this.layout;
    const mask = slots.length - 1;
    let touched = 0;
    for (let at = 0; at < stagedSize; at++) touched ^= slots[(hashes[at] ?? 0) & mask] ?? 0;
    for (let at = 0; at < stagedSize; at++) {
      const number = (slots[(hashes[at] ?? 0) & mask] ?? 0) & mask;
      touched ^= packed[number > 0 ? stride * (number - 1) : 0] ?? 0;
    }
    this.touched = touched;
  }

  /** The number of a state that is staged, by its place among these; they are entered in their order, from 0 on. */
  enter(index: number): number {
    const { layout, packed, slots, staged, hashes } = this;
    const { stride } = layout;
    const from = stride * index;
    const hash = hashes[index] ?? 0;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const taken = slots[slot] ?? 0;
      if (taken === 0) break;
      if (((taken ^ hash) & ~mask) === 0) {
        const id = (taken & mask) - 1;
        const at = stride * id;
        let place = 0;
        while (place < stride && packed[at + place] === staged[from + place]) place++;
        if (place === stride) return id;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.size++;
    slots[slot] = (hash & ~mask) | (id + 1);
    const at = stride * id;
    for (let place = 0; place < stride; place++) packed[at + place] = staged[from + place] ?? 0;
    if (stride * (id + 2) > packed.length) this.packed = grown(packed);
    if (3 * this.size >= 2 * slots.length) this.rehash(2 * slots.length);
    return id;
  }

  /** The words of a state that is staged. */
  unpack(index: number, words: Int32Array): void {
    unpack(this.layout, this.staged, this.layout.stride * index, words);
  }

  /** Those that are staged and were not entered are forgotten. */
  clear(): void {
    this.stagedSize = 0;
  }

  unfold(id: number, words: Int32Array): void {
    const { base, packed, layout } = this;
    const { stride } = layout;
    for (let place = 0; place < stride; place++) base[place] = packed[stride * id + place] ?? 0;
    unpack(layout, base, 0, words);
  }

  /** Packs the state into the place after those that are staged. */
  private pack(words: Int32Array, changed: number): void {
    const { base, width } = this;
    const { stride, ones, places, shifts, masks } = this.layout;
    const from = stride * this.stagedSize;
    while (from + stride > this.staged.length) this.staged = grown(this.staged);
    const { staged } = this;
    for (let place = 0; place < stride; place++) staged[from + place] = base[place] ?? 0;
    for (let bits = changed & (2 ** width - 1); bits !== 0; bits &= bits - 1) {
      const word = 31 - Math.clz32(bits & -bits);
      const value = words[word] ?? 0;
      if ((value & ~(ones[word] ?? 0)) !== 0) {
        this.widen(words);
        this.pack(words, changed);
        return;
      }
      const at = from + (places[word] ?? 0);
      staged[at] = ((staged[at] ?? 0) & ~(masks[word] ?? 0)) | (value << (shifts[word] ?? 0));
    }
  }

  /** Packs all states anew, with room for these words. */
  private widen(words: Int32Array): void {
    const negative = words.find((value) => value < 0);
    if (negative !== undefined) throw new Error(`a word is 0 or more, not ${negative}`);
    const { layout: old, size, stagedSize, hashes } = this;
    this.layout = createLayout(this.needs(words));
    const { stride } = this.layout;
    this.packed = this.repacked(this.packed, old, size);
    this.base = this.repacked(this.base, old, 1);
    this.staged = this.repacked(this.staged, old, stagedSize);
    for (let at = 0; at < stagedSize; at++) hashes[at] = hashOf(this.staged, stride * at, stride);
    this.rehash(this.slots.length);
  }

  /** So many states, packed as they were, in the layout that is now. */
  private repacked(from: Int32Array, old: Layout, size: number): Int32Array {
    const { layout, scratch } = this;
    const to = new Int32Array((from.length / old.stride) * layout.stride);
    for (let at = 0; at < size; at++) {
      unpack(old, from, old.stride * at, scratch);
      pack(layout, scratch, to, layout.stride * at);
    }
    return to;
  }

  /** The bits that each word takes where it is largest, in these words or a state. */
  private needs(words: Int32Array): Uint8Array {
    const { layout, packed, size, staged, stagedSize, scratch } = this;
    const { stride } = layout;
    const all = new Int32Array(stride);
    const join = (tuples: Int32Array, count: number): void => {
      for (let at = 0; at < stride * count; at++) {
        all[at % stride] = (all[at % stride] ?? 0) | (tuples[at] ?? 0);
      }
    };
    join(packed, size);
    join(staged, stagedSize);
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
