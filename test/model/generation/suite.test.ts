// Suites: which tests, in which order, and how many, without generating them.

import { describe, expect, test } from 'vitest';
import { type Mealy, nextOf, tableToMealy, type Word } from '../../../model/generation/mealy.ts';
import { createGenerators, extraStatesMax, methods } from '../../../model/generation/methods.ts';
import { drawMachine } from './random-machine.ts';

/** Off and on; `a` toggles, `b` tells, and off it is impossible. */
const toggle = tableToMealy(
  ['a', 'b'],
  [
    [['x', 1], null],
    [
      ['x', 0],
      ['y', 1],
    ],
  ],
);
const drawn = drawMachine({ states: 6, inputs: 3, outputs: 2, partial: true }, 4);

const isBegunBy = (word: Word, longer: Word): boolean =>
  word.length < longer.length && word.every((one, i) => longer[i] === one);

function statesAlong(machine: Mealy, word: Word): number[] {
  const states = [0];
  for (const input of word) states.push(nextOf(machine, states.at(-1) ?? 0, input));
  return states;
}

test('the state cover ends in every state', () => {
  const ends = [...createGenerators(drawn).stateCover().tests()].flatMap((word) =>
    statesAlong(drawn, word),
  );
  expect([...new Set(ends)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect([...createGenerators(toggle).stateCover().tests()]).toEqual([[0]]);
});

test('the transition cover gives every possible input in every state', () => {
  expect([...createGenerators(toggle).transitionCover().tests()]).toEqual([
    [0, 0],
    [0, 1],
  ]);
});

test('each extra state takes every word one input further', () => {
  const tests = [...createGenerators(toggle).complete('HSI', 1).tests()];
  expect(tests).toEqual([
    [0, 0, 0],
    [0, 1, 0],
    [0, 1, 1],
  ]);
});

test('a machine of one state without inputs has one empty test', () => {
  const nothing = tableToMealy([], [[]]);
  expect([...createGenerators(nothing).transitionCover().tests()]).toEqual([[]]);
  expect(createGenerators(nothing).transitionCover().size()).toEqual({ tests: 1, inputs: 0 });
});

describe.each(methods)('a suite of %s', (method) => {
  const suite = createGenerators(drawn).complete(method, 1);
  const tests = [...suite.tests()];

  test('gives only inputs that are possible', () => {
    expect(tests.flatMap((word) => statesAlong(drawn, word))).not.toContain(-1);
  });

  test('has no test that begins another, and none twice', () => {
    const broken = tests.filter((word) => tests.some((other) => isBegunBy(word, other)));
    expect(broken).toEqual([]);
    expect(new Set(tests.map((word) => word.join())).size).toBe(tests.length);
  });

  test('knows its size beforehand', () => {
    const inputs = tests.reduce((sum, { length }) => sum + length, 0);
    expect(createGenerators(drawn).complete(method, 1).size()).toEqual({
      tests: tests.length,
      inputs,
    });
  });

  test('is the same whenever it is made, in the order of the inputs', () => {
    expect([...createGenerators(drawn).complete(method, 1).tests()]).toEqual(tests);
    const sorted = tests.toSorted((one, two) => {
      const at = one.findIndex((input, index) => input !== two[index]);
      return (one[at] ?? 0) - (two[at] ?? 0);
    });
    expect(tests).toEqual(sorted);
  });

  test('is generated as it is asked for: a large one begins at once', () => {
    const large = createGenerators(drawn).complete(method, 6);
    expect(large.size().tests).toBeGreaterThan(1000);
    expect(large.tests().next().done).toBe(false);
  });
});

describe('bounds', () => {
  const generators = createGenerators(drawn);

  test('of tests: more are refused before the first', () => {
    const suite = generators.complete('HSI', 1);
    const { tests } = suite.size();
    expect(() => suite.tests({ testsMax: tests - 1 }).next()).toThrow(
      `expected at most ${tests - 1} tests (testsMax), got ${tests}`,
    );
    expect(suite.tests({ testsMax: tests }).next().done).toBe(false);
  });

  test.each([-1, 0.5, extraStatesMax + 1])('of extra states: %s is refused', (extra) => {
    expect(() => generators.complete('Wp', extra)).toThrow(`(extraStatesMax), got ${extra}`);
  });

  test('a machine with states that nothing reaches is refused', () => {
    const island = tableToMealy(['a'], [[['x', 0]], [['y', 1]]]);
    expect(() => createGenerators(island)).toThrow('expected 2 states reached, got 1');
  });
});
