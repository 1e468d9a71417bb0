// A set of states that are fixed numbers of 32-bit words, kept in typed arrays: a state costs its words, two words
// for its way back, and its share of the table. Not a map: a state's number is the order of its coming.

export interface StateSet {
  readonly size: number;
  /** The number of the state, and whether it is new. */
  add(words: readonly number[]): { id: number; isNew: boolean };
  read(id: number, into: number[]): void;
}

export function createStateSet(width: number): StateSet {
  let words = new Uint32Array(width * 1024);
  let table = new Int32Array(4096).fill(-1);
  let size = 0;
  const isAt = (id: number, state: readonly number[]): boolean => {
    for (let i = 0; i < width; i++) if (words[id * width + i] !== state[i]) return false;
    return true;
  };
  const slotOf = (state: readonly number[]): number => {
    let slot = hash(state) & (table.length - 1);
    for (;;) {
      const id = table[slot] ?? -1;
      if (id < 0 || isAt(id, state)) return slot;
      slot = (slot + 1) & (table.length - 1);
    }
  };
  const grow = (): void => {
    if ((size + 1) * width > words.length) {
      const larger = new Uint32Array(words.length * 2);
      larger.set(words);
      words = larger;
    }
    if (size * 2 < table.length) return;
    table = new Int32Array(table.length * 2).fill(-1);
    const state = new Array<number>(width).fill(0);
    for (let id = 0; id < size; id++) {
      for (let i = 0; i < width; i++) state[i] = words[id * width + i] ?? 0;
      table[slotOf(state)] = id;
    }
  };
  return {
    get size() {
      return size;
    },
    add(state) {
      const slot = slotOf(state);
      const known = table[slot] ?? -1;
      if (known >= 0) return { id: known, isNew: false };
      table[slot] = size;
      words.set(state, size * width);
      size++;
      grow();
      return { id: size - 1, isNew: true };
    },
    read(id, into) {
      for (let i = 0; i < width; i++) into[i] = words[id * width + i] ?? 0;
    },
  };
}

/** FNV-1a over words, with a last mix so that small numbers reach the low bits. */
function hash(state: readonly number[]): number {
  let mixed = 0x811c9dc5;
  for (const word of state) mixed = Math.imul(mixed ^ word, 0x01000193) ^ (mixed >>> 15);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
