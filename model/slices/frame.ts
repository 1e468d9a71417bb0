// The frame of every slice: the host's step, and the little that the runner must know to resolve the next input
// (where the guest stands, what the disk and the replaying guest have not answered). Spec: conformance.

import { factsOf } from '../facts.ts';
import { createHost, type Host } from '../host.ts';
import type { ChartInput, NodeEffect, NodeInput } from '../vocabulary.ts';
import type { Slice, SliceState, SliceStep, SliceView, SymbolicInput } from './slice.ts';

export interface SliceDescription {
  name: string;
  about: string;
  node: Slice['node'];
  requirements: readonly string[];
  preamble: readonly SymbolicInput[];
  alphabet: readonly SymbolicInput[];
  entriesMax: number;
  throttleMax?: number;
  reconnect?: true;
  /** The guest's history ends here, so that the slice is finite. */
  positionMax: number;
}

export function createSlice(description: SliceDescription): Slice {
  const { preamble, entriesMax, positionMax, ...rest } = description;
  const { throttleMax = 0, reconnect = false } = description;
  const self = description.node === 'owner' ? 'p#1' : 'b#1';
  const network = 'at-least-once';
  const input: ChartInput = { self, entriesMax, network, throttleMax, reconnect };
  const host = createHost(input);
  const first = {
    host: host.initial,
    position: 0,
    asking: null,
    protectAsked: description.node === 'backup',
    connections: [],
    opening: 0,
    connectionMax: 0,
    greeting: false,
    operations: [],
    saving: false,
    loading: false,
    image: 0,
    applying: [],
  };
  // Every input of the alphabet is tried in a state, one after the other: they see the same.
  const views = new WeakMap<SliceState, SliceView>();
  const seenIn = (state: SliceState): SliceView => {
    const view = views.get(state) ?? viewOf(host, state);
    views.set(state, view);
    return view;
  };
  const step = (state: SliceState, symbol: SymbolicInput): SliceStep => {
    const input = symbol.resolve(seenIn(state));
    if (input === null || isBeyond(input, positionMax)) return nothing(state);
    const { next, effects, handled, requirements } = host.step(state.host, input);
    const isRefused = effects.some((effect) => effect.type === 'refused');
    const given = isRefused ? state : afterInput(state, input);
    const after = effects.reduce(afterEffect, { ...given, host: next });
    // Whether a joining was welcomed shows in the node's own state.
    const greeting = reconnect && after.greeting;
    return { state: { ...after, greeting }, input, effects, handled, requirements };
  };
  let start: SliceState | null = null;
  return {
    ...rest,
    preamble,
    entriesMax,
    throttleMax,
    reconnect,
    reset: () => first,
    initial() {
      start ??= preamble.reduce<SliceState>((state, symbol) => step(state, symbol).state, first);
      return start;
    },
    step,
    key: (state) => JSON.stringify(state),
    facts: (state) => factsOf(host.view(state.host)),
  };
}

const nothing = (state: SliceState): SliceStep => ({
  state,
  input: null,
  effects: [],
  handled: false,
  requirements: [],
});

function viewOf(agent: Host, state: SliceState): SliceView {
  const { host, ...seen } = state;
  const view = agent.view(host);
  return { facts: factsOf(view), consumed: view.logging.context.consumed, ...seen };
}

const isBeyond = (input: NodeInput, positionMax: number): boolean =>
  (input.type === 'guest.input' || input.type === 'guest.output') && input.position > positionMax;

function afterInput(state: SliceState, input: NodeInput): SliceState {
  switch (input.type) {
    case 'guest.input':
    case 'guest.output':
      return { ...state, position: input.position };
    case 'guest.applied':
      return { ...state, applying: state.applying.slice(1) };
    case 'guest.diverged':
      return { ...state, applying: [] };
    case 'guest.saved':
      return {
        ...state,
        saving: false,
        image: input.result === 'done' ? state.position : state.image,
      };
    case 'guest.loaded':
      return { ...state, loading: false, position: input.position };
    case 'disk.answered':
      return { ...state, operations: state.operations.filter((one) => one !== input.operation) };
    case 'channel.opened':
      return {
        ...state,
        connections: [...state.connections, input.connection],
        opening: state.opening === input.connection ? 0 : state.opening,
        connectionMax: Math.max(state.connectionMax, input.connection),
      };
    case 'channel.closed':
      return closed(state, input.connection);
    case 'channel.arrived':
      return input.message.kind === 'welcome' ? { ...state, greeting: false } : state;
    case 'arbiter.answered':
    case 'arbiter.failed':
      return input.nonce === 'current' ? { ...state, asking: null } : state;
    default:
      return state;
  }
}

function afterEffect(state: SliceState, effect: NodeEffect): SliceState {
  switch (effect.type) {
    case 'arbiter.request': {
      const { intent } = effect;
      const protectAsked = intent === 'T4' || (state.protectAsked && intent !== 'T3');
      return { ...state, asking: intent, protectAsked };
    }
    case 'channel.open': {
      const { connection } = effect;
      return { ...state, opening: connection, connectionMax: connection };
    }
    case 'channel.close':
      return closed(state, effect.connection);
    case 'channel.send':
      return effect.message.kind === 'hello' ? { ...state, greeting: true } : state;
    case 'disk.fence':
      return { ...state, operations: [...state.operations, 'fence'] };
    case 'disk.write':
      return { ...state, operations: [...state.operations, effect.operation] };
    case 'guest.save':
      return { ...state, saving: true };
    case 'guest.load':
      return { ...state, loading: true };
    case 'guest.restore':
      return { ...state, position: effect.position, applying: [] };
    case 'guest.halt':
      return { ...state, position: 0, saving: false, applying: [] };
    case 'guest.apply': {
      const { seq, position, entry, channel, data } = effect.entry;
      const output = entry === 'output' && channel !== null ? { channel, position, data } : null;
      return { ...state, position, applying: [...state.applying, { seq, output }] };
    }
    default:
      return state;
  }
}

const closed = (state: SliceState, connection: number): SliceState => ({
  ...state,
  connections: state.connections.filter((one) => one !== connection),
  opening: state.opening === connection ? 0 : state.opening,
  greeting: state.greeting && state.connections.at(-1) !== connection,
});
