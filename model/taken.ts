// What the runs of an exploration took: how many of its edges cite each clause, and how many take each transition of a
// chart. It is told of edges, and looks at each step once.

import type { Model } from './explore.ts';
import type { SystemView, Transition } from './system.ts';

export interface Taken {
  /** Edges, by clause; a clause that no edge cites is not in it. */
  clauses: ReadonlyMap<string, number>;
  transitions: ReadonlyMap<string, number>;
}
export interface TakenCount {
  onEdge(from: number, to: number, step: number): void;
  taken(): Taken;
}

export function countTaken(model: Model<SystemView, Transition>): TakenCount {
  /** Edges of each step, by its number. */
  const edges: number[] = [];
  return {
    onEdge(_from, _to, step) {
      edges[step] = (edges[step] ?? 0) + 1;
    },
    taken() {
      const clauses = new Map<string, number>();
      const transitions = new Map<string, number>();
      edges.forEach((count, step) => {
        const { deeds } = model.step(step);
        add(clauses, new Set(deeds.flatMap(({ requirements }) => requirements)), count);
        add(transitions, new Set(deeds.flatMap(({ taken }) => taken)), count);
      });
      return { clauses, transitions };
    },
  };
}

function add(sums: Map<string, number>, names: ReadonlySet<string>, count: number): void {
  for (const name of names) sums.set(name, (sums.get(name) ?? 0) + count);
}
