// Walks through the slices: what they leave out, and nothing else is left out.

import { describe, expect, test } from 'vitest';
import type { DeadlineName } from '../../conformance/case.ts';
import { clauseOf } from '../../conformance/generate.ts';
import { deadlineName, type Edge, graphOf, type Node, walks } from '../../conformance/walk.ts';
import { deadlineSpan, nodeParameters } from '../../conformance/world/periods.ts';
import { adjacencyOf } from '../../model/paths.ts';
import { slices } from '../../model/slices.ts';

const isDeadline = ({ input }: Edge, name: DeadlineName): boolean =>
  input.type === 'deadline.passed' && input.name === name;

/** Something would come of this deadline here. */
const isRunning = (node: Node, name: DeadlineName): boolean =>
  node.edges.some((edge) => isDeadline(edge, name) && edge.effects.length > 0);

describe.each(slices)('the walks of $name', (slice) => {
  const graph = graphOf(slice, [...adjacencyOf(slice).values()], clauseOf);
  const { tours, unreachable } = walks(graph);
  const taken = new Set(tours.flatMap(({ edges }) => edges));
  const left = graph.nodes.flatMap(({ edges }) => edges).filter((edge) => !taken.has(edge));

  test('begin where the slice begins, and go on from where they are', () => {
    for (const { edges } of tours) {
      const ends = [graph.first, ...edges.map(({ to }) => to)];
      expect(edges.every(({ from }, index) => from === ends[index])).toBe(true);
    }
  });

  test('leave out only time that passes for nothing, where another deadline ends before', () => {
    expect(left.length).toBeLessThanOrEqual(unreachable);
    for (const { input, effects, from } of left) {
      expect(input.type).toBe('deadline.passed');
      expect(effects).toEqual([]);
      const running = (['retry', 'join', 'yield'] as const).filter((name) => isRunning(from, name));
      expect(running).not.toEqual([]);
    }
  });

  test('never let a joining or a yield end unawares', () => {
    for (const name of ['join', 'yield'] as const) {
      for (const { edges } of tours) {
        let waited = 0n;
        for (const edge of edges) {
          if (!isRunning(edge.from, name)) waited = 0n;
          const { input } = edge;
          if (input.type !== 'deadline.passed' || !isRunning(edge.from, name)) continue;
          waited += deadlineSpan(deadlineName(input.name), nodeParameters);
          const isOver = waited >= deadlineSpan(name, nodeParameters);
          expect(isOver && input.name !== name).toBe(false);
        }
      }
    }
  });
});
