// The walks reach the charts: every transition has a way without chance, and walks take it on any seed.

import { describe, expect, test } from 'vitest';
import { charts } from '../../../model/host.ts';
import { transitionNames } from '../../../model/transitions.ts';
import { chartInputs } from './events.ts';
import { chartNames, createWalker, followWalk, walkInput } from './walk.ts';
import { findWays } from './ways.ts';

const seeds = [1, 2];
const walks = 150;
const steps = 60;

describe.each(chartNames)('%s', (chart) => {
  const names = transitionNames(charts[chart]);
  const ways = findWays(chart);

  test('has a way to every transition', () => {
    const missed = [...names].filter(([one]) => !ways.has(one)).map(([, name]) => name);
    expect(missed, 'give the values that fit in test/model/chart/events.ts').toEqual([]);
  });

  test('takes each transition at the end of its way, and not before', () => {
    for (const [transition, way] of ways) {
      const taken = chartInputs.map((input) =>
        followWalk(charts[chart], input, way).steps.map((step) => step.taken.includes(transition)),
      );
      const firsts = taken.map((one) => one.indexOf(true)).filter((at) => at >= 0);
      expect(Math.min(...firsts), names.get(transition)).toBe(way.length - 1);
    }
  });

  test.each(seeds)('takes every transition on the walks of seed %i', (seed) => {
    const walker = createWalker(chart, seed);
    const missed = transitionNames(charts[chart]);
    for (let walk = 0; walk < walks && missed.size > 0; walk++) {
      const walked = walker.walk(walkInput(walk), steps).steps;
      for (const one of walked.flatMap(({ taken }) => taken)) missed.delete(one);
    }
    expect([...missed.values()]).toEqual([]);
  });
});
