// Test sequences from the slices: shortest paths to every state, and every input in every state, the unexpected ones
// included. It is @xstate/graph over the slice as actor logic; nothing is executed. Spec: conformance.

import { getAdjacencyMap, getShortestPaths } from '@xstate/graph';
import type { ActorLogic, EventObject, Snapshot } from 'xstate';
import type { Slice, SliceState, SymbolicInput } from './slices/slice.ts';

/** One test: give `path` from the slice's first state, then `input`, and compare after each step. */
export interface SlicePath {
  path: readonly SymbolicInput[];
  input: SymbolicInput | null;
}
export interface SliceCover {
  states: number;
  transitions: number;
  paths: readonly SlicePath[];
}

/** Shortest paths that reach every state of the slice. */
export function coverStates(slice: Slice): SliceCover {
  const reached = shortestPaths(slice);
  const paths = reached.map(({ path }) => ({ path, input: null }));
  return { states: reached.length, transitions: 0, paths };
}

/** Every input that is possible in a state, in every state, each behind a shortest path to the state. */
export function coverTransitions(slice: Slice): SliceCover {
  const reached = shortestPaths(slice);
  const paths = reached.flatMap(({ state, path }) =>
    slice.alphabet
      .filter((input) => slice.step(state, input).input !== null)
      .map((input) => ({ path, input })),
  );
  return { states: reached.length, transitions: paths.length, paths };
}

/** The states that `getAdjacencyMap` finds, by key: the same set that the covers walk. */
export function adjacencyOf(slice: Slice): ReadonlyMap<string, SliceState> {
  const map = getAdjacencyMap(sliceLogic(slice), traversal(slice));
  return new Map(Object.entries(map).map(([key, { state }]) => [key, state.slice]));
}

interface SliceEvent extends EventObject {
  index: number;
}
type SliceSnapshot = Snapshot<unknown> & { slice: SliceState };

/** More edges than any slice of this revision has; a slice that is not finite ends here with an error. */
const edgesMax = 200_000;

function traversal(slice: Slice) {
  const events = slice.alphabet.map(({ name }, index): SliceEvent => ({ type: name, index }));
  return {
    events,
    serializeState: (snapshot: SliceSnapshot) => slice.key(snapshot.slice),
    limit: edgesMax,
  };
}

function sliceLogic(slice: Slice): ActorLogic<SliceSnapshot, SliceEvent> {
  const active = { status: 'active', output: undefined, error: undefined } as const;
  return {
    transition(snapshot, event) {
      const symbol = slice.alphabet[event.index];
      if (symbol === undefined) return snapshot;
      return { ...snapshot, slice: slice.step(snapshot.slice, symbol).state };
    },
    getInitialSnapshot: () => ({ ...active, slice: slice.initial() }),
    getPersistedSnapshot: (snapshot) => snapshot,
  };
}

function shortestPaths(slice: Slice): { state: SliceState; path: readonly SymbolicInput[] }[] {
  const byName = new Map(slice.alphabet.map((symbol) => [symbol.name, symbol]));
  return getShortestPaths(sliceLogic(slice), traversal(slice)).map(({ state, steps }) => ({
    state: state.slice,
    path: steps.flatMap(({ event }) => byName.get(event.type) ?? []),
  }));
}
