// What a step of a role is credited with: the clauses of every transition taken in it, those without an event too.

import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { createRole } from '../../model/role.ts';
import { transitionsCiting } from '../../model/transitions.ts';
import type { ChartEvent } from '../../model/vocabulary.ts';

const cite = (clause: string) => ({ requirements: [clause] });
const machine = setup({ types: { events: {} as ChartEvent } }).createMachine({
  id: 'toy',
  initial: 'idle',
  states: {
    idle: { on: { 'start.wanted': { target: 'passing', meta: cite('toy.started') } } },
    passing: {
      meta: cite('toy.passed'),
      always: { target: 'ended', meta: cite('toy.eventless') },
      on: { 'join.due': { target: 'idle', meta: cite('toy.untaken') } },
    },
    ended: { meta: cite('toy.ended') },
  },
});
const role = createRole(machine, {
  self: 'p#1',
  entriesMax: 1,
  network: 'at-least-once',
  reconnect: false,
  throttleMax: 0,
});

test('transitions come first, in the order in which they were taken, then the states entered', () => {
  const step = role.step(role.initial, { type: 'start.wanted' });
  expect(step?.requirements).toEqual(['toy.started', 'toy.eventless', 'toy.passed', 'toy.ended']);
  expect(step?.taken).toEqual(['toy.idle: start.wanted (0)', 'toy.passing: always (0)']);
});

test('an event that the chart does not use takes nothing', () => {
  expect(role.step(role.initial, { type: 'join.due' })).toBeNull();
});

test('the transitions that cite a clause are found by it', () => {
  expect(transitionsCiting(machine, 'toy.untaken')).toEqual(['toy.passing: join.due (1)']);
  expect(transitionsCiting(machine, 'toy.passed')).toEqual([]);
});
