// Shortest runs that visit goals, on graphs small enough to draw, with goals over steps and states.

import { describe, expect, test } from 'vitest';
import { type Visiting, type Visits, visiting } from '../../../model/explore/visit.ts';
import { type Figures, follow, type Model } from '../../../model/explore.ts';
import { createRandom } from '../../../model/generation/random.ts';

const stepNames = ['plus one', 'double'];

/** A counter that goes up by one or doubles, to at most `max`. */
const counter = (max: number): Model<number, string> => ({
  width: 1,
  initial: [1],
  view: ({ 0: value }) => value ?? 0,
  step: (id) => stepNames[id] ?? '',
  expand(words, sink) {
    const value = words[0] ?? 0;
    if (value < max) sink(0, Int32Array.of(value + 1), -1);
    if (value * 2 <= max) sink(1, Int32Array.of(value * 2), -1);
  },
});

type Search = Partial<Visiting<number, string>> & { max?: number; at: readonly number[] };

/** Runs that reach each of the numbers `at`. */
function search({ at, max = 12, ...rest }: Search): Visits {
  const walk = visiting({
    model: counter(max),
    goals: at.length,
    initially: at.reduce((mask, value, goal) => (value === 1 ? mask | (1 << goal) : mask), 0),
    look: (_, __, after) =>
      at.reduce((mask, value, goal) => (value === after[0] ? mask | (1 << goal) : mask), 0),
    inOrder: false,
    count: 1,
    statesMax: 1000,
    ...rest,
  });
  let turn: IteratorResult<Figures, Visits> = walk.next();
  while (turn.done !== true) turn = walk.next(true);
  return turn.value;
}

const valuesOf = (run: readonly number[] | undefined): number[] =>
  follow(counter(12), run ?? []).map(({ after }) => after);

describe('visiting', () => {
  test('finds a shortest run to a goal', () => {
    expect(valuesOf(search({ at: [6] }).runs[0])).toEqual([2, 3, 6]);
  });

  test('finds a shortest run through all goals, in whatever order', () => {
    expect(valuesOf(search({ at: [12, 5] }).runs[0])).toEqual([2, 4, 5, 6, 12]);
  });

  test('in order refuses the goals the other way round', () => {
    expect(valuesOf(search({ at: [5, 12], inOrder: true }).runs[0])).toEqual([2, 4, 5, 6, 12]);
    const reversed = search({ at: [12, 5], inOrder: true });
    expect(reversed).toMatchObject({ runs: [], isExhausted: true, visited: 3 });
  });

  test('counts one step for two goals, and the first state for one', () => {
    expect(valuesOf(search({ at: [4, 4], inOrder: true }).runs[0])).toEqual([2, 4]);
    expect(search({ at: [1] }).runs).toEqual([[]]);
  });

  test('says which goals nothing visits', () => {
    expect(search({ at: [5, 99] })).toMatchObject({ runs: [], isExhausted: true, visited: 1 });
  });

  test('gives several runs with different ends, the shortest first', () => {
    const look = (_: number, __: Int32Array, after: Int32Array) =>
      [5, 11, 12].includes(after[0] ?? 0) ? 1 : 0;
    const ofThree = (count: number) =>
      search({ at: [0], look, count }).runs.map((run) => valuesOf(run));
    expect(ofThree(9)).toEqual([
      [2, 4, 5],
      [2, 3, 6, 12],
      [2, 4, 8, 9, 10, 11],
    ]);
    expect(ofThree(2)).toEqual(ofThree(9).slice(0, 2));
  });

  test('draws among runs of one length by the seed, and none is longer', () => {
    const drawn = Array.from({ length: 20 }, (_, seed) => {
      const { runs } = search({ at: [4], random: createRandom(seed) });
      expect(runs[0]?.length).toBe(2);
      return String(runs[0]);
    });
    expect(new Set(drawn).size).toBeGreaterThan(1);
    expect(drawn[7]).toBe(String(search({ at: [4], random: createRandom(7) }).runs[0]));
  });

  test('stops at a depth, at a number of states and when it is told to', () => {
    expect(search({ at: [12], depthMax: 2 })).toMatchObject({ runs: [], stoppedBy: 'depth' });
    expect(search({ at: [12], statesMax: 3 })).toMatchObject({ runs: [], stoppedBy: 'states' });
    const walk = visiting({
      model: counter(12),
      goals: 1,
      initially: 0,
      look: () => 0,
      inOrder: false,
      count: 1,
      statesMax: 1000,
    });
    walk.next();
    expect(walk.next(false).value).toMatchObject({ stoppedBy: 'caller', isExhausted: false });
  });
});
