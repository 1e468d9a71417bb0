// The exported configuration, read back with the chart's implementations, is the chart.

import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { machineToCanonical } from '../../../model/chart/canonical.ts';
import { chartToConfig } from '../../../model/chart/config.ts';
import { charts } from '../../../model/host.ts';
import type { ChartInput } from '../../../model/vocabulary.ts';
import { chartNames, createWalker, followWalk, type WalkStep, walkInput } from './walk.ts';

const seed = 1;

function readBack(machine: AnyStateMachine, input: ChartInput): AnyStateMachine {
  const { guards, actions } = machine.implementations;
  return createMachine(JSON.parse(chartToConfig(machine, input))).provide({ guards, actions });
}

/** The transitions taken are objects of one machine and not of the other. */
const outside = ({
  event,
  configuration,
  context,
  effects,
}: WalkStep): Omit<WalkStep, 'taken'> => ({
  ...{ event, configuration, context, effects },
});

describe.each(chartNames)('%s', (name) => {
  const machine = charts[name];

  test('takes the same walks', () => {
    const walker = createWalker(name, seed);
    for (let walk = 0; walk < 100; walk++) {
      const input = walkInput(walk);
      const { steps } = walker.walk(input, 40);
      const twin = readBack(machine, input);
      const events = steps.map(({ event }) => event);
      const seen = followWalk(twin, input, events).steps.map(outside);
      expect(seen, `seed ${seed}, walk ${walk}`).toEqual(steps.map(outside));
    }
  });

  test('has the same canonical form', () => {
    expect(machineToCanonical(readBack(machine, walkInput(0)))).toEqual(
      machineToCanonical(machine),
    );
  });

  test('with another guard is not the chart, and the walks see it', () => {
    const input = walkInput(0);
    const shut = Object.keys(machine.implementations.guards).map((guard) => [guard, () => false]);
    const mutant = readBack(machine, input).provide({ guards: Object.fromEntries(shut) });
    const { steps } = createWalker(name, seed).walk(input, 400);
    const events = steps.map(({ event }) => event);
    expect(followWalk(mutant, input, events).steps.map(outside)).not.toEqual(steps.map(outside));
  });
});

test('a chart with a function that has no name is refused', () => {
  const nameless = createMachine({ id: 'made', on: { go: { actions: () => {} } } });
  expect(() => chartToConfig(nameless)).toThrow("the chart holds a function at 'actions'");
});
