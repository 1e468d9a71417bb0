// Mutants: how many there are, that each has its fault, and that those killed are those that a test
// shows.

import { describe, expect, test } from 'vitest';
import { compareMachines } from '../../../model/generation/compare.ts';
import { drawMutants, survivorsOf } from '../../../model/generation/kills.ts';
import { tableToMealy } from '../../../model/generation/mealy.ts';
import { createGenerators } from '../../../model/generation/methods.ts';
import {
  type Fault,
  faults,
  type Mutant,
  mutate,
  populationOf,
} from '../../../model/generation/mutants.ts';
import { createRandom, sampleBelow } from '../../../model/generation/random.ts';
import { createPlay } from './judge.ts';
import { drawMachine } from './random-machine.ts';

/** Two states that allow both inputs, one that allows one; two outputs. */
const machine = tableToMealy(
  ['a', 'b'],
  [
    [
      ['x', 1],
      ['x', 0],
    ],
    [
      ['x', 0],
      ['y', 2],
    ],
    [['y', 0], null],
  ],
);
const allOf = (fault: Fault): Mutant[] => {
  const { size, at } = populationOf(machine, fault);
  return Array.from({ length: size }, (_, index) => at(index));
};

test.each<[Fault, number]>([
  ['output', 5],
  // Between states 0 and 1 alone: no other allows what state 2 allows.
  ['transfer', 4],
  // A copy of state 0, 1 or 2 at each way into it, with each of its outputs wrong.
  ['extra-output', 3 * 2 + 1 * 2 + 1 * 1],
  // To 0 or 1, and to the copy where it allows the same.
  ['extra-transfer', 3 * 4 + 1 * (2 + 0) + 1 * 1],
])('of %s there are %d, each once', (fault, size) => {
  const mutants = allOf(fault);
  expect(new Set(mutants.map((mutant) => JSON.stringify(mutant))).size).toBe(size);
  expect(mutants.length).toBe(size);
});

test('a mutant is the machine but for its changes', () => {
  for (const mutant of faults.flatMap(allOf)) {
    const mutated = mutate(machine, mutant);
    expect(mutated.states).toBe(machine.states + (mutant.copyOf === null ? 0 : 1));
    const changed = [...machine.next.keys()].filter(
      (cell) =>
        mutated.next[cell] !== machine.next[cell] || mutated.output[cell] !== machine.output[cell],
    );
    const [{ state, input }] = mutant.changes;
    expect(changed).toEqual([state * 2 + input]);
  }
});

test('a number beyond the population is refused', () => {
  const { at, size } = populationOf(machine, 'transfer');
  expect(() => at(size)).toThrow(`expected a number below ${size}, got ${size}`);
});

describe('kills', () => {
  const drawn = drawMachine({ states: 5, inputs: 2, outputs: 2, partial: true }, 11);
  const everything = { size: Number.POSITIVE_INFINITY, seed: 1 };

  test.each(faults)('of %s are those that playing the whole mutant shows', (fault) => {
    const { faulty } = drawMutants(drawn, populationOf(drawn, fault), everything);
    const tests = [...createGenerators(drawn).transitionCover().tests()];
    const play = createPlay(drawn, tests);
    const passing = faulty.filter((mutant) => play(mutate(drawn, mutant)));
    const key = (mutants: readonly Mutant[]) => mutants.map((one) => JSON.stringify(one)).sort();
    expect(key(survivorsOf(drawn, faulty, tests))).toEqual(key(passing));
  });

  test('count what is equivalent and what is outside apart', () => {
    const population = populationOf(drawn, 'extra-transfer');
    const sample = drawMutants(drawn, population, everything);
    expect(sample.drawn).toBe(population.size);
    expect(sample.equivalent + sample.outside + sample.faulty.length).toBe(sample.drawn);
    for (const mutant of sample.faulty) {
      expect(compareMachines(drawn, mutate(drawn, mutant), 'equivalence').kind).toBe('different');
    }
  });
});

describe('a sample', () => {
  test('has no number twice and is drawn again by its seed', () => {
    const drawn = sampleBelow(1000, 100, createRandom(7));
    expect(new Set(drawn).size).toBe(100);
    expect(Math.max(...drawn)).toBeLessThan(1000);
    expect(sampleBelow(1000, 100, createRandom(7))).toEqual(drawn);
    expect(sampleBelow(1000, 100, createRandom(8))).not.toEqual(drawn);
  });

  test('of more than there are is all', () => {
    expect(sampleBelow(4, 9, createRandom(1))).toEqual([0, 1, 2, 3]);
  });

  test('reaches all of a large population', () => {
    const drawn = sampleBelow(2 ** 40, 200, createRandom(1));
    expect(Math.max(...drawn)).toBeGreaterThan(0.9 * 2 ** 40);
    expect(Math.min(...drawn)).toBeLessThan(0.1 * 2 ** 40);
  });
});
