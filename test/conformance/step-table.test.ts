// Cases on their way to the process of a job: whole again at the other end, each step sent once.

import { describe, expect, test } from 'vitest';
import { planRun } from '../../conformance/plan.ts';
import { createPacker, createUnpacker } from '../../conformance/step-table.ts';
import { RunnerBugError } from '../../conformance/verdict.ts';

const { cases } = planRun({ tier: 'smoke', only: [], skip: [] });

describe('a table of steps', () => {
  test('gives every case back as it was', () => {
    const [pack, unpack] = [createPacker(), createUnpacker()];

    expect(cases.map((one) => unpack(structuredClone(pack(one))))).toEqual(cases);
  });

  test('takes a step once', () => {
    const pack = createPacker();
    const [first] = cases;
    if (first === undefined) throw new Error('smoke has no case');
    const [once, again] = [pack(first), pack(first)];

    expect(once.fresh).toHaveLength(new Set(first.steps).size);
    expect(again).toEqual({ ...once, fresh: [] });
  });

  test('refuses a number that it was never given', () => {
    const unpack = createUnpacker();
    const [first] = cases;
    if (first === undefined) throw new Error('smoke has no case');
    const packed = createPacker()(first);

    expect(() => unpack({ ...packed, fresh: [] })).toThrow(RunnerBugError);
  });
});
