// The states that a run can be in while it has begun and has not reached its goal, with a shortest way to each.

import type { Graph } from './graph.ts';

export interface Marks {
  isBeginning(state: number): boolean;
  isGoal(state: number): boolean;
  /** The state before, of one where a run begins with the step that leads to it; null: with any. */
  entry(state: number): number | null;
}
export interface Region {
  /** In the order of their distance from the first state of the graph. */
  members: readonly number[];
  /** The states in which a run begins. */
  begun: number;
  /** The choices of a shortest run that begins, stays here and comes to the state. */
  wayTo(state: number): number[];
}

export function createRegion(graph: Graph, marks: Marks): Region {
  const beginnings = beginningsOf(graph, marks);
  /** From which state of the region each is reached; itself where a run begins; -1 outside. */
  const parents = new Int32Array(graph.states).fill(-1);
  const members: number[] = [];
  let level: number[] = [];
  let [depth, at] = [0, 0];
  while (level.length > 0 || at < beginnings.length) {
    if (level.length === 0) depth = beginnings[at]?.depth ?? 0;
    for (; beginnings[at]?.depth === depth; at++) {
      const state = beginnings[at]?.state ?? 0;
      if (parents[state] !== -1) continue;
      parents[state] = state;
      level.push(state);
    }
    const next: number[] = [];
    for (const state of level) {
      members.push(state);
      for (let edge = graph.first(state); edge < graph.end(state); edge++) {
        const to = graph.target(edge);
        if (parents[to] !== -1 || marks.isGoal(to)) continue;
        parents[to] = state;
        next.push(to);
      }
    }
    level = next;
    depth++;
  }
  return {
    members,
    begun: beginnings.length,
    wayTo(state) {
      const way = [state];
      for (let last = state; parents[last] !== last; last = way.at(-1) ?? 0) {
        way.push(parents[last] ?? 0);
      }
      const beginning = way.at(-1) ?? 0;
      const entry = marks.entry(beginning) ?? graph.parent(beginning);
      for (let last = entry; last >= 0; last = graph.parent(last)) way.push(last);
      return choicesAlong(graph, way.reverse());
    },
  };
}

function choicesAlong(graph: Graph, states: readonly number[]): number[] {
  return states.slice(1).map((to, index) => {
    const from = states[index] ?? 0;
    return graph.edge(from, to) - graph.first(from);
  });
}

/** By their depth. */
function beginningsOf(graph: Graph, marks: Marks): { state: number; depth: number }[] {
  const depths = new Int32Array(graph.states);
  for (let state = 1; state < graph.states; state++) {
    depths[state] = (depths[graph.parent(state)] ?? 0) + 1;
  }
  const found: { state: number; depth: number }[] = [];
  for (let state = 0; state < graph.states; state++) {
    if (!marks.isBeginning(state) || marks.isGoal(state)) continue;
    const entry = marks.entry(state);
    const depth = entry === null ? (depths[state] ?? 0) : (depths[entry] ?? 0) + 1;
    found.push({ state, depth });
  }
  return found.sort((a, b) => a.depth - b.depth);
}
