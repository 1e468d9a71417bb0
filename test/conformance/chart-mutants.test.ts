// A small sample of the mutants of one slice: what the tiers kill of them, and what they cannot.

import { describe, expect, test } from 'vitest';
import { tiers } from '../../conformance/case.ts';
import { measureCharts, sliceOf } from '../../conformance/chart-mutants.ts';

const options = { size: 40, seed: 7, testsMax: 20_000, facts: true };

describe('the tiers on mutants of a slice', () => {
  const row = measureCharts(sliceOf('pairing-owner'), options);

  test('each kill at least what the one before kills', () => {
    for (const { killed, faulty } of row.faults) {
      const counts = tiers.map((tier) => killed[tier] ?? -1);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      expect(counts.every((count) => count >= 0 && count <= faulty)).toBe(true);
    }
  });

  test('find faults by what they are made for: next states by full, extra states by deep', () => {
    const of = (fault: string) => row.faults.find((one) => one.fault === fault)?.killed;

    expect(of('output')?.core).toBeGreaterThan(35);
    expect(of('transfer')?.full ?? 0).toBeGreaterThan(of('transfer')?.core ?? 0);
    expect(of('extra-output')?.deep ?? 0).toBeGreaterThan(of('extra-output')?.full ?? 0);
  });

  test('are left out where a suite is too large, and say its size', () => {
    const bounded = measureCharts(sliceOf('pairing-owner'), { ...options, testsMax: 1000 });

    expect(bounded.tests.deep).toBeNull();
    expect(bounded.faults.map(({ killed }) => killed.deep)).toEqual([null, null, null, null]);
    expect(bounded.complete.deep).toBeGreaterThan(1000);
    expect(bounded.tests.full).not.toBeNull();
  });

  test('are the same for the same seed', () => {
    const small = { ...options, testsMax: 0 };
    const once = measureCharts(sliceOf('pairing-owner'), small);

    expect(measureCharts(sliceOf('pairing-owner'), small)).toEqual(once);
    expect(measureCharts(sliceOf('pairing-owner'), { ...small, seed: 8 })).not.toEqual(once);
  });

  test('are asked of slices that there are', () => {
    expect(() => sliceOf('no-such-slice')).toThrow(/expected the name of a slice/);
  });
});
