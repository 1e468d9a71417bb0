// The random walks reach the charts: every transition is taken, every guard goes both ways.

import { expect, test } from 'vitest';
import { charts } from '../../../model/host.ts';
import { transitionNames } from '../../../model/transitions.ts';
import { chartNames, createWalker, walkInput } from './walk.ts';

const seed = 1;
const walks = 3000;
const steps = 60;

test.each(chartNames)('walks take every transition of %s', (chart) => {
  const walker = createWalker(chart, seed);
  const missed = transitionNames(charts[chart]);
  for (let walk = 0; walk < walks && missed.size > 0; walk++) {
    const walked = walker.walk(walkInput(walk), steps).steps;
    for (const one of walked.flatMap(({ taken }) => taken)) missed.delete(one);
  }
  expect([...missed.values()]).toEqual([]);
});
