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
import { drawEvent } from './events.ts';

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

/** Small enough that the log becomes full. */
export const walkInput = (walk: number): ChartInput => ({
  self: 'p#1',
  entriesMax: 2,
  network: walk % 2 === 0 ? 'at-least-once' : 'may-be-lost',
  reconnect: walk % 4 !== 3,
});

export const chartNames: readonly ChartName[] = ['pairing', 'logging', 'heartbeat', 'failover'];

export interface Walker {
  walk(input: ChartInput, steps: number): Walk;
}

/**
 * Draws the walks of one chart, one after the other: the same seed gives the same walks in the same order. Each begins
 * with the shortest way known to a place where the fewest began so far, and of a few events drawn it then gives the
 * one that does what was done least often with a channel or without, so that walks get far into a chart.
 */
export function createWalker(chart: ChartName, seed: number): Walker {
  const machine = charts[chart];
  const random = createRandom(seed);
  const ways = new Map<string, Way>();
  const areas = new Map<string, number>();
  const remember = ({ steps }: Walk): void => {
    for (const [index, step] of steps.entries()) {
      const { area, flags } = placeOf(step);
      const key = `${area} ${flags}`;
      const known = ways.get(key);
      if (known !== undefined && known.events.length <= index + 1) continue;
      const events = steps.slice(0, index + 1).map(({ event }) => event);
      ways.set(key, { area, events, walks: known?.walks ?? 0 });
    }
  };
  const leastWalked = (): readonly ChartEvent[] => {
    const walksIn = ({ area }: Way): number => areas.get(area) ?? 0;
    const [way] = [...ways.values()].sort((a, b) => walksIn(a) - walksIn(b) || a.walks - b.walks);
    if (way === undefined) return [];
    areas.set(way.area, walksIn(way) + 1);
    way.walks += 1;
    return way.events;
  };
  const names = transitionNames(machine);
  const times = new Map<string, number>();
  const rarest = (snapshot: AnyMachineSnapshot): ChartEvent => {
    const drawn = Array.from({ length: 1 + random.below(candidatesMax) }, () => {
      const event = drawEvent(chart, snapshot, random);
      const [taken] = machine.getTransitionData(snapshot, event) ?? [];
      const name = taken === undefined ? event.type : names.get(taken);
      return { event, done: `${name} ${hasChannel(snapshot.context)}` };
    });
    const timesOf = ({ done }: { done: string }): number => times.get(done) ?? 0;
    const [first, ...others] = drawn;
    if (first === undefined) throw new Error('no event was drawn');
    const best = others.reduce(
      (one, other) => (timesOf(other) < timesOf(one) ? other : one),
      first,
    );
    times.set(best.done, timesOf(best) + 1);
    return best.event;
  };
  return {
    walk(input, steps) {
      const way = leastWalked();
      const walk = walkAlong(
        machine,
        input,
        steps,
        (snapshot, step) => way[step] ?? rarest(snapshot),
      );
      remember(walk);
      return walk;
    },
  };
}

const candidatesMax = 8;

/** The shortest way known to a place, and how many walks began with it. */
interface Way {
  area: string;
  events: readonly ChartEvent[];
  walks: number;
}

/**
 * Where a walk may begin. The area is the states, whether there is a channel, and what is asked; what is wanted, and
 * what is held true or false, makes the places in it: a state with many of those has not more walks than another.
 */
const placeOf = ({ configuration, context }: WalkStep): Pick<Way, 'area'> & { flags: string } => {
  const held = new Map<string, unknown>(Object.entries(Object(context)));
  const flags = [...held.values()].filter((value) => typeof value === 'boolean');
  const area = `${configuration} ${hasChannel(context)} ${held.get('intent')}`;
  return { area, flags: `${held.get('wanted')} ${flags}` };
};

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
