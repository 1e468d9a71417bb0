// Walks of a chart run live by XState: what it is, holds and does after each event, and which transitions it took.

import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  createActor,
} from 'xstate';
import { charts } from '../../../model/host.ts';
import type { ChartEvent, ChartInput, ChartName, Effect } from '../../../model/vocabulary.ts';
import { createRandom } from '../../simulator/random.ts';
import { drawEvent } from './events.ts';

export interface WalkStep {
  event: ChartEvent;
  /** The ids of the states that it is in, leaves alone. */
  configuration: readonly string[];
  context: unknown;
  effects: readonly Effect[];
}
export interface Walk {
  steps: readonly WalkStep[];
  taken: readonly AnyTransitionDefinition[];
}

/** Small enough that the log becomes full. */
export const walkInput = (walk: number): ChartInput => ({
  self: 'p#1',
  entriesMax: 2,
  network: walk % 2 === 0 ? 'at-least-once' : 'may-be-lost',
});

export const chartNames: readonly ChartName[] = ['pairing', 'logging', 'heartbeat', 'failover'];

export interface Walker {
  walk(input: ChartInput, steps: number): Walk;
}

/**
 * Draws the walks of one chart, one after the other: the same seed gives the same walks in the same order. Of a few
 * events drawn it gives the one whose transition was taken least often so far, so that walks get far into a chart.
 */
export function createWalker(chart: ChartName, seed: number): Walker {
  const machine = charts[chart];
  const random = createRandom(seed);
  const timesTaken = new Map<AnyTransitionDefinition, number>();
  const familiarity = (snapshot: AnyMachineSnapshot, event: ChartEvent): number => {
    const taken = machine.getTransitionData(snapshot, event) ?? [];
    const times = taken.map((one) => timesTaken.get(one) ?? 0);
    return times.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...times);
  };
  const next = (snapshot: AnyMachineSnapshot): ChartEvent => {
    const first = drawEvent(chart, snapshot, random);
    const others = Array.from({ length: random.below(candidatesMax) }, () =>
      drawEvent(chart, snapshot, random),
    );
    return others.reduce(
      (best, one) => (familiarity(snapshot, one) < familiarity(snapshot, best) ? one : best),
      first,
    );
  };
  return {
    walk(input, steps) {
      const walk = walkAlong(machine, input, steps, next);
      for (const one of walk.taken) timesTaken.set(one, (timesTaken.get(one) ?? 0) + 1);
      return walk;
    },
  };
}

const candidatesMax = 12;

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
  const taken: AnyTransitionDefinition[] = [];
  const actor = createActor(machine, {
    input,
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep') taken.push(...inspected._transitions);
    },
  });
  let effects: Effect[] = [];
  actor.on('*', (emitted) => {
    // Charts are set up with `emitted: Effect`, which is what the type checker holds their `emit` to.
    effects.push(emitted as Effect);
  });
  actor.start();
  const done: WalkStep[] = [];
  for (let step = 0; step < steps; step++) {
    effects = [];
    const event = next(actor.getSnapshot(), step);
    actor.send(event);
    const snapshot = actor.getSnapshot();
    if (snapshot.status === 'error') throw snapshot.error;
    done.push({ event, configuration: configurationOf(snapshot), ...held(snapshot), effects });
  }
  return { steps: done, taken };
}

/** Every transition of a machine with a name that a reader finds again. */
export function transitionsOf(machine: AnyStateMachine): Map<AnyTransitionDefinition, string> {
  const named = new Map<AnyTransitionDefinition, string>();
  const visit = (node: AnyStateNode): void => {
    const own = [...(node.always ?? []), ...[...node.transitions.values()].flat()];
    for (const [index, one] of own.entries()) {
      named.set(one, `${node.id}: ${one.eventType === '' ? 'always' : one.eventType} (${index})`);
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(machine.root);
  return named;
}

const configurationOf = ({ _nodes }: AnyMachineSnapshot): string[] =>
  _nodes
    .filter(({ type }) => type === 'atomic' || type === 'final')
    .map(({ id }) => id)
    .sort();

const held = ({ context }: AnyMachineSnapshot): { context: unknown } => ({ context });
