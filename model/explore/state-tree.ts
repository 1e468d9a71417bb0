// All states seen, exactly: a state is a tree of tuples over its words, so what states share is kept once and a state
// costs one pair at the root. A state's number is the order of its coming. (Laarman, van de Pol, Weber 2011: "Parallel
// recursive state compression for free"; here the tree has up to four branches and is not parallel.)

import { type Arity, TupleTable } from './tuple-table.ts';

/** A child of a node: a word or, complemented, another node. */
type Child = number;

interface Node {
  /** Four, of which as many count as the tuple has; a word that no state has stands for the others. */
  children: readonly [Child, Child, Child, Child];
  arity: Arity;
  mask: number;
  table: TupleTable;
}

export class StateTree {
  private readonly nodes: Node[] = [];
  private readonly width: number;
  /** The tuple of each node in the state last unfolded, and in the state being added. */
  private readonly base: Int32Array;
  private readonly fresh: Int32Array;
  private readonly root: TupleTable;

  /** `core` splits the words at the root: the first so many, and the rest. */
  constructor(width: number, core: number) {
    if (width < 1 || width > wordsMax) throw new Error(`a state has 1 to ${wordsMax} words`);
    if (core < 1 || core > width) throw new Error(`a core has 1 to ${width} words, not ${core}`);
    this.width = width;
    const range = (from: number, to: number): Child[] =>
      Array.from({ length: to - from }, (_, at) => from + at);
    const first = this.plantUnder(range(0, core));
    const rest = core === width ? width : this.plantUnder(range(core, width));
    this.root = this.plant([first, rest]).table;
    this.base = new Int32Array(this.nodes.length);
    this.fresh = new Int32Array(this.nodes.length);
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
        const { children, arity, table } = node;
        const [a, b, c, d] = children;
        const first = a >= 0 ? (words[a] ?? 0) : (fresh[~a] ?? 0);
        const second = b >= 0 ? (words[b] ?? 0) : (fresh[~b] ?? 0);
        if (arity === 2) {
          id = table.id(first, second, 0, 0);
        } else {
          const third = c >= 0 ? (words[c] ?? 0) : (fresh[~c] ?? 0);
          const fourth = arity === 3 ? 0 : d >= 0 ? (words[d] ?? 0) : (fresh[~d] ?? 0);
          id = table.id(first, second, third, fourth);
        }
      }
      fresh[at] = id;
    }
    return id;
  }

  /** The number of a state's core: equal cores have equal numbers, in the order of their coming. */
  coreOf(id: number): number {
    return this.root.part(id, 0);
  }

  unfold(id: number, words: Int32Array): void {
    const { nodes, base, width } = this;
    base[nodes.length - 1] = id;
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at];
      if (node === undefined) break;
      const { children, arity, table } = node;
      const tuple = base[at] ?? 0;
      for (let place = 0; place < arity; place++) {
        const child = children[place] ?? 0;
        const part = table.part(tuple, place);
        if (child < 0) base[~child] = part;
        else if (child < width) words[child] = part;
      }
    }
  }

  /** Nodes of four over these, and over those again, until one is left. */
  private plantUnder(children: readonly Child[]): Child {
    const [only] = children;
    if (only !== undefined && children.length === 1) return only;
    const parents: Child[] = [];
    for (let from = 0; from < children.length; from += aritiesMax) {
      const group = children.slice(from, from + aritiesMax);
      const [lone] = group;
      if (lone !== undefined && group.length === 1) {
        parents.push(lone);
      } else {
        this.plant(group);
        parents.push(~(this.nodes.length - 1));
      }
    }
    return this.plantUnder(parents);
  }

  /** Nodes come after their children; the root is last. */
  private plant(children: readonly Child[]): Node {
    const arity = arityOf(children.length);
    const at = (place: number): Child => children[place] ?? this.width;
    const mask = children.reduce(
      (all, child) => all | (child < 0 ? (this.nodes[~child]?.mask ?? 0) : 1 << child),
      0,
    );
    const node: Node = {
      children: [at(0), at(1), at(2), at(3)],
      arity,
      mask,
      table: new TupleTable(arity),
    };
    this.nodes.push(node);
    return node;
  }
}

/** A word is a bit of a mask, and one bit is left over for the word that no state has. */
const wordsMax = 31;
const aritiesMax = 4;

function arityOf(children: number): Arity {
  if (children === 2 || children === 3 || children === 4) return children;
  throw new Error(`a node has 2 to ${aritiesMax} children, not ${children}`);
}
