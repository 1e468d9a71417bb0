// A slice's case taken apart into symbols, and some of them put together again as a case: the model says what each now
// comes to, what is then expected, and whether the world can give it at all. It plays nothing.
// Spec: conformance.md, "Shrinking".

import { acknowledgedAfter } from '../model/generation/observation.ts';
import type { Slice, SliceState, SymbolicInput } from '../model/slices/slice.ts';
import { slices } from '../model/slices.ts';
import type { Case, Step } from './case.ts';
import { expectationOf, givenOf } from './case-words.ts';
import { clauseOf } from './generate.ts';
import { canonical } from './seed.ts';
import { type Clock, createClock, type Edge, type Node, pendingOf } from './walk.ts';

export interface Symbolic {
  /** Steps of the preamble, which stay: its inputs are legal at their places alone. */
  readonly fixed: number;
  /** The case of the preamble and these steps, in their order; undefined where that is no legal sequence. */
  of(kept: readonly number[]): Case | undefined;
}

/** Undefined where the case comes from no slice, or is none that its slice allows. */
export function symbolicOf(played: Case): Symbolic | undefined {
  const slice = slices.find(({ name }) => name === played.slice);
  if (slice === undefined) return undefined;
  const fixed = slice.preamble.length;
  const preamble = played.steps.slice(0, fixed).map(({ give }) => canonical(give));
  if (canonical(preamble) !== canonical(preambleOf(slice))) return undefined;
  const first = createNodes(slice);
  const symbols: SymbolicInput[] = [...slice.preamble];
  let node = first;
  for (const { give } of played.steps.slice(fixed)) {
    const wanted = canonical(give);
    const move = node.moves().find(({ edge }) => canonical(givenOf(edge.input)) === wanted);
    if (move === undefined) return undefined;
    symbols.push(move.symbol);
    node = move.to();
  }
  return { fixed, of: (kept) => rebuilt({ slice, played, symbols, first, kept }) };
}

/** What the preamble gives, as text. */
function preambleOf(slice: Slice): readonly string[] {
  let state = slice.reset();
  return slice.preamble.map((symbol) => {
    const step = slice.step(state, symbol);
    state = step.state;
    return step.input === null ? '' : canonical(givenOf(step.input));
  });
}

interface Move {
  readonly symbol: SymbolicInput;
  readonly edge: Edge;
  to(): LazyNode;
}
/** A state whose ways out are worked out when they are asked for. */
interface LazyNode extends Node {
  moves(): readonly Move[];
}

/** The first state behind the preamble. */
function createNodes(slice: Slice): LazyNode {
  const known = new Map<string, LazyNode>();
  const nodeOf = (state: SliceState): LazyNode => {
    const before = known.get(slice.key(state));
    if (before !== undefined) return before;
    let found: readonly Move[] | undefined;
    const moves = (): readonly Move[] => {
      found ??= slice.alphabet.flatMap((symbol) => moveOf(node, symbol) ?? []);
      return found;
    };
    const pending = pendingOf(slice, state);
    const node: LazyNode = {
      state,
      isPending: (name) => pending.has(name),
      reachedBy: undefined,
      moves,
      get edges() {
        return moves().map(({ edge }) => edge);
      },
    };
    known.set(slice.key(state), node);
    return node;
  };
  const moveOf = (from: LazyNode, symbol: SymbolicInput): Move | undefined => {
    const { input, effects, requirements, state } = slice.step(from.state, symbol);
    if (input === null) return undefined;
    const clause = clauseOf(slice, input, requirements);
    const clauses = [clause, ...requirements.filter((one) => one !== clause)];
    const to = nodeOf(state);
    const edge = { input, effects, clauses, from, to, facts: slice.facts(state) };
    return { symbol, edge, to: () => to };
  };
  return nodeOf(slice.initial());
}

interface Rebuilding {
  readonly slice: Slice;
  readonly played: Case;
  readonly symbols: readonly SymbolicInput[];
  readonly first: LazyNode;
  readonly kept: readonly number[];
}

function rebuilt({ slice, played, symbols, first, kept }: Rebuilding): Case | undefined {
  const clock: Clock = createClock(first);
  const fixed = slice.preamble.length;
  const steps: Step[] = played.steps.slice(0, fixed);
  let node = first;
  let acknowledged = acknowledgedIn(slice);
  for (const index of kept) {
    if (index < fixed) continue;
    const move = node.moves().find(({ symbol }) => symbol === symbols[index]);
    if (move === undefined || !clock.allows(move.edge)) return undefined;
    const { edge } = move;
    clock.take(edge);
    acknowledged = acknowledgedAfter(acknowledged, edge.effects);
    const isObserved = played.steps[index]?.expect?.facts !== undefined;
    const facts = isObserved ? edge.facts : undefined;
    const expect = expectationOf(slice, edge.effects, acknowledged, facts);
    steps.push({ give: givenOf(edge.input), clauses: edge.clauses, expect });
    node = move.to();
  }
  return { ...played, steps };
}

/** The highest acknowledgement that the preamble leads to. */
function acknowledgedIn(slice: Slice): number {
  let state = slice.reset();
  let highest = 0;
  for (const symbol of slice.preamble) {
    const step = slice.step(state, symbol);
    highest = acknowledgedAfter(highest, step.effects);
    state = step.state;
  }
  return highest;
}
