// Mealy machines as numbers: from tables, from a walk, and their minimal form.

import { describe, expect, test } from 'vitest';
import { compareMachines } from '../../../model/generation/compare.ts';
import {
  exploreMealy,
  impossible,
  nextOf,
  outputOf,
  possibleIn,
  possibleSets,
  tableToMealy,
  transitionsOf,
} from '../../../model/generation/mealy.ts';
import { minimise } from '../../../model/generation/minimise.ts';
import { drawMachine } from './random-machine.ts';

/** States 1 and 2 do the same, state 3 allows less, nothing leads to state 4. */
const table = tableToMealy(
  ['a', 'b'],
  [
    [
      ['x', 1],
      ['x', 2],
    ],
    [
      ['x', 0],
      ['y', 3],
    ],
    [
      ['x', 0],
      ['y', 3],
    ],
    [['x', 0], null],
    [
      ['y', 4],
      ['y', 4],
    ],
  ],
);

describe('a table', () => {
  test('says what is put out, what comes next and what is impossible', () => {
    expect(table.outputs).toEqual(['x', 'y']);
    expect([nextOf(table, 1, 1), outputOf(table, 1, 1)]).toEqual([3, 1]);
    expect([nextOf(table, 3, 1), outputOf(table, 3, 1)]).toEqual([impossible, impossible]);
    expect(possibleIn(table, 3)).toEqual([0]);
    expect([...possibleSets(table)]).toEqual([0, 0, 0, 1, 0]);
    expect(transitionsOf(table)).toBe(9);
  });

  test('is refused where a row is short or leads nowhere', () => {
    expect(() => tableToMealy(['a', 'b'], [[['x', 0]]])).toThrow('expected 2 cells, got 1');
    expect(() => tableToMealy(['a'], [[['x', 1]]])).toThrow('expected a state below 1, got 1');
  });
});

describe('a walk', () => {
  const counter = (limit: number) => ({
    initial: 0,
    key: String,
    *moves(at: number) {
      yield { input: 'up', output: 'ok', next: at + 1 === limit ? 0 : at + 1 };
      if (at > 0) yield { input: 'down', output: at === 1 ? 'zero' : 'ok', next: at - 1 };
    },
  });

  test('numbers states in the order of their distance', () => {
    const { machine, reached } = exploreMealy(counter(5));
    expect(reached).toEqual([0, 1, 2, 3, 4]);
    expect(machine.inputs).toEqual(['up', 'down']);
    expect(possibleIn(machine, 0)).toEqual([0]);
    expect(machine.outputs[outputOf(machine, 1, 1)]).toBe('zero');
  });

  test('without an end is an error that names the bound', () => {
    expect(() => exploreMealy(counter(Number.POSITIVE_INFINITY))).toThrow('more than 20000 states');
  });

  test('with the same input twice is an error', () => {
    const moves = () => ['a', 'a'].map((input) => ({ input, output: 'x', next: 0 }));
    expect(() => exploreMealy({ initial: 0, key: String, moves })).toThrow('has the input a twice');
  });
});

describe('minimisation', () => {
  test('merges what nothing tells apart and drops what is not reached, and says so', () => {
    const { machine, merged, unreachable, stateOf } = minimise(table);
    expect(machine.states).toBe(3);
    expect(merged).toEqual([[1, 2]]);
    expect(unreachable).toEqual([4]);
    expect([...stateOf]).toEqual([0, 1, 1, 2, -1]);
    expect(compareMachines(table, machine, 'equivalence')).toEqual({ kind: 'related' });
  });

  test('keeps states apart that allow different inputs', () => {
    const partial = tableToMealy(
      ['a', 'b'],
      [
        [['x', 1], null],
        [
          ['x', 0],
          ['x', 0],
        ],
      ],
    );
    expect(minimise(partial).machine.states).toBe(2);
  });

  test('of a minimal machine changes nothing', () => {
    const machine = drawMachine({ states: 7, inputs: 2, outputs: 2, partial: true }, 5);
    expect(minimise(machine)).toMatchObject({ machine, merged: [], unreachable: [] });
  });
});

describe('comparison', () => {
  const one = tableToMealy(
    ['a', 'b'],
    [
      [
        ['x', 0],
        ['y', 0],
      ],
    ],
  );
  const late = tableToMealy(
    ['a', 'b'],
    [
      [
        ['x', 1],
        ['y', 0],
      ],
      [
        ['y', 1],
        ['y', 0],
      ],
    ],
  );
  const less = tableToMealy(['a', 'b'], [[['x', 0], null]]);

  test('gives a shortest word that is answered differently', () => {
    expect(compareMachines(one, late, 'equivalence')).toEqual({ kind: 'different', word: [0, 0] });
  });

  test('calls a machine outside that allows other inputs, unless it may allow more', () => {
    expect(compareMachines(one, less, 'equivalence')).toEqual({ kind: 'outside', word: [] });
    expect(compareMachines(one, less, 'quasi-equivalence').kind).toBe('outside');
    expect(compareMachines(less, one, 'equivalence').kind).toBe('outside');
    expect(compareMachines(less, one, 'quasi-equivalence')).toEqual({ kind: 'related' });
  });

  test('refuses machines of different inputs', () => {
    const narrow = tableToMealy(['a'], [[['x', 0]]]);
    expect(() => compareMachines(one, narrow, 'equivalence')).toThrow('2 inputs, got 1');
  });
});
