// All states seen, exactly: a state is a tree of pairs over its words, so what states share is kept once and a state
// costs one pair at the root. A state's number is the order of its coming. (Laarman, van de Pol, Weber 2011: "Parallel
// recursive state compression for free"; here the tree is exact and not parallel.)

import { PairTable } from './pair-table.ts';

/** A child of a node: a word, or, complemented, another node. */
type Child = number;

export class StateTree {
  private readonly width: number;
  private readonly nodes: { left: Child; right: Child; mask: number; table: PairTable }[] = [];
  /** The pair of each node in the state last unfolded, and in the state being added. */
  private readonly base: Int32Array;
  private readonly fresh: Int32Array;
  private readonly root: PairTable;

  /** `core` splits the words at the root: the first so many, and the rest. */
  constructor(width: number, core: number) {
    if (width < 1 || width > wordsMax) throw new Error(`a state has 1 to ${wordsMax} words`);
    if (core < 1 || core > width) throw new Error(`a core has 1 to ${width} words, not ${core}`);
    this.width = width;
    // A state whose core is all of it is paired with nothing.
    const top = this.plant(0, core === width ? width + 1 : width, core);
    this.base = new Int32Array(this.nodes.length);
    this.fresh = new Int32Array(this.nodes.length);
    const root = this.nodes[~top];
    if (root === undefined) throw new Error('a tree has a root');
    this.root = root.table;
  }

  get size(): number {
    return this.root.size;
  }

  get bytes(): number {
    return this.nodes.reduce((sum, { table }) => sum + table.bytes, 0);
  }

  /**
   * The number of the state. `changed` has a bit for each word in which it may differ from the state last unfolded; with
   * all bits (-1) it need not be like any.
   */
  add(words: Int32Array, changed: number): number {
    const { nodes, base, fresh } = this;
    let id = 0;
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at];
      if (node === undefined) break;
      if ((node.mask & changed) === 0) {
        id = base[at] ?? 0;
      } else {
        const { left, right } = node;
        const first = left >= 0 ? (words[left] ?? 0) : (fresh[~left] ?? 0);
        const second = right >= 0 ? (words[right] ?? 0) : (fresh[~right] ?? 0);
        id = node.table.id(first, second);
      }
      fresh[at] = id;
    }
    return id;
  }

  /** The number of a state's core: equal cores have equal numbers, in the order of their coming. */
  coreOf(id: number): number {
    return this.root.first(id);
  }

  unfold(id: number, words: Int32Array): void {
    const { nodes, base, width } = this;
    base[nodes.length - 1] = id;
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at];
      if (node === undefined) break;
      const pair = base[at] ?? 0;
      const { left, right, table } = node;
      if (left >= 0) words[left] = table.first(pair);
      else base[~left] = table.first(pair);
      if (right < 0) base[~right] = table.second(pair);
      else if (right < width) words[right] = table.second(pair);
    }
  }

  /** Nodes come after their children; the root is last. */
  private plant(from: number, to: number, middle = (from + to) >> 1): Child {
    if (to - from === 1) return from;
    const left = this.plant(from, middle);
    const right = this.plant(middle, to);
    let mask = 0;
    for (let word = from; word < to; word++) mask |= 1 << word;
    this.nodes.push({ left, right, mask, table: new PairTable() });
    return ~(this.nodes.length - 1);
  }
}

/** A word is a bit of a mask. */
const wordsMax = 31;
