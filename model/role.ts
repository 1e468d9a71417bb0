// A role: one chart as a pure, memoised step over numbered local states. XState runs once for each distinct local step.
// It executes no action: what a chart emits is returned, and anything that would hide state is an error.

import {
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type InspectedMicrostepEvent,
  initialTransition,
} from 'xstate';
import { createInterner } from './intern.ts';
import { requirementsIn, transitionNames } from './transitions.ts';
import type { ChartEvent, ChartInput, Effect } from './vocabulary.ts';

export interface RoleStep {
  next: number;
  out: readonly Effect[];
  /** The clauses on the transitions taken, eventless ones too, and on the states entered by them. */
  requirements: readonly string[];
  /** The transitions taken, by name. */
  taken: readonly string[];
}
export interface Role {
  readonly initial: number;
  /** Null: the chart does not use the event in this state. */
  step(state: number, event: ChartEvent): RoleStep | null;
  snapshot(state: number): AnyMachineSnapshot;
}

export function createRole(machine: AnyStateMachine, input: ChartInput): Role {
  const executed: ExecutableAction[] = [];
  const microsteps: InspectedMicrostepEvent[] = [];
  const scope = inertScope(machine, input, { executed, microsteps });
  const names = transitionNames(machine);
  const [initial] = initialTransition(machine, input);
  const snapshots = createInterner<AnyMachineSnapshot>(snapshotKey);
  const memo = new Map<string, RoleStep | null>();

  const take = (state: number, event: ChartEvent): RoleStep | null => {
    const before = snapshots.value(state);
    executed.length = 0;
    microsteps.length = 0;
    const after = machine.transition(before, event, scope);
    if (after.status === 'error') throw after.error;
    const transitions = microsteps.flatMap(({ _transitions }) => _transitions);
    // The same snapshot with actions is a transition that only emits; without, the event is not used, unless a
    // transition without effect says so.
    if (after === before && executed.length === 0 && transitions.length === 0) return null;
    return {
      next: snapshots.id(after),
      out: executed.map(emitted),
      requirements: requirementsOf(microsteps, before),
      taken: transitions.map((one) => names.get(one) ?? ''),
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
  { executed, microsteps }: { executed: ExecutableAction[]; microsteps: InspectedMicrostepEvent[] },
): AnyActorScope {
  const self = createActor(machine, {
    input,
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep') microsteps.push(inspected);
    },
  });
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

/** What the transitions cite comes first, in the order in which they were taken. */
function requirementsOf(
  microsteps: readonly InspectedMicrostepEvent[],
  before: AnyMachineSnapshot,
): string[] {
  const old = before.getMeta();
  const metas = microsteps.flatMap(({ _transitions }) => _transitions.map(({ meta }) => meta));
  const entered = microsteps.flatMap(({ snapshot }) =>
    // Each of them is a snapshot of the same machine as the one before.
    Object.entries((snapshot as AnyMachineSnapshot).getMeta()).filter(([id]) => !(id in old)),
  );
  return [...new Set([...metas, ...entered.map(([, meta]) => meta)].flatMap(requirementsIn))];
}
