// A number kept for each pair of numbers. A class over typed arrays, because every transition looks up several; nothing
// is ever forgotten.

/** A number kept for each pair: what was worked out once is looked up in one line of the cache. */
export class PairMap {
  private size = 0;
  /** Open addressing, never more than half full; four numbers a slot: whether it is taken, the pair, the number. */
  private slots = new Int32Array(4 * slotsAtFirst);

  /** The number kept for the pair, or -1. */
  get(first: number, second: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = (hash(first, second) << 2) & mask;
    while (slots[at] !== 0) {
      if (slots[at + 1] === first && slots[at + 2] === second) return slots[at + 3] ?? -1;
      at = (at + 4) & mask;
    }
    return -1;
  }

  set(first: number, second: number, value: number): void {
    if (8 * this.size >= this.slots.length) this.rehash();
    this.size += put(this.slots, [first, second, value]);
  }

  get bytes(): number {
    return this.slots.byteLength;
  }

  private rehash(): void {
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] !== 0) put(this.slots, [old[at + 1] ?? 0, old[at + 2] ?? 0, old[at + 3] ?? 0]);
    }
  }
}

/** 1 when the pair is new. */
function put(slots: Int32Array, [first, second, value]: readonly [number, number, number]): 0 | 1 {
  const mask = slots.length - 1;
  let at = (hash(first, second) << 2) & mask;
  while (slots[at] !== 0 && (slots[at + 1] !== first || slots[at + 2] !== second)) {
    at = (at + 4) & mask;
  }
  const isNew = slots[at] === 0 ? 1 : 0;
  slots[at] = 1;
  slots[at + 1] = first;
  slots[at + 2] = second;
  slots[at + 3] = value;
  return isNew;
}

const slotsAtFirst = 256;

export function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** Two rounds of a multiplicative mix: small, dense numbers must reach all bits of a slot. */
function hash(first: number, second: number): number {
  let mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}
