// The status flags at a point of a block, in two ways at once. As values: an expression for each
// flag, made when somebody asks. As a descriptor: the number of a site and up to four words from
// which the flags can be told later, outside of the block. A descriptor costs next to nothing to
// hand on, and most flags are never asked for. Spec: cpu.md, "Flags".

import { assert } from '../../base/assert.ts';
import type { Flag } from '../algebra.ts';
import { type Recipe, STATUS_FLAGS } from '../flags.ts';
import type { Graph } from './graph.ts';
import { isPure, type Node } from './node.ts';
import { evaluateOperation } from './operations.ts';

export const DESCRIPTOR_LEAVES_MAX = 4;

/** The site of a descriptor whose first word has each flag at its bit of RFLAGS. */
export const PACKED_SITE = 0;

export type Descriptor = { readonly site: Node; readonly leaves: readonly Node[] };

export type FlagState = {
  value(flag: Flag): Node;
  descriptor(): Descriptor;
};

/** Where flags were written: how each follows from the words of a descriptor. */
export type FlagSite = {
  readonly roots: ReadonlyMap<Flag, Node>;
  readonly leaves: readonly Node[];
};

/** Gives a site the number that descriptors name it by. */
export type AddSite = (site: FlagSite) => number;

/** The flags at the entry of a block. */
export function entryFlagState(g: Graph): FlagState {
  const words = [0, 1, 2, 3, 4].map((word) => g.descriptor(word));
  const [site = g.descriptor(0), ...leaves] = words;
  return { value: (flag) => g.flag(flag), descriptor: () => ({ site, leaves }) };
}

/** The flags after `flags` were set by a recipe; with a condition, after they perhaps were. */
export function writtenFlagState(
  g: Graph,
  before: FlagState,
  write: { flags: readonly Flag[]; recipe: Recipe<Node>; condition: Node | undefined },
  addSite: AddSite,
): FlagState {
  const { condition, flags, recipe } = write;
  if (condition !== undefined) {
    const after = writtenFlagState(g, before, { flags, recipe, condition: undefined }, addSite);
    return selectedFlagState(g, condition, after, before);
  }
  const values = new Map<Flag, Node>();
  const value = (flag: Flag): Node => {
    if (!flags.includes(flag)) return before.value(flag);
    const known = values.get(flag) ?? inRecipe(g, () => recipe(flag));
    values.set(flag, known);
    return known;
  };
  return { value, descriptor: once(() => describe(g, value, addSite)) };
}

function selectedFlagState(
  g: Graph,
  condition: Node,
  after: FlagState,
  before: FlagState,
): FlagState {
  const select = (a: Node, b: Node): Node =>
    inRecipe(g, () => g.make('select', a.width, condition, a, b));
  return {
    value: (flag) => select(after.value(flag), before.value(flag)),
    descriptor: once(() => {
      const [now, old] = [after.descriptor(), before.descriptor()];
      const zero = g.constant(64, 0n);
      const leaves = Array.from({ length: DESCRIPTOR_LEAVES_MAX }, (_, k) =>
        select(now.leaves[k] ?? zero, old.leaves[k] ?? zero),
      );
      return { site: select(now.site, old.site), leaves };
    }),
  };
}

/** Finds the values that were there before the recipes; too many of them, and it packs the flags. */
function describe(g: Graph, value: (flag: Flag) => Node, addSite: AddSite): Descriptor {
  const roots = new Map(STATUS_FLAGS.map((flag) => [flag, value(flag)]));
  const leaves = new Set<Node>();
  for (const root of roots.values()) collectLeaves(root, leaves);
  if (leaves.size > DESCRIPTOR_LEAVES_MAX) {
    return { site: g.constant(32, BigInt(PACKED_SITE)), leaves: [packFlags(g, value)] };
  }
  const number = addSite({ roots, leaves: [...leaves] });
  const widened = [...leaves].map((leaf) => inRecipe(g, () => g.make('zeroExtend', 64, leaf)));
  return { site: g.constant(32, BigInt(number)), leaves: widened };
}

function collectLeaves(node: Node, leaves: Set<Node>): void {
  if (node.operation === 'constant') return;
  if (node.isFromRecipe) for (const operand of node.operands) collectLeaves(operand, leaves);
  else leaves.add(node);
}

/** One word with each flag at its bit. */
export function packFlags(g: Graph, value: (flag: Flag) => Node): Node {
  return inRecipe(g, () =>
    STATUS_FLAGS.reduce(
      (word, flag) => {
        const bit = g.make('zeroExtend', 64, value(flag));
        const placed = g.make('shiftLeft', 64, bit, g.constant(8, BigInt(flag)));
        return g.make('or', 64, word, placed);
      },
      g.constant(64, 0n),
    ),
  );
}

/** What a flag is, given the words of the descriptor. */
export function flagOfSite(site: FlagSite, flag: Flag, words: readonly bigint[]): bigint {
  const known = new Map<Node, bigint>();
  site.leaves.forEach((leaf, k) => {
    known.set(leaf, BigInt.asUintN(leaf.width, words[k] ?? 0n));
  });
  const root = site.roots.get(flag);
  return root === undefined ? 0n : evaluate(root, known);
}

function evaluate(node: Node, known: Map<Node, bigint>): bigint {
  if (node.operation === 'constant') return node.value;
  const found = known.get(node);
  if (found !== undefined) return found;
  const { operation } = node;
  assert(isPure(operation), `translator: a site does not know the value of a ${operation}`);
  const operands = node.operands.map((operand) => ({
    width: operand.width,
    value: evaluate(operand, known),
  }));
  const value = evaluateOperation(operation, node.width, operands);
  known.set(node, value);
  return value;
}

function inRecipe<Result>(g: Graph, make: () => Result): Result {
  const outer = g.isInRecipe;
  g.isInRecipe = true;
  const result = make();
  g.isInRecipe = outer;
  return result;
}

function once<Result>(make: () => Result): () => Result {
  let made: { readonly result: Result } | undefined;
  return () => {
    made ??= { result: make() };
    return made.result;
  };
}
