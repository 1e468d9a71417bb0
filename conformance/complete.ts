// From a slice's complete suite to cases, one at a time: a word becomes a case when it is asked for, and steps
// that are alike are shared, so that hundreds of thousands of cases take the room of one slice.
// It makes data; it plays nothing. Spec: conformance.md, "Tiers" and "Test suites".

import { createHash } from 'node:crypto';
import { type Mealy, nextOf, transitionsOf, type Word } from '../model/generation/mealy.ts';
import { coverTree, createGenerators } from '../model/generation/methods.ts';
import { minimise } from '../model/generation/minimise.ts';
import { acknowledgedAfter } from '../model/generation/observation.ts';
import { sliceToMealy } from '../model/generation/slice-machine.ts';
import type { Suite } from '../model/generation/suite.ts';
import { adjacencyOf } from '../model/paths.ts';
import type { Slice } from '../model/slices/slice.ts';
import { slices } from '../model/slices.ts';
import type { Case, Step } from './case.ts';
import { clauseOf, parametersOf } from './generate.ts';
import { createSharedSteps } from './shared-steps.ts';
import { createClock, type Edge, type Graph, graphOf, type Node } from './walk.ts';

export interface CompleteOptions {
  /** States that an implementation may have beyond those of the minimal slice. */
  readonly extraStates: number;
  /** Whether facts are observed: without them other states are alike. */
  readonly facts: boolean;
}

/** The suite of one slice, which is walked and never built. */
export interface CompleteSlice extends CompleteOptions {
  readonly slice: string;
  /** Of the minimal machine: what the guarantee counts. */
  readonly states: number;
  readonly transitions: number;
  readonly tests: number;
  cases(): Generator<CompleteCase, void, undefined>;
}
export interface CompleteCase {
  readonly case: Case;
  /** Virtual time cannot give the word to its end: something else would come due before. */
  readonly isCut: boolean;
}

/** The generator in identifiers: `failover-backup.hsi.k1`. */
export function generatorOf(slice: string, { extraStates, facts }: CompleteOptions): string {
  return `${slice}.hsi.k${extraStates}${facts ? '' : '.no-facts'}`;
}

/** What a generator's name says; undefined where it names no complete suite. */
export function parseGenerator(name: string): (CompleteOptions & { slice: string }) | undefined {
  const parts = /^([a-z-]+)\.hsi\.k(\d)(\.no-facts)?$/.exec(name);
  if (parts === null) return undefined;
  const [, slice = '', extraStates, blind] = parts;
  return { slice, extraStates: Number(extraStates), facts: blind === undefined };
}

export function completeSlices(options: CompleteOptions): CompleteSlice[] {
  return slices.map((slice) => completeSlice(slice, options));
}

export function completeSlice(slice: Slice, options: CompleteOptions): CompleteSlice {
  const { machine } = minimise(sliceToMealy(slice, { facts: options.facts }).machine);
  const suite = createGenerators(machine).complete('HSI', options.extraStates);
  const graph = graphOf(slice, [...adjacencyOf(slice).values()], clauseOf);
  return {
    ...options,
    slice: slice.name,
    states: machine.states,
    transitions: transitionsOf(machine),
    tests: suite.size().tests,
    cases: () => casesOf(slice, graph, { machine, suite, ...options }),
  };
}

interface Words extends CompleteOptions {
  readonly machine: Mealy;
  readonly suite: Suite;
}

/** Two words that are cut to one sequence are one case. */
function* casesOf(
  slice: Slice,
  graph: Graph,
  words: Words,
): Generator<CompleteCase, void, undefined> {
  const follow = followerOf(graph, words.machine);
  const make = makerOf(slice, graph, words);
  const cut = new Set<string>();
  for (const word of words.suite.tests()) {
    const edges = follow(word);
    const isCut = edges.length < word.length;
    const made = make(edges, word);
    if (isCut) {
      if (edges.length === 0 || cut.has(made.id)) continue;
      cut.add(made.id);
    }
    yield { case: made, isCut };
  }
}

/** The edges of a word, as far as virtual time allows. */
function followerOf(graph: Graph, machine: Mealy): (word: Word) => Edge[] {
  const byInput = new Map(graph.nodes.map((node) => [node, edgesByInput(node)]));
  return (word) => {
    const clock = createClock(graph.first);
    const edges: Edge[] = [];
    let node = graph.first;
    for (const input of word) {
      const edge = byInput.get(node)?.get(machine.inputs[input] ?? '');
      if (edge === undefined) throw new Error('a state of the slice lacks an input of its machine');
      if (!clock.allows(edge)) break;
      clock.take(edge);
      edges.push(edge);
      node = edge.to;
    }
    return edges;
  };
}

function edgesByInput({ edges }: Node): Map<string, Edge> {
  return new Map(edges.map((edge) => [JSON.stringify(edge.input), edge]));
}

type Maker = (edges: readonly Edge[], word: Word) => Case;

function makerOf(slice: Slice, graph: Graph, words: Words): Maker {
  const { machine, extraStates, facts } = words;
  const name = slice.node === 'owner' ? 'p' : 'b';
  const shared = createSharedSteps(slice);
  const coverLength = coverLengthOf(machine);
  const generator = generatorOf(slice.name, words);
  const fixed = {
    kind: 'node' as const,
    tier: 'full' as const,
    slice: slice.name,
    nodes: [{ name, incarnation: `${name}#1` }],
    parameters: parametersOf(slice),
  };
  return (edges, word) => {
    let acknowledged = 0;
    const hash = createHash('sha256');
    const steps: Step[] = [];
    for (const taken of [...graph.preamble, ...edges]) {
      acknowledged = acknowledgedAfter(acknowledged, taken.effects);
      const { step, text } = shared({ taken, acknowledged, isObserved: facts });
      hash.update(text);
      steps.push(step);
    }
    // What is tried is the last input before those that identify the state where it ends.
    const target = Math.min(coverLength(word) + extraStates + 1, edges.length);
    const clause = edges[target - 1]?.clauses[0] ?? slice.requirements[0] ?? slice.name;
    const id = `${clause}/${generator}/${hash.digest('hex').slice(0, hashDigits)}`;
    return { id, clauses: [clause], steps, ...fixed };
  };
}

/** Digits that tell millions of words apart. */
const hashDigits = 16;

/** How many inputs of a word only lead to a state, on the tree of shortest words. */
function coverLengthOf(machine: Mealy): (word: Word) => number {
  const cover = coverTree(machine);
  return (word) => {
    let state = 0;
    for (const [index, input] of word.entries()) {
      if (cover[state * machine.inputs.length + input] !== 1) return index;
      state = nextOf(machine, state, input);
    }
    return word.length;
  };
}
