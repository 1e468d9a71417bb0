// Runs of the reference in which backups are replaced, followed by the model: what both read in the text is the same.

import { describe, expect, test } from 'vitest';
import { recordSimulation, refine } from './recorded.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe('runs in which the manager replaces backups', () => {
  const traces = seeds.map((seed) =>
    recordSimulation({ seed, span: 300, operations: 0.2, replacing: 0.3, faults: 3 }),
  );
  test.each(seeds)('are accepted (seed %i)', (seed) => {
    const trace = traces[seed - 1];
    if (trace === undefined) throw new Error(`no trace of seed ${seed}`);
    const { outcome, refusal, unjudged } = refine(trace);
    expect({ outcome, refusal, unjudged }).toEqual({ outcome: 'accepted', refusal: null, unjudged: [] });
  });

  test.each([
    '"type":"manager.replace-backup"',
    '"replaces"',
    '"reason":"replace-backup"',
    '"reason":"give-up"',
  ])('have %s', (text) => {
    const lines = traces.flatMap(({ lines }) => lines);
    expect(lines.some((line) => JSON.stringify(line).includes(text))).toBe(true);
  });
});
