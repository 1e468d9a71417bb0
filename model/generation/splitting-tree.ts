// Harmonised words by refining a partition: a block of states splits by a word that all of them
// allow, and the word stays at the block. Two states are told apart by the word of the smallest
// block that holds both, which both therefore have. Minimal machines only. Spec: conformance.md,
// "Test suites".

import { createInterner } from '../intern.ts';
import { impossible, type Mealy, nextOf, possibleIn, possibleSets, type Word } from './mealy.ts';

/**
 * For each state the words on its way through the tree. In which states an input is possible is
 * taken as seen: the first split is by that and needs no word, and a step shows it of the state
 * where it ends.
 */
export function splitStates(machine: Mealy): readonly (readonly Word[])[] {
  const tree = createTree(machine);
  // Short words first: every block splits by the shortest that parts it.
  for (let lengthMax = 1; tree.open.length > 0; lengthMax++) {
    if (lengthMax > machine.states) throw notMinimal(tree.open[0]?.states ?? []);
    while (splitOnce(tree, lengthMax));
  }
  return tree.leafOf.map(wordsAbove);
}

/** By cell of the machine: the output together with what is possible where the step ends. */
export function seenWithPossible(machine: Mealy): Int32Array {
  const sets = possibleSets(machine);
  const shown = createInterner<string>((text) => text);
  return machine.output.map((output, cell) => {
    if (output === impossible) return impossible;
    return shown.id(`${output} ${sets[machine.next[cell] ?? 0]}`);
  });
}

interface Block {
  readonly states: readonly number[];
  readonly parent: Block | null;
  readonly depth: number;
  /** What splits it; null while nothing does. Empty at the root. */
  word: Word | null;
}
interface Tree {
  readonly machine: Mealy;
  readonly seen: Int32Array;
  readonly leafOf: Block[];
  /** Leaves of more than one state. */
  open: Block[];
}
interface Split {
  word: Word;
  parts: readonly (readonly number[])[];
}

function createTree(machine: Mealy): Tree {
  const sets = possibleSets(machine);
  const states = [...sets.keys()];
  const root: Block = { states, parent: null, depth: 0, word: null };
  const leafOf = states.map(() => root);
  const tree: Tree = { machine, seen: seenWithPossible(machine), leafOf, open: [] };
  split(tree, root, { word: [], parts: partsBy(states, (state) => sets[state]) });
  return tree;
}

/** Tries every open block once; whether any was split. */
function splitOnce(tree: Tree, lengthMax: number): boolean {
  const blocks = tree.open;
  tree.open = [];
  let isSplit = false;
  for (const block of blocks) {
    const found = bestSplit(tree, block, lengthMax);
    if (found === null) tree.open.push(block);
    else split(tree, block, found);
    isSplit ||= found !== null;
  }
  return isSplit;
}

function split(tree: Tree, block: Block, { word, parts }: Split): void {
  block.word = word;
  for (const states of parts) {
    const part: Block = { states, parent: block, depth: block.depth + 1, word: null };
    for (const state of states) tree.leafOf[state] = part;
    if (states.length > 1) tree.open.push(part);
  }
}

/** Of the words of at most this length, a shortest; of these, one with the most parts. */
function bestSplit(tree: Tree, block: Block, lengthMax: number): Split | null {
  let best: Split | null = null;
  for (const input of possibleIn(tree.machine, block.states[0] ?? 0)) {
    const found = splitBy(tree, block, input);
    if (found === null || found.word.length > lengthMax) continue;
    if (best === null || isBetter(found, best)) best = found;
  }
  return best;
}

const isBetter = (one: Split, other: Split): boolean =>
  one.word.length < other.word.length ||
  (one.word.length === other.word.length && one.parts.length > other.parts.length);

/** By what the input shows, or by the word that parts the states to which it leads. */
function splitBy(tree: Tree, block: Block, input: number): Split | null {
  const { machine, seen, leafOf } = tree;
  const shown = partsBy(block.states, (state) => seen[state * machine.inputs.length + input]);
  if (shown.length > 1) return { word: [input], parts: shown };
  const leafAfter = (state: number): Block | undefined => leafOf[nextOf(machine, state, input)];
  const common = block.states.map(leafAfter).reduce(commonBlock);
  if (common === undefined || common.word === null) return null;
  const parts = partsBy(block.states, (state) => partOf(common, leafAfter(state)));
  return { word: [input, ...common.word], parts };
}

/** The smallest block that holds both. */
function commonBlock(one: Block | undefined, other: Block | undefined): Block | undefined {
  let [low, high] = [one, other];
  while (low !== high) {
    if ((low?.depth ?? 0) > (high?.depth ?? 0)) low = low?.parent ?? undefined;
    else high = high?.parent ?? undefined;
  }
  return low;
}

/** The part of a split block that a leaf belongs to. */
function partOf(block: Block, leaf: Block | undefined): Block | undefined {
  let at = leaf;
  while (at !== undefined && at.parent !== block) at = at.parent ?? undefined;
  return at;
}

function partsBy(states: readonly number[], of: (state: number) => unknown): number[][] {
  const parts = new Map<unknown, number[]>();
  for (const state of states) {
    const part = parts.get(of(state));
    if (part === undefined) parts.set(of(state), [state]);
    else part.push(state);
  }
  return [...parts.values()];
}

function wordsAbove(leaf: Block): Word[] {
  const words: Word[] = [];
  for (let block = leaf.parent; block !== null; block = block.parent) {
    if (block.word !== null && block.word.length > 0) words.unshift(block.word);
  }
  return words;
}

const notMinimal = (states: readonly number[]): Error =>
  new Error(
    `separation: expected a minimal machine, but nothing tells the states ${states.join(', ')} ` +
      'apart; minimise it first',
  );
