// A short way to each transition of a chart, found without chance: breadth first over what an open environment may give.
// Not an exploration of all that a chart holds: it goes on from a place only if something about it is new (the novelty
// search of Lipovetzky and Geffner 2012, with width 1), so it ends in seconds.

import {
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createActor,
} from 'xstate';
import { charts } from '../../../model/host.ts';
import { transitionNames } from '../../../model/transitions.ts';
import type { ChartEvent, ChartName } from '../../../model/vocabulary.ts';
import { chartInputs, eventsNear } from './events.ts';

/** The events of the way; the last of them takes the transition, for at least one of `chartInputs`. */
export type Ways = ReadonlyMap<AnyTransitionDefinition, readonly ChartEvent[]>;

const found = new Map<ChartName, Ways>();

/** A transition that no way was found to is not among them. */
export function findWays(chart: ChartName): Ways {
  const known = found.get(chart);
  if (known !== undefined) return known;
  const machine = charts[chart];
  const names = transitionNames(machine);
  const search = { chart, machine, names, ways: new Map(), step: createStep(machine) };
  for (const grain of grains) {
    if (search.ways.size < names.size) searchFrom(search, grain);
  }
  found.set(chart, search.ways);
  return search.ways;
}

/** What the new is looked for in: the states alone, or the states and how they were reached, which takes longer. */
const grains = ['states', 'arrivals'] as const;
type Grain = (typeof grains)[number];

interface Search {
  chart: ChartName;
  machine: AnyStateMachine;
  names: ReadonlyMap<AnyTransitionDefinition, string>;
  ways: Map<AnyTransitionDefinition, readonly ChartEvent[]>;
  step: Step;
}
interface Place {
  snapshot: AnyMachineSnapshot;
  way: readonly ChartEvent[];
}

function searchFrom(search: Search, grain: Grain): void {
  const { machine, names, ways, step } = search;
  const isNew = createNovelty();
  const places: Place[] = chartInputs.map((input) => ({
    snapshot: createActor(machine, { input }).start().getSnapshot(),
    way: [],
  }));
  for (const { snapshot, way } of places) {
    for (const event of eventsWorthGiving(search, snapshot)) {
      const { next, taken } = step(snapshot, event);
      const onward = [...way, event];
      for (const one of taken) {
        if (names.has(one) && !ways.has(one)) ways.set(one, onward);
      }
      if (ways.size === names.size) return;
      const arrival = grain === 'arrivals' ? taken.map((one) => names.get(one)) : [];
      if (isNew(next, arrival.join())) places.push({ snapshot: next, way: onward });
    }
  }
}

/** Each event with at most one field that does not fit best; with two where that takes what was never taken. */
function* eventsWorthGiving(
  { chart, machine, ways }: Search,
  snapshot: AnyMachineSnapshot,
): Generator<ChartEvent> {
  const nodes = snapshot._nodes;
  const takenBy = (event: ChartEvent): readonly AnyTransitionDefinition[] =>
    machine.getTransitionData(snapshot, event) ?? [];
  const types = new Set(nodes.flatMap(({ ownEvents }) => ownEvents));
  for (const event of eventsNear(chart, snapshot, types, 1)) {
    if (takenBy(event).length > 0) yield event;
  }
  const never = nodes
    .flatMap(({ transitions }) => [...transitions.values()].flat())
    .filter((one) => !ways.has(one));
  for (const event of eventsNear(chart, snapshot, new Set(never.map((one) => one.eventType)), 2)) {
    if (takenBy(event).some((one) => !ways.has(one))) yield event;
  }
}

type Step = (
  snapshot: AnyMachineSnapshot,
  event: ChartEvent,
) => { next: AnyMachineSnapshot; taken: readonly AnyTransitionDefinition[] };

/** One event given to a chart in any state, without an actor of its own: half as fast would be too slow here. */
function createStep(machine: AnyStateMachine): Step {
  let taken: AnyTransitionDefinition[] = [];
  const self = createActor(machine, {
    input: chartInputs[0],
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep') taken.push(...inspected._transitions);
    },
  });
  const ignore = (): void => {};
  const scope: AnyActorScope = {
    ...{ self, system: self.system, id: self.id, sessionId: self.sessionId, logger: ignore },
    ...{ defer: ignore, emit: ignore, stopChild: ignore, actionExecutor: ignore },
  };
  return (snapshot, event) => {
    taken = [];
    return { next: machine.transition(snapshot, event, scope), taken };
  };
}

/** Whether a value of a single field is seen for the first time in these states, reached so. */
function createNovelty(): (snapshot: AnyMachineSnapshot, arrival: string) => boolean {
  const seen = new Map<string, Set<string>>();
  return ({ _nodes, context }, arrival) => {
    const key = `${_nodes.map(({ id }) => id).join()} ${arrival}`;
    const known = seen.get(key) ?? new Set();
    seen.set(key, known);
    const size = known.size;
    for (const fact of factsIn(context, '')) known.add(fact);
    return known.size > size;
  };
}

/** What is so in a value, field by field; beyond a bound a number or a length is like any other. */
function factsIn(value: unknown, path: string): string[] {
  if (typeof value === 'number') return [`${path}=${Math.min(value, countsMax)}`];
  if (typeof value !== 'object' || value === null) return [`${path}=${value}`];
  if (Array.isArray(value)) {
    const length = `${path}#${Math.min(value.length, countsMax)}`;
    return [length, ...value.flatMap((one) => factsIn(one, `${path}[]`))];
  }
  return Object.entries(value).flatMap(([name, one]) => factsIn(one, `${path}.${name}`));
}

const countsMax = 3;
