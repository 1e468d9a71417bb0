// The explorer on graphs small enough to draw: shortest paths, honest verdicts, premises counted.

import { describe, expect, test } from 'vitest';
import { explore, exploring, follow, type Model, type Property } from '../../model/explore.ts';

const stepNames = ['plus one', 'double', 'three'];

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
const below = (limit: number): Property<number, string> => ({
  kind: 'always',
  name: 'below',
  about: '',
  requirements: [],
  on: 'state',
  check: ({ after }) =>
    after % 2 === 1 ? null : after < limit ? [] : [`${after} is not below ${limit}`],
});
const reaches = (goal: number): Property<number, string> => ({
  kind: 'sometimes',
  name: 'reaches',
  about: '',
  requirements: [],
  isWitness: ({ after }) => after === goal,
});

describe('explore', () => {
  test('exhausts a finite graph and counts states, edges and levels', () => {
    const report = explore({ model: counter(8), properties: [], statesMax: 100 });
    expect(report).toMatchObject({ states: 8, edges: 11, depth: 4, isExhausted: true });
    expect(report.levels).toEqual([1, 1, 2, 3, 1]);
  });

  test('finds a shortest counterexample and says what is false', () => {
    const report = explore({ model: counter(99), properties: [below(20)], statesMax: 1000 });
    const [verdict] = report.verdicts;
    expect(verdict?.outcome).toBe('violated');
    expect(verdict?.path?.steps).toEqual(['plus one', 'plus one', 'double', 'double', 'double']);
    expect(verdict?.complaints).toEqual(['24 is not below 20']);
  });

  test('a path of choices is followed to the same end', () => {
    const report = explore({ model: counter(99), properties: [below(20)], statesMax: 1000 });
    const choices = report.verdicts[0]?.path?.choices ?? [];
    expect(follow(counter(99), choices).at(-1)?.after).toBe(24);
  });

  test('a choice that is not possible is refused with its place', () => {
    expect(() => follow(counter(8), [0, 7])).toThrow('choice 7 at step 2, where 2 are possible');
  });

  test('what was not exhausted is partial', () => {
    const report = explore({
      model: counter(999),
      properties: [below(9999), reaches(998)],
      statesMax: 10,
    });
    expect(report.isExhausted).toBe(false);
    expect(report.verdicts.map(({ outcome }) => outcome)).toEqual(['partial', 'partial']);
  });

  test('a witness is shortest; one that does not exist is said not to', () => {
    const properties = [reaches(6), reaches(9)];
    const report = explore({ model: counter(8), properties, statesMax: 100 });
    expect(report.verdicts.map(({ outcome }) => outcome)).toEqual(['witnessed', 'unwitnessed']);
    expect(report.verdicts[0]?.path?.steps).toEqual(['plus one', 'plus one', 'double']);
  });

  test('a premise that never holds is counted as zero', () => {
    const odd: Model<number, string> = {
      ...counter(1),
      expand: (words, sink) => (words[0] === 1 ? sink(2, Int32Array.of(3), -1) : undefined),
    };
    const report = explore({ model: odd, properties: [below(9)], statesMax: 10 });
    expect(report.verdicts[0]).toMatchObject({ outcome: 'holds', premise: 0 });
  });

  test('stops at a depth, and at the bytes that its tables may have', () => {
    const deep = explore({ model: counter(99), properties: [], statesMax: 1000, depthMax: 2 });
    expect(deep).toMatchObject({ states: 4, depth: 2, stoppedBy: 'depth', isExhausted: false });
    const large = { model: counter(9_999), properties: [], statesMax: 99_999, bytesMax: 1 };
    expect(explore(large)).toMatchObject({ stoppedBy: 'bytes', isExhausted: false });
  });

  test('stops when it is told to', () => {
    const walk = exploring({ model: counter(9_999), properties: [], statesMax: 99_999 });
    expect(walk.next().done).toBe(false);
    const turn = walk.next(false);
    expect(turn.done && turn.value.isExhausted).toBe(false);
  });
});
