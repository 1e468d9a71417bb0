// A suite of tests as a tree that is walked and never built: words that go some inputs beyond a
// state cover, and after each of them what identifies the state it should have reached. A test is a
// way to a leaf, so none begins another. It knows no method: what is tried where comes from the
// recipe. Spec: conformance.md, "Test suites".

import { impossible, type Mealy, nextOf, type Word } from './mealy.ts';
import type { Trie } from './trie.ts';

export interface Recipe {
  readonly machine: Mealy;
  /** By cell: 1 where the transition is one of the tree by which the cover reaches its states. */
  readonly cover: Uint8Array;
  /** How many inputs the words go beyond the cover; 0: the cover alone. */
  readonly beyond: number;
  /** What is tried after a word that should end in this state, so many inputs beyond the cover. */
  identify(state: number, beyond: number): Trie | null;
}
export interface SuiteSize {
  tests: number;
  /** Of all tests together, without the resets between them. */
  inputs: number;
}
export interface Suite {
  /** Exact, without generating. */
  size(): SuiteSize;
  /**
   * In the order of the inputs; the same whenever it is asked. Refuses to begin beyond the bound.
   */
  tests(bound?: { testsMax: number }): Generator<Word, void, undefined>;
}

export const defaultTestsMax = 20_000_000;
/** Different places of a suite's tree that are counted before its size is given up. */
export const placesMax = 4_000_000;

export function createSuite(recipe: Recipe): Suite {
  let known: SuiteSize | null = null;
  const size = (): SuiteSize => {
    known ??= count(recipe);
    return known;
  };
  return {
    size,
    *tests({ testsMax } = { testsMax: defaultTestsMax }) {
      const { tests } = size();
      if (tests > testsMax) {
        throw new RangeError(
          `suite: expected at most ${testsMax} tests (testsMax), got ${tests}; ` +
            'take fewer extra states, or raise the bound',
        );
      }
      yield* walk(recipe);
    },
  };
}

/** A place in the tree: after a word, what may come next. */
interface Place {
  readonly state: number;
  /** 0 on the cover; beyond the recipe's number only identification goes on. */
  readonly beyond: number;
  /** Where the identifications that were begun stand. */
  readonly under: readonly Trie[];
}

function rootOf(recipe: Recipe): Place {
  const first = recipe.identify(0, 0);
  return { state: 0, beyond: 0, under: first === null ? [] : [first] };
}

/** Where an input leads in the tree; null: nowhere. */
function below(recipe: Recipe, place: Place, input: number): Place | null {
  const { machine, cover } = recipe;
  const state = nextOf(machine, place.state, input);
  if (state === impossible) return null;
  const isCover = place.beyond === 0 && cover[place.state * machine.inputs.length + input] === 1;
  const beyond = isCover ? 0 : Math.min(place.beyond, recipe.beyond) + 1;
  const under = place.under.flatMap((trie) => trie.children.get(input) ?? []);
  const isWord = beyond <= recipe.beyond;
  if (!isWord && under.length === 0) return null;
  const begun = isWord ? recipe.identify(state, beyond) : null;
  if (begun !== null && begun.children.size > 0) under.push(begun);
  return { state, beyond, under };
}

function* walk(recipe: Recipe): Generator<Word, void, undefined> {
  const width = recipe.machine.inputs.length;
  const word: number[] = [];
  const stack = [{ place: rootOf(recipe), input: 0, isLeaf: true }];
  // Every turn goes one input on or one place back, in a tree whose leaves were counted.
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.input === width) {
      if (top.isLeaf) yield word.slice();
      stack.pop();
      word.pop();
      continue;
    }
    const input = top.input++;
    const next = below(recipe, top.place, input);
    if (next === null) continue;
    top.isLeaf = false;
    word.push(input);
    stack.push({ place: next, input: 0, isLeaf: true });
  }
}

/** Places with the same future are counted once. */
function count(recipe: Recipe): SuiteSize {
  const width = recipe.machine.inputs.length;
  const known = new Map<string, SuiteSize>();
  const futureOf = (place: Place): SuiteSize => {
    const name = nameOf(place);
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size === placesMax) {
      throw new RangeError(
        `suite: more than ${placesMax} places (placesMax) to count; take fewer extra states`,
      );
    }
    const size = { tests: 0, inputs: 0 };
    for (let input = 0; input < width; input++) {
      const next = below(recipe, place, input);
      if (next === null) continue;
      const { tests, inputs } = futureOf(next);
      size.tests += tests;
      size.inputs += inputs + tests;
    }
    if (size.tests === 0) size.tests = 1;
    known.set(name, size);
    return size;
  };
  return futureOf(rootOf(recipe));
}

const nameOf = ({ state, beyond, under }: Place): string =>
  `${state} ${beyond} ${under.map(({ id }) => id).join()}`;
