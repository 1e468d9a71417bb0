// The kept graph: its edges by state, the way they came, and what is not known of states that were not expanded.

import { describe, expect, test } from 'vitest';
import { Graph } from '../../../model/explore/graph.ts';

function graphOf(edges: readonly (readonly [number, number, number])[], isExhausted = true): Graph {
  const graph = new Graph();
  for (const [from, to, step] of edges) graph.add(from, to, step);
  graph.close(isExhausted);
  return graph;
}

const stepsOf = (graph: Graph, state: number): number[] => {
  const steps: number[] = [];
  for (let edge = graph.first(state); edge < graph.end(state); edge++) steps.push(graph.step(edge));
  return steps;
};

const edges = [
  [0, 1, 7],
  [0, 2, 8],
  [2, 1, 9],
  [2, 3, 5],
] as const;

describe('a graph', () => {
  test('gives the edges of each state in their order, none where there is none', () => {
    const graph = graphOf(edges);
    expect([0, 1, 2, 3].map((state) => stepsOf(graph, state))).toEqual([[7, 8], [], [9, 5], []]);
    expect(graph).toMatchObject({ states: 4, edges: 4, expanded: 4 });
  });

  test('knows from where each state was seen first', () => {
    const graph = graphOf(edges);
    expect([0, 1, 2, 3].map((state) => graph.parent(state))).toEqual([-1, 0, 0, 2]);
    expect(graph.step(graph.edge(2, 1))).toBe(9);
    expect(() => graph.edge(1, 2)).toThrow('no edge leads from state 1 to state 2');
  });

  test('that was not exhausted does not trust the state that was being expanded', () => {
    const graph = graphOf(edges, false);
    expect(graph.expanded).toBe(2);
    expect(stepsOf(graph, 2)).toEqual([]);
  });

  test('keeps more edges than one chunk and more states than one table', () => {
    const count = 2 ** 20 + 10;
    const graph = new Graph();
    for (let state = 0; state < count; state++) graph.add(state, state + 1, state % 5);
    graph.close(true);
    expect(graph.target(graph.first(count - 1))).toBe(count);
    expect(graph.parent(count)).toBe(count - 1);
    // Eight bytes an edge and eight a state, of tables that are at most half empty.
    expect(graph.bytes).toBeLessThan(2 * 16 * count + 2 ** 24);
  });
});
