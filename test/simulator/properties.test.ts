// Random schedules and faults on the whole system, from seeds. A failure prints its seed; the
// command that replays it is `SIMULATOR_SEED=<seed> npx vitest run test/simulator`.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenRules } from './broken-rules.ts';
import { chosenSeed, explain } from './seed.ts';
import { simulate } from './simulate.ts';

const runs = 250;

/** Guards against a hang on a slow machine; nothing is judged by it. In milliseconds. */
const timeout = 600_000;
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe('the hash-chain guest under random weather and faults', { timeout }, () => {
  const chosen = chosenSeed();
  const total = { takeovers: 0, compared: 0, live: 0, isProtected: 0 };

  test('output commit, one owner, no divergence, a legal disk and record', () => {
    const check = (seed: number): void => {
      const result = simulate({ seed });
      expect(result.violations, explain(seed, result)).toEqual([]);
      total.takeovers += result.takeovers;
      total.compared += result.compared;
      total.live += result.isLive ? 1 : 0;
      total.isProtected += result.isProtected ? 1 : 0;
    };
    if (chosen !== undefined) check(chosen);
    else fc.assert(fc.property(seeds, check), { numRuns: runs });
  });

  test.runIf(chosen === undefined)(
    'the premises held: there were takeovers and comparisons',
    () => {
      expect(total.takeovers).toBeGreaterThan(runs / 10);
      expect(total.compared).toBeGreaterThan(runs * 100);
      expect(total.live).toBeGreaterThan(runs / 2);
      expect(total.isProtected).toBeGreaterThan(runs / 2);
    },
  );

  test('without faults the machine lives, whatever the weather', () => {
    const property = fc.property(seeds, (seed) => {
      const result = simulate({ seed, faults: 0, span: 600 });
      expect(result.violations, explain(seed, result)).toEqual([]);
      expect(result.isLive, explain(seed, result)).toBe(true);
    });
    fc.assert(property, { numRuns: 40 });
  });

  test('the same seed gives the same run, another seed another', () => {
    const property = fc.property(seeds, (seed) => {
      const { traceHash } = simulate({ seed });
      expect(simulate({ seed }).traceHash).toBe(traceHash);
      expect(simulate({ seed: seed + 1 }).traceHash).not.toBe(traceHash);
    });
    fc.assert(property, { numRuns: 5 });
  });
});

describe('the checkers find a broken rule', { timeout }, () => {
  const seedsMax = 60;

  test.each(brokenRules)('$name', ({ rules, foundBy }) => {
    for (let seed = 1; seed <= seedsMax; seed += 1) {
      const { violations } = simulate({ seed, rules, network: 'at-least-once', faults: 6 });
      if (violations.some((one) => foundBy.some((name) => one.startsWith(name)))) return;
    }
    expect.fail(`not found by ${foundBy.join(' or ')} in ${seedsMax} seeds`);
  });
});
