// The states that a run can be in while it has begun and has not reached its goal, with a shortest way to each.

import type { Graph } from './graph.ts';

export interface Region {
  /** In the order of their distance from the first state of the graph. */
  members: readonly number[];
  /** Where a run of this region may begin. */
  begun: number;
  /** The choices of a shortest run that begins here and comes to the state. */
  wayTo(state: number): number[];
}

/** `marks` has `beginning` for states where a run begins short of its goal, and `reached` for states at the goal. */
export interface Marks {
  isBeginning(state: number): boolean;
  isGoal(state: number): boolean;
}

export function createRegion(graph: Graph, marks: Marks): Region {
  const beginnings: number[] = [];
  const depths = new Int32Array(graph.states);
  for (let state = 0; state < graph.states; state++) {
    const parent = graph.parent(state);
    depths[state] = parent < 0 ? 0 : (depths[parent] ?? 0) + 1;
    if (marks.isBeginning(state) && !marks.isGoal(state)) beginnings.push(state);
  }
  /** From which state of the region it is reached; itself where a run begins; -1 outside. */
  const parents = new Int32Array(graph.states).fill(-1);
  const members: number[] = [];
  let level: number[] = [];
  for (let depth = 0, at = 0; level.length > 0 || at < beginnings.length; depth++) {
    if (level.length === 0) depth = Math.max(depth, depths[beginnings[at] ?? 0] ?? 0);
    for (; depths[beginnings[at] ?? -1] === depth; at++) {
      const state = beginnings[at] ?? 0;
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
  }
  return {
    members,
    begun: beginnings.length,
    wayTo(state) {
      const states = [state];
      for (;;) {
        const at = states.at(-1) ?? 0;
        const parent = parents[at] ?? -1;
        if (parent === at || parent < 0) break;
        states.push(parent);
      }
      for (;;) {
        const parent = graph.parent(states.at(-1) ?? 0);
        if (parent < 0) break;
        states.push(parent);
      }
      states.reverse();
      return states.slice(1).map((to, index) => {
        const from = states[index] ?? 0;
        return graph.edge(from, to) - graph.first(from);
      });
    },
  };
}
