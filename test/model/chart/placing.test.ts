// What stands where in a drawing: the order in which states are read, and what stands below what.

import { expect, test } from 'vitest';
import type { CanonicalChart, CanonicalState } from '../../../model/chart/canonical.ts';
import { arrowsOf, isBack, standingsOf } from '../../../model/chart/placing.ts';

const names = { entry: [], exit: [], requirements: [] };
const to = (target: string): CanonicalState['transitions'][number] => ({
  ...{ event: 'go.on', guard: null, target, reenter: false },
  ...{ actions: [], requirements: [] },
});
const box = (path: string, ...targets: string[]): CanonicalState => ({
  ...{ ...names, path, kind: 'atomic', initial: null },
  transitions: targets.map(to),
});
const frame = (path: string, initial: string, ...targets: string[]): CanonicalState => ({
  ...{ ...box(path, ...targets), kind: 'compound', initial },
});

/** The frame `main` has more in it than `small`, which comes after it. */
const chart: CanonicalChart = {
  chart: 'made',
  states: [
    frame('', 'first'),
    box('first', 'main', 'small'),
    frame('main', 'main.a', 'first'),
    box('main.a', 'main.inner'),
    frame('main.inner', 'main.inner.b'),
    box('main.inner.b', 'last', 'main.a'),
    frame('small', 'small.c'),
    box('small.c', 'last'),
    box('last', 'main.a', 'first'),
  ],
};
const pairs = standingsOf(chart).map(({ above, below }) => `${above.path} > ${below.path}`);

test('the frame with most in it stands below all else, and what is in it below its top', () => {
  for (const path of ['first', 'small.c', 'last']) expect(pairs).toContain(`${path} > main`);
  expect(pairs).toContain('main > main.inner');
  expect(pairs).not.toContain('main.a > main');
});

test('a frame stands below what an arrow comes from, unless the arrow goes back', () => {
  expect(pairs).toContain('first > small');
  expect(pairs).toContain('main.a > main.inner');
  expect(pairs.filter((pair) => pair.endsWith('> small'))).toEqual(['first > small']);
});

test('an arrow goes back when its target is read before it', () => {
  const back = arrowsOf(chart).filter((arrow) => isBack(chart, arrow));
  expect(back.map(({ from, target }) => `${from.path} > ${target}`)).toEqual([
    'main > first',
    'main.inner.b > last',
    'main.inner.b > main.a',
    'last > first',
  ]);
});

test('a chart whose parts run side by side has no main frame', () => {
  const [root, ...states] = chart.states;
  if (root === undefined) throw new Error('a chart without states');
  const parallel: CanonicalState = { ...root, kind: 'parallel', initial: null };
  const standings = standingsOf({ ...chart, states: [parallel, ...states] });
  expect(standings.some(({ above, below }) => above.path === 'last' && below.path === 'main')).toBe(
    false,
  );
});
