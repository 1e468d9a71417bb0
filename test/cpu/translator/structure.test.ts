// The nesting of random flow graphs, reducible and not: an edge that goes on inline is the only
// forward one to its target, a label encloses the code that branches to it, and what leaves the
// region is exactly what the nesting has no place for.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withEntries } from '../../../impl/cpu/translator/entries.ts';
import { type FlowGraph, structureOf } from '../../../impl/cpu/translator/structure.ts';

const graphs = fc
  .array(fc.array(fc.nat(11), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map(
    (all): FlowGraph => ({
      successors: all.map((to) => [...new Set(to.map((k) => k % all.length))]),
    }),
  );

/** Walks the nesting as the writer does and says which edges found their place. */
function walk(graph: FlowGraph, root: number): { written: number[]; misplaced: string[] } {
  const structure = structureOf(graph, root);
  const written: number[] = [];
  const misplaced: string[] = [];
  const within = (block: number, joins: readonly number[], labels: readonly number[]): void => {
    const [last, ...others] = joins;
    if (last !== undefined) {
      within(block, others, [...labels, last]);
      tree(last, labels);
      return;
    }
    written.push(block);
    for (const to of graph.successors[block] ?? []) {
      const kind = structure.edge(block, to);
      if (kind === 'inline') tree(to, labels);
      else if (kind === 'label' && !labels.includes(to)) misplaced.push(`${block} to ${to}`);
    }
  };
  const tree = (block: number, labels: readonly number[]): void => {
    const inner = structure.isLoopHeader(block) ? [...labels, block] : labels;
    within(block, structure.joinsOf(block), inner);
  };
  tree(root, []);
  return { written, misplaced };
}

describe('structure', () => {
  it('writes every block that can be reached once, and every label encloses its branches', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { written, misplaced } = walk(graph, 0);
        expect(misplaced).toEqual([]);
        expect([...written].sort()).toEqual([...structureOf(graph, 0).order].sort());
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps its nesting when each loop is made an entry', () => {
    fc.assert(
      fc.property(graphs, (blocks) => {
        const { graph, root, entries } = withEntries(blocks);
        const { written, misplaced } = walk(graph, root);
        expect(misplaced).toEqual([]);
        expect(written.length).toBe(new Set(written).size);
        for (const header of entries.keys()) expect(written).toContain(header);
      }),
      { numRuns: 1000 },
    );
  });
});
