// Confluent steps first: the same verdicts with fewer states, because every diamond that such a step is in closes.

import { describe, expect, test } from 'vitest';
import { confluentIn } from '../../../model/explore/reduction.ts';
import { explore, optionsOf, type Report } from '../../../model/explore.ts';
import { properties } from '../../../model/properties.ts';
import { rows } from '../../../model/rows.ts';
import { seededBugs } from '../../../model/seeded-bugs.ts';
import { createSystem, type System, type Transition } from '../../../model/system.ts';

const outcomes = ({ verdicts }: Report<Transition>) =>
  verdicts.map(({ property, outcome }) => ({ property, outcome }));

/** Rows that are exhausted within this many states. */
const statesMax = 45_000;
const small = new Set(['restart', 'rivals', 'off-and-on', 'turn-off', 'test-failover', 'lost']);

describe('a row that is reduced', () => {
  test.each(rows.filter(({ name }) => small.has(name)))('$name: has the same verdicts', (row) => {
    const look = (isReduced: boolean) =>
      explore({ model: createSystem(row.bounds), properties, statesMax, isReduced });
    const [whole, reduced] = [look(false), look(true)];
    expect([whole.isExhausted, reduced.isExhausted]).toEqual([true, true]);
    expect(outcomes(reduced)).toEqual(outcomes(whole));
    expect(reduced.states).toBeLessThan(whole.states);
  });
});

describe('a seeded bug', () => {
  test.each(seededBugs)('$name is found in what is left', (bug) => {
    const model = createSystem(bug.bounds, bug.variant);
    const judged = properties.filter(({ name }) => !bug.onlyItsOwn || name === bug.property);
    const report = explore({ model, properties: judged, statesMax: 80_000, isReduced: true });
    const violated = outcomes(report).filter(({ outcome }) => outcome === 'violated');
    expect(violated.map(({ property }) => property)).toContain(bug.property);
  });
});

/** Every confluent step among the states nearest to the start, with what does not close its diamond. */
function openDiamonds(system: System, statesMax: number): { confluent: number; open: string[] } {
  const states: Int32Array[] = [];
  const onState = (words: Int32Array) => states.push(Int32Array.from(words));
  explore({ model: system, properties: [], statesMax, onState });
  let confluent = 0;
  const open: string[] = [];
  for (const state of states) {
    const options = optionsOf(system, state);
    for (const [at, first] of options.entries()) {
      if (first.step.isConfluent !== true) continue;
      confluent++;
      if (first.step.deeds.length > 0) open.push(`${first.step.label} has deeds`);
      const after = optionsOf(system, first.words);
      for (const [other, { step, words }] of options.entries()) {
        if (other === at) continue;
        const late = optionsOf(system, words).filter(({ step }) => step.label === first.step.label);
        const ends = new Set([words, ...late.map((one) => one.words)].map(String));
        const isClosed = after.some(
          (one) => one.step.label === step.label && ends.has(String(one.words)),
        );
        if (!isClosed) open.push(`${first.step.label} beside ${step.label}`);
      }
    }
  }
  return { confluent, open };
}

describe('a confluent step', () => {
  const large = { arbiter: 60_000, other: 12_000 };
  const chosen = ['arbiter-loss', 'again', 'lost', 'rivals'] as const;

  test.each(chosen)('of %s leaves every other step as it was', (name) => {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) throw new Error(`there is no row ${name}`);
    const max = name === 'arbiter-loss' ? large.arbiter : large.other;
    const { confluent, open } = openDiamonds(createSystem(row.bounds), max);
    expect(confluent).toBeGreaterThan(0);
    expect([...new Set(open)]).toEqual([]);
  });

  test('is the first that says so; where none does, all steps are made', () => {
    const model = { isConfluent: (step: number) => step === 7 };
    const stepsOf = (...steps: number[]) => ({
      size: steps.length,
      step: (index: number) => steps[index] ?? 0,
    });
    const full = { ...createSystem(rows[0]?.bounds ?? refuse()), ...model };
    expect(confluentIn(full, stepsOf(3, 7, 7))).toBe(1);
    expect(confluentIn(full, stepsOf(3, 4))).toBe(-1);
  });
});

function refuse(): never {
  throw new Error('there is no row');
}
