// Walks of a chart run live by XState: what it is, holds and does after each event, and which transitions it took.

import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createActor,
} from 'xstate';
import { charts } from '../../../model/host.ts';
import { transitionNames } from '../../../model/transitions.ts';
import type { ChartEvent, ChartInput, ChartName, Effect } from '../../../model/vocabulary.ts';
import { createRandom } from '../../simulator/random.ts';
import { chartInputs, drawEvent } from './events.ts';
import { findWays } from './ways.ts';

export interface WalkStep {
  event: ChartEvent;
  /** The ids of the states that it is in, leaves alone. */
  configuration: readonly string[];
  context: unknown;
  effects: readonly Effect[];
  taken: readonly AnyTransitionDefinition[];
}
export interface Walk {
  steps: readonly WalkStep[];
}

export function walkInput(walk: number): ChartInput {
  const input = chartInputs[walk % chartInputs.length];
  if (input === undefined) throw new Error('charts are given no input');
  return input;
}

export const chartNames: readonly ChartName[] = ['pairing', 'logging', 'heartbeat', 'failover'];

export interface Walker {
  walk(input: ChartInput, steps: number): Walk;
}

/**
 * Draws the walks of one chart, one after the other: the same seed gives the same walks in the same order. Each begins
 * with the way to the transition that was taken least often so far, and of a few events drawn it then gives the one that
 * does what was done least often in these states, with a channel or without. Every transition is taken on any seed: one that was missed
 * for the sake of the chart's input is still the rarest when the other input has its turn.
 */
export function createWalker(chart: ChartName, seed: number): Walker {
  const machine = charts[chart];
  const random = createRandom(seed);
  const ways = [...findWays(chart)];
  const names = transitionNames(machine);
  const timesTaken = createTally<AnyTransitionDefinition>();
  const timesDone = createTally<string>();
  const rarest = (snapshot: AnyMachineSnapshot): ChartEvent => {
    const drawn = Array.from({ length: 1 + random.below(candidatesMax) }, () => {
      const event = drawEvent(chart, snapshot, random);
      const [taken] = machine.getTransitionData(snapshot, event) ?? [];
      const name = taken === undefined ? event.type : names.get(taken);
      const where = `${configurationOf(snapshot)} ${hasChannel(snapshot.context)}`;
      return { event, done: `${where} ${name}` };
    });
    const best = timesDone.rarestOf(drawn, ({ done }) => done);
    timesDone.add(best.done);
    return best.event;
  };
  return {
    walk(input, steps) {
      const [, way] = timesTaken.rarestOf(ways, ([transition]) => transition);
      const walk = walkAlong(
        machine,
        input,
        steps,
        (snapshot, step) => way[step] ?? rarest(snapshot),
      );
      for (const one of walk.steps.flatMap(({ taken }) => taken)) timesTaken.add(one);
      return walk;
    },
  };
}

const candidatesMax = 8;

interface Tally<Key> {
  add(key: Key): void;
  /** The first of those that were added least often. */
  rarestOf<T>(among: readonly T[], keyOf: (one: T) => Key): T;
}

function createTally<Key>(): Tally<Key> {
  const times = new Map<Key, number>();
  const timesOf = (key: Key): number => times.get(key) ?? 0;
  return {
    add: (key) => times.set(key, timesOf(key) + 1),
    rarestOf: (among, keyOf) =>
      among.reduce((best, one) => (timesOf(keyOf(one)) < timesOf(keyOf(best)) ? one : best)),
  };
}

const hasChannel = (context: unknown): boolean =>
  typeof context === 'object' && context !== null && 'connection' in context
    ? context.connection !== 0
    : false;

/** The walk of any machine along given events. */
export function followWalk(
  machine: AnyStateMachine,
  input: ChartInput,
  events: readonly ChartEvent[],
): Walk {
  return walkAlong(machine, input, events.length, (_snapshot, step) => {
    const event = events[step];
    if (event === undefined) throw new Error(`the walk has no event ${step}`);
    return event;
  });
}

function walkAlong(
  machine: AnyStateMachine,
  input: ChartInput,
  steps: number,
  next: (snapshot: AnyMachineSnapshot, step: number) => ChartEvent,
): Walk {
  let taken: AnyTransitionDefinition[] = [];
  let effects: Effect[] = [];
  const actor = createActor(machine, {
    input,
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep') taken.push(...inspected._transitions);
    },
  });
  actor.on('*', (emitted) => {
    // Charts are set up with `emitted: Effect`, which is what the type checker holds their `emit` to.
    effects.push(emitted as Effect);
  });
  actor.start();
  const done: WalkStep[] = [];
  for (let step = 0; step < steps; step++) {
    [effects, taken] = [[], []];
    const event = next(actor.getSnapshot(), step);
    actor.send(event);
    const snapshot = actor.getSnapshot();
    if (snapshot.status === 'error') throw snapshot.error;
    const { context } = snapshot;
    done.push({ event, configuration: configurationOf(snapshot), context, effects, taken });
  }
  return { steps: done };
}

const configurationOf = ({ _nodes }: AnyMachineSnapshot): string[] =>
  _nodes
    .filter(({ type }) => type === 'atomic' || type === 'final')
    .map(({ id }) => id)
    .sort();
