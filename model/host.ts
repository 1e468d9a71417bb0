// One host's agent: the four charts together, as one pure step over numbered states. Spec: protocol, "Node".
// It decides nothing: it gives an input to the charts that see it, and delivers what they tell each other, first in,
// first out, until none has anything left to say.

import type { AnyStateMachine } from 'xstate';
import type { FailoverContext } from './failover/context.ts';
import { failover } from './failover.ts';
import { type HeartbeatContext, heartbeat } from './heartbeat.ts';
import { createInterner } from './intern.ts';
import type { LoggingContext } from './logging/context.ts';
import { logging } from './logging.ts';
import type { PairingContext } from './pairing/context.ts';
import { pairing } from './pairing.ts';
import { createRole, type Role } from './role.ts';
import type {
  ChartEvent,
  ChartInput,
  ChartName,
  Effect,
  NodeEffect,
  NodeInput,
} from './vocabulary.ts';

export type Charts = Record<ChartName, AnyStateMachine>;
export const charts: Charts = { pairing, logging, heartbeat, failover };

export interface HostStep {
  next: number;
  effects: readonly NodeEffect[];
  /** False: no chart used the input. */
  handled: boolean;
  requirements: readonly string[];
  /** The transitions that its charts took, by name. */
  taken: readonly string[];
}
export interface HostView {
  pairing: { state: string; context: PairingContext };
  logging: { state: string; context: LoggingContext };
  heartbeat: { state: string; context: HeartbeatContext };
  failover: { state: string; context: FailoverContext };
}
export interface Host {
  readonly initial: number;
  step(state: number, input: NodeInput): HostStep;
  view(state: number): HostView;
}

export function createHost(input: ChartInput, machines: Charts = charts): Host {
  const roles: Record<ChartName, Role> = {
    pairing: createRole(machines.pairing, input),
    logging: createRole(machines.logging, input),
    heartbeat: createRole(machines.heartbeat, input),
    failover: createRole(machines.failover, input),
  };
  const locals = createInterner<LocalStates>();
  const inputs = createInterner<NodeInput>();
  const frozen = new WeakMap<NodeInput, number>();
  const inputId = (given: NodeInput): number => {
    const known = frozen.get(given);
    if (known !== undefined) return known;
    const id = inputs.id(given);
    if (Object.isFrozen(given)) frozen.set(given, id);
    return id;
  };
  const memo = new Map<number, HostStep>();
  const views: HostView[] = [];
  return {
    initial: locals.id(mapCharts((name) => roles[name].initial)),
    step(state, given) {
      const key = state * inputsMax + inputId(given);
      const known = memo.get(key);
      if (known !== undefined) return known;
      const { local, ...step } = runToCompletion(roles, locals.value(state), given);
      const taken = { ...step, next: locals.id(local) };
      memo.set(key, taken);
      return taken;
    },
    view(state) {
      const known = views[state];
      if (known !== undefined) return known;
      const view = viewOf(roles, locals.value(state));
      views[state] = view;
      return view;
    },
  };
}

/** Keeps a state and an input within one exact double. */
const inputsMax = 2 ** 20;

/** The charts' events never wait for each other more often than this; more would be a loop of tells. */
const tellsMax = 64;

type LocalStates = Record<ChartName, number>;

function runToCompletion(
  roles: Record<ChartName, Role>,
  before: LocalStates,
  input: NodeInput,
): Omit<HostStep, 'next'> & { local: LocalStates } {
  const local = { ...before };
  const effects: NodeEffect[] = [];
  const requirements = new Set<string>();
  const taken: string[] = [];
  const event = inputToEvent(input);
  const queue = seenBy(event).map((to): { to: ChartName; event: ChartEvent } => ({ to, event }));
  let handled = false;
  for (let i = 0; i < queue.length; i++) {
    if (i >= tellsMax) throw new Error(`more than ${tellsMax} tells after ${input.type}`);
    const told = queue[i];
    if (told === undefined) break;
    const step = roles[told.to].step(local[told.to], told.event);
    if (step === null) continue;
    handled = true;
    local[told.to] = step.next;
    for (const name of step.requirements) requirements.add(name);
    taken.push(...step.taken);
    for (const effect of step.out) {
      if (isTell(effect)) queue.push({ to: effect.to, event: effect.event });
      else effects.push(effect);
    }
  }
  return { local, effects, handled, requirements: [...requirements], taken };
}

const isTell = (effect: Effect): effect is Extract<Effect, { type: 'host.tell' }> =>
  effect.type === 'host.tell';

function inputToEvent(input: NodeInput): ChartEvent {
  switch (input.type) {
    case 'channel.arrived':
    case 'datagram.arrived': {
      const { kind, ...body } = input.message;
      const via = input.type === 'channel.arrived' ? input.connection : 0;
      // The members of AnyArrival are the members of Message, with the kind in the type.
      return { type: `${kind}.received`, via, ...body } as ChartEvent;
    }
    case 'deadline.passed':
      return { type: `${input.name}.due` };
    default:
      return input;
  }
}

/** Which charts see an input from outside; a tell goes to the one it names. */
function seenBy(event: ChartEvent): readonly ChartName[] {
  switch (event.type) {
    case 'guest.input':
    case 'guest.output':
    case 'guest.applied':
    case 'guest.diverged':
      return ['logging'];
    case 'disk.answered':
      return event.operation === 'fence' ? ['failover'] : ['logging'];
    case 'arbiter.answered':
    case 'arbiter.failed':
    case 'retry.due':
    case 'guest.loaded':
      return ['failover'];
    case 'alive.due':
      return ['heartbeat', 'pairing'];
    case 'lag.due':
    case 'beat.due':
    case 'beat-timeout.due':
    case 'channel-timeout.due':
      return ['heartbeat'];
    default:
      return ['pairing'];
  }
}

function mapCharts<T>(of: (name: ChartName) => T): Record<ChartName, T> {
  return {
    pairing: of('pairing'),
    logging: of('logging'),
    heartbeat: of('heartbeat'),
    failover: of('failover'),
  };
}

function viewOf(roles: Record<ChartName, Role>, local: LocalStates): HostView {
  const of = <C>(name: ChartName): { state: string; context: C } => {
    const snapshot = roles[name].snapshot(local[name]);
    return { state: statePath(snapshot.value), context: snapshot.context as C };
  };
  return {
    pairing: of<PairingContext>('pairing'),
    logging: of<LoggingContext>('logging'),
    heartbeat: of<HeartbeatContext>('heartbeat'),
    failover: of<FailoverContext>('failover'),
  };
}

/** `owner.joining.syncing`; parallel regions are joined by a comma. */
export function statePath(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, inner]) => `${name}.${statePath(inner)}`)
    .join(',');
}
