// The order and nesting of the blocks of a region for a language without goto: reverse postorder,
// dominators, loops and joins. A retreating edge whose target does not dominate its source has no
// place in the nesting; the region is left there. After N. Ramsey, "Beyond Relooper", ICFP 2022.

/** A graph of numbered blocks; `successors[k]` are those of block k. */
export type FlowGraph = { readonly successors: readonly (readonly number[])[] };

export type Structure = {
  /** Blocks that can be reached, and for each its place in reverse postorder, or -1. */
  readonly order: readonly number[];
  readonly place: readonly number[];
  isLoopHeader(block: number): boolean;
  /** The joins that a block dominates directly: the last in order first, as they are nested. */
  joinsOf(block: number): readonly number[];
  isJoin(block: number): boolean;
  /** How an edge is taken: on into the target's own code, to a label, or out of the region. */
  edge(from: number, to: number): 'inline' | 'label' | 'leave';
};

export function structureOf(graph: FlowGraph, root: number): Structure {
  const order = reversePostorder(graph, root);
  const place: number[] = graph.successors.map(() => -1);
  order.forEach((block, k) => {
    place[block] = k;
  });
  const at = (block: number): number => place[block] ?? -1;
  const predecessors: number[][] = graph.successors.map(() => []);
  for (const from of order) {
    for (const to of graph.successors[from] ?? []) predecessors[to]?.push(from);
  }
  const dominators = immediateDominators(order, at, predecessors);
  const dominates = (a: number, b: number): boolean => {
    let block = b;
    while (at(block) > at(a)) block = dominators[block] ?? root;
    return block === a;
  };
  const edge = (from: number, to: number): 'inline' | 'label' | 'leave' => {
    if (at(to) <= at(from)) return dominates(to, from) ? 'label' : 'leave';
    return isJoin(to) ? 'label' : 'inline';
  };
  const forward = predecessors.map((all, to) => all.filter((from) => at(from) < at(to)).length);
  const isJoin = (block: number): boolean => (forward[block] ?? 0) > 1;
  const headers = new Set(
    order.filter((to) =>
      predecessors[to]?.some((from) => at(to) <= at(from) && dominates(to, from)),
    ),
  );
  const joins: number[][] = graph.successors.map(() => []);
  for (const block of order) if (isJoin(block)) joins[dominators[block] ?? root]?.unshift(block);
  return {
    order,
    place,
    isLoopHeader: (block) => headers.has(block),
    joinsOf: (block) => joins[block] ?? [],
    isJoin,
    edge,
  };
}

/** Without recursion: regions may be deep. */
function reversePostorder({ successors }: FlowGraph, root: number): number[] {
  const done: number[] = [];
  const seen = new Set<number>([root]);
  const stack: { block: number; next: number }[] = [{ block: root, next: 0 }];
  for (;;) {
    const top = stack.at(-1);
    if (top === undefined) return done.reverse();
    const successor = successors[top.block]?.[top.next];
    top.next += 1;
    if (successor === undefined) {
      done.push(top.block);
      stack.pop();
    } else if (!seen.has(successor)) {
      seen.add(successor);
      stack.push({ block: successor, next: 0 });
    }
  }
}

/** K. Cooper, T. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm", 2001. */
function immediateDominators(
  order: readonly number[],
  at: (block: number) => number,
  predecessors: readonly (readonly number[])[],
): (number | undefined)[] {
  const dominators: (number | undefined)[] = [];
  const root = order[0] ?? 0;
  dominators[root] = root;
  let isChanged = true;
  while (isChanged) {
    isChanged = false;
    for (const block of order.slice(1)) {
      const known = (predecessors[block] ?? []).filter((from) => dominators[from] !== undefined);
      const common = known.reduce((a, b) => meet(a, b));
      if (dominators[block] !== common) isChanged = true;
      dominators[block] = common;
    }
  }
  return dominators;

  function meet(a: number, b: number): number {
    let [x, y] = [a, b];
    while (x !== y) {
      while (at(x) > at(y)) x = dominators[x] ?? root;
      while (at(y) > at(x)) y = dominators[y] ?? root;
    }
    return x;
  }
}
