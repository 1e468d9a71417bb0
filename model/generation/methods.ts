// The methods: state cover, transition cover, W, HSI and Wp, each as a recipe for the same walk.
// What each guarantees, and what it supposes, is said in the spec. Spec: conformance.md, "Test
// suites".

import type { Relation } from './compare.ts';
import { impossible, type Mealy, nextOf, type Word } from './mealy.ts';
import { reachedIn } from './minimise.ts';
import { possiblePart, type Separation, separate } from './separate.ts';
import { createSuite, type Recipe, type Suite } from './suite.ts';
import { createTrieFactory, type Trie } from './trie.ts';

export type Method = 'W' | 'HSI' | 'Wp';
export const methods: readonly Method[] = ['W', 'HSI', 'Wp'];

/** Suites of one machine, which share its cover and its separation. */
export interface Generators {
  /** Every state, behind a shortest word. No guarantee of what an input does. */
  stateCover(): Suite;
  /** Every possible input in every state. */
  transitionCover(): Suite;
  /** Complete for machines of at most so many states more than this one. */
  complete(method: Method, extraStates: number): Suite;
  /** The same as a recipe, to look at or to break. */
  recipe(method: Method, extraStates: number): Recipe;
  separation(): Separation;
}

/** Above this a suite has more tests than anyone plays. */
export const extraStatesMax = 8;

/** Of a minimal machine in which everything is reached; `minimise` makes one. */
export function createGenerators(machine: Mealy, relation: Relation = 'equivalence'): Generators {
  const cover = coverTree(machine);
  let separation: Separation | null = null;
  const separated = (): Separation => {
    separation ??= separate(machine, relation);
    return separation;
  };
  const nothing = (): null => null;
  const recipe = (method: Method, extraStates: number): Recipe => {
    if (!Number.isInteger(extraStates) || extraStates < 0 || extraStates > extraStatesMax) {
      throw new RangeError(
        `suite: expected 0 to ${extraStatesMax} extra states (extraStatesMax), got ${extraStates}`,
      );
    }
    const identify = identification(machine, separated(), method, extraStates);
    return { machine, cover, beyond: extraStates + 1, identify };
  };
  return {
    stateCover: () => createSuite({ machine, cover, beyond: 0, identify: nothing }),
    transitionCover: () => createSuite({ machine, cover, beyond: 1, identify: nothing }),
    complete: (method, extraStates) => createSuite(recipe(method, extraStates)),
    recipe,
    separation: separated,
  };
}

/** By cell: 1 where a transition is the first, from the start outwards, that reaches its state. */
export function coverTree(machine: Mealy): Uint8Array {
  const cover = new Uint8Array(machine.next.length);
  const seen = new Uint8Array(machine.states);
  seen[0] = 1;
  const reached = reachedIn(machine);
  if (reached.length < machine.states) {
    throw new Error(
      `cover: expected ${machine.states} states reached, got ${reached.length}; minimise first`,
    );
  }
  for (const state of reached) {
    for (let input = 0; input < machine.inputs.length; input++) {
      const next = nextOf(machine, state, input);
      if (next === impossible || seen[next] === 1) continue;
      seen[next] = 1;
      cover[state * machine.inputs.length + input] = 1;
    }
  }
  return cover;
}

/** Wp takes the whole set up to the last step, and there only what identifies the state. */
function identification(
  machine: Mealy,
  separation: Separation,
  method: Method,
  extraStates: number,
): Recipe['identify'] {
  const { harmonised, characterisation, identifying } = separation;
  const tries = createTrieFactory();
  const lazily = (wordsOf: (state: number) => readonly Word[]): ((state: number) => Trie) => {
    const made: Trie[] = [];
    return (state) => {
      made[state] ??= tries.of(wordsOf(state).map((word) => possiblePart(machine, state, word)));
      return made[state];
    };
  };
  const whole = lazily(() => characterisation);
  const own = lazily((state) => (method === 'HSI' ? harmonised : identifying)[state] ?? []);
  switch (method) {
    case 'W':
      return whole;
    case 'HSI':
      return own;
    case 'Wp':
      return (state, beyond) => (beyond <= extraStates ? whole(state) : own(state));
  }
}
