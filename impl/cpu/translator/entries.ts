// Lets a region be entered at each of its loops, not only at its first block, so that a run that was
// cut in a loop goes on there. A loop with loops inside gets a dispatch before its header, which
// leads on to the inner one that is wanted; the region as a whole gets one too. Loops keep a single
// entry, as nesting demands. Spec: cpu.md, "Position".

import { type FlowGraph, structureOf } from './structure.ts';

/** A place in the graph that leads on by the number of the entry that is wanted. */
export type Dispatch = {
  /** Where it leads when no entry is wanted any more, or its own. */
  readonly onward: number;
  /** The number of its own entry; 0 for the region as a whole. */
  readonly entry: number;
  /** Inner loops: the node to go to for entries up to `last`, in rising order. */
  readonly inner: readonly {
    readonly node: number;
    readonly last: number;
    readonly isFinal: boolean;
  }[];
};

export type EntryGraph = {
  /** The blocks under their numbers, then the dispatches; the last one is the root. */
  readonly graph: FlowGraph;
  readonly root: number;
  /** By node beyond the blocks. */
  readonly dispatches: ReadonlyMap<number, Dispatch>;
  /** The loop headers: the number of the entry by block. */
  readonly entries: ReadonlyMap<number, number>;
};

type Loop = { readonly header: number; readonly body: ReadonlySet<number>; readonly inner: Loop[] };

export function withEntries(graph: FlowGraph): EntryGraph {
  const top = loopsOf(graph);
  const entries = new Map<number, number>();
  const lasts = new Map<Loop, number>();
  const number = (loops: readonly Loop[]): void => {
    for (const loop of loops) {
      entries.set(loop.header, entries.size + 1);
      number(loop.inner);
      lasts.set(loop, entries.size);
    }
  };
  number(top);
  const count = graph.successors.length;
  const nodes = new Map<number, number>();
  const outer = allLoops(top).filter((loop) => loop.inner.length > 0);
  outer.forEach((loop, k) => {
    nodes.set(loop.header, count + k);
  });
  const root = count + outer.length;
  const nodeOf = (block: number): number => nodes.get(block) ?? block;
  const innerOf = (loops: readonly Loop[]): Dispatch['inner'] =>
    loops.map((loop) => ({
      node: nodeOf(loop.header),
      last: lasts.get(loop) ?? 0,
      isFinal: loop.inner.length === 0,
    }));
  const dispatches = new Map<number, Dispatch>();
  for (const loop of outer) {
    const entry = entries.get(loop.header) ?? 0;
    dispatches.set(nodeOf(loop.header), { onward: loop.header, entry, inner: innerOf(loop.inner) });
  }
  dispatches.set(root, { onward: nodeOf(0), entry: 0, inner: innerOf(top) });
  const successors = [
    ...graph.successors.map((all) => all.map(nodeOf)),
    ...[...dispatches.values()].map(({ onward, inner }) => [onward, ...inner.map((to) => to.node)]),
  ];
  return { graph: { successors }, root, dispatches, entries };
}

function allLoops(loops: readonly Loop[]): Loop[] {
  return loops.flatMap((loop) => [loop, ...allLoops(loop.inner)]);
}

/** The natural loops, each among the inner ones of the smallest that holds it. */
function loopsOf(graph: FlowGraph): Loop[] {
  const { order, place, isLoopHeader, edge } = structureOf(graph, 0);
  const predecessors: number[][] = graph.successors.map(() => []);
  for (const from of order) {
    for (const to of graph.successors[from] ?? []) predecessors[to]?.push(from);
  }
  const isBack = (from: number, to: number): boolean =>
    (place[to] ?? 0) <= (place[from] ?? 0) && edge(from, to) === 'label';
  const loops = order.filter(isLoopHeader).map((header): Loop => {
    const body = new Set([header]);
    const latches = (predecessors[header] ?? []).filter((from) => isBack(from, header));
    for (const latch of latches) body.add(latch);
    // A set is walked in the order of insertion, what is added on the way included.
    for (const block of body) {
      if (block === header) continue;
      for (const from of predecessors[block] ?? []) body.add(from);
    }
    return { header, body, inner: [] };
  });
  const bySize = [...loops].sort((a, b) => a.body.size - b.body.size);
  return loops.filter((loop) => {
    const outer = bySize.find((other) => other !== loop && other.body.has(loop.header));
    outer?.inner.push(loop);
    return outer === undefined;
  });
}
