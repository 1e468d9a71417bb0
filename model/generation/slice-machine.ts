// A slice as a Mealy machine. Its inputs are the concrete ones, with their numbers: what a test
// gives is fixed by the slice's own states, so an implementation in a wrong state is given the
// same. Spec: conformance.md, "Test suites".

import type { Slice, SliceState } from '../slices/slice.ts';
import type { NodeInput } from '../vocabulary.ts';
import { exploreMealy, type Mealy, type Move } from './mealy.ts';
import { acknowledgedAfter, observationOf } from './observation.ts';

export interface SliceMachine {
  machine: Mealy;
  /** By number of the machine's inputs. */
  inputs: readonly NodeInput[];
}

/**
 * What is put out is what a runner sees; `facts`: those of the node too, as an adapter with
 * `observe` gives them.
 */
export function sliceToMealy(slice: Slice, { facts } = { facts: true }): SliceMachine {
  const inputs = new Map<string, NodeInput>();
  const { machine } = exploreMealy<Watched>({
    initial: afterPreamble(slice),
    key: ({ state, acknowledged }) => `${slice.key(state)} ${acknowledged}`,
    moves(watched) {
      const moves = movesFrom(slice, watched, facts);
      for (const [input, { given }] of moves) inputs.set(input, given);
      return moves.values();
    },
  });
  return { machine, inputs: machine.inputs.flatMap((name) => inputs.get(name) ?? []) };
}

/** A state of the slice, and what the node last acknowledged: a runner compares the highest. */
interface Watched {
  state: SliceState;
  acknowledged: number;
}

function afterPreamble(slice: Slice): Watched {
  let watched: Watched = { state: slice.reset(), acknowledged: 0 };
  for (const symbol of slice.preamble) {
    const { state, effects } = slice.step(watched.state, symbol);
    watched = { state, acknowledged: acknowledgedBy(slice, watched, effects) };
  }
  return watched;
}

/** Two symbols that come to the same input are one. */
function movesFrom(
  slice: Slice,
  { state: before, acknowledged }: Watched,
  facts: boolean,
): Map<string, Move<Watched> & { given: NodeInput }> {
  const moves = new Map<string, Move<Watched> & { given: NodeInput }>();
  for (const symbol of slice.alphabet) {
    const step = slice.step(before, symbol);
    if (step.input === null) continue;
    const input = JSON.stringify(step.input);
    if (moves.has(input)) continue;
    const highest = acknowledgedBy(slice, { state: before, acknowledged }, step.effects);
    const output = observationOf(slice, { before, step, acknowledged: highest, facts });
    const next = { state: step.state, acknowledged: highest };
    moves.set(input, { input, output, next, given: step.input });
  }
  return moves;
}

/** The suite compares acknowledgements of a backup only: an owner sends none that is counted. */
function acknowledgedBy(
  slice: Slice,
  { acknowledged }: Watched,
  effects: Parameters<typeof acknowledgedAfter>[1],
): number {
  return slice.node === 'backup' ? acknowledgedAfter(acknowledged, effects) : 0;
}
