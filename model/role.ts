// A role: one chart as a pure, memoised step over numbered local states. XState runs once for each distinct local step.
// It executes no action: what a chart emits is returned, and anything that would hide state is an error.

import {
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  initialTransition,
} from 'xstate';
import { createInterner } from './intern.ts';
import type { ChartEvent, ChartInput, Effect } from './vocabulary.ts';

export interface RoleStep {
  next: number;
  out: readonly Effect[];
  /** The clauses on the transition taken and on the states entered by it. */
  requirements: readonly string[];
}
export interface Role {
  readonly initial: number;
  /** Null: the chart does not use the event in this state. */
  step(state: number, event: ChartEvent): RoleStep | null;
  snapshot(state: number): AnyMachineSnapshot;
}

export function createRole(machine: AnyStateMachine, input: ChartInput): Role {
  const executed: ExecutableAction[] = [];
  const scope = inertScope(machine, input, executed);
  const [initial] = initialTransition(machine, input);
  const snapshots = createInterner<AnyMachineSnapshot>(snapshotKey);
  const memo = new Map<string, RoleStep | null>();

  const take = (state: number, event: ChartEvent): RoleStep | null => {
    const before = snapshots.value(state);
    executed.length = 0;
    const after = machine.transition(before, event, scope);
    if (after.status === 'error') throw after.error;
    const transitions = machine.getTransitionData(before, event) ?? [];
    // The same snapshot with actions is a transition that only emits; without, the event is not used, unless a
    // transition without effect says so.
    if (after === before && executed.length === 0 && transitions.length === 0) return null;
    return {
      next: snapshots.id(after),
      out: executed.map(emitted),
      requirements: requirementsOf(transitions, before, after),
    };
  };
  return {
    initial: snapshots.id(initial),
    snapshot: snapshots.value,
    step(state, event) {
      const key = `${state} ${JSON.stringify(event)}`;
      const known = memo.get(key);
      if (known !== undefined) return known;
      const step = take(state, event);
      memo.set(key, step);
      return step;
    },
  };
}

interface ExecutableAction {
  type: string;
  params?: unknown;
}

/** `transition()` of xstate builds a throw-away actor on each call; this scope is built once. */
function inertScope(
  machine: AnyStateMachine,
  input: ChartInput,
  executed: ExecutableAction[],
): AnyActorScope {
  const self = createActor(machine, { input });
  return {
    self,
    id: '',
    sessionId: '',
    system: self.system,
    logger: ignore,
    defer: ignore,
    emit: ignore,
    stopChild: ignore,
    actionExecutor: (action) => executed.push(action),
  };
}

const ignore = (): void => {};

function emitted(action: ExecutableAction): Effect {
  if (action.type !== 'xstate.emit') {
    throw new Error(`a chart may only emit, but it did ${action.type}`);
  }
  const { params } = action;
  if (typeof params !== 'object' || params === null || !('event' in params)) {
    throw new Error('an emitted effect has no event');
  }
  // Charts are set up with `emitted: Effect`, which is what the type checker holds their `emit` to.
  return params.event as Effect;
}

function snapshotKey(snapshot: AnyMachineSnapshot): string {
  if (Object.keys(snapshot.children).length > 0) throw new Error('a child would hide state');
  return JSON.stringify([snapshot.value, snapshot.context]);
}

function requirementsOf(
  transitions: readonly { meta?: unknown }[],
  before: AnyMachineSnapshot,
  after: AnyMachineSnapshot,
): string[] {
  const old = before.getMeta();
  const entered = Object.entries(after.getMeta()).filter(([id]) => !(id in old));
  const metas = [...transitions.map((one) => one.meta), ...entered.map(([, meta]) => meta)];
  return [...new Set(metas.flatMap(requirementsIn))];
}

/** The clauses that a state's or a transition's meta names. */
export function requirementsIn(meta: unknown): string[] {
  if (typeof meta !== 'object' || meta === null || !('requirements' in meta)) return [];
  return Array.isArray(meta.requirements) ? meta.requirements.map(String) : [];
}
