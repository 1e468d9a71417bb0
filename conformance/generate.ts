// From the model's slices to cases: every input in every state, the unexpected ones included.
// A case follows the transitions of one clause in a walk of bounded length, behind a shortest path.
// It makes data; it plays nothing. Spec: conformance.md, "Slices" and "Cases".

import { acknowledgedAfter } from '../model/generation/observation.ts';
import { adjacencyOf } from '../model/paths.ts';
import type { Slice } from '../model/slices/slice.ts';
import { slices } from '../model/slices.ts';
import type { NodeInput } from '../model/vocabulary.ts';
import type { Case, Given } from './case.ts';
import { canonical, hash6 } from './seed.ts';
import { createSharedSteps } from './shared-steps.ts';
import { type Graph, graphOf, type Tour, walks } from './walk.ts';
import type { Parameters } from './wire.ts';

export interface GeneratedSlice {
  readonly name: string;
  readonly about: string;
  readonly node: 'owner' | 'backup';
  readonly states: number;
  readonly transitions: number;
  /** Transitions that no case takes: another deadline would pass before. */
  readonly unreachable: number;
  readonly cases: readonly Case[];
}

export function generateSlices(): readonly GeneratedSlice[] {
  return slices.map(generateSlice);
}

export function generateSlice(slice: Slice): GeneratedSlice {
  const graph = graphOf(slice, [...adjacencyOf(slice).values()], clauseOf);
  const { tours, unreachable } = walks(graph);
  const cases = new Map<string, Case>();
  const caseOf = casesOf(slice, graph);
  for (const tour of tours) {
    const made = caseOf(tour);
    cases.set(made.id, cases.has(made.id) ? { ...made, id: longerId(made) } : made);
  }
  const { name, about, node } = slice;
  const states = graph.nodes.length;
  const transitions = graph.nodes.reduce((sum, { edges }) => sum + edges.length, 0);
  return { name, about, node, states, transitions, unreachable, cases: [...cases.values()] };
}

/** Two sequences with the same six digits: the second takes six more. */
function longerId(made: Case): string {
  return `${made.id}${hash6(`again ${canonical(made.steps)}`)}`;
}

/** The clause that a transition belongs to; an input that is ignored has one by what it is. */
export function clauseOf(slice: Slice, input: NodeInput, requirements: readonly string[]): string {
  return requirements[0] ?? ignoredClauses[input.type] ?? slice.requirements[0] ?? slice.name;
}

const ignoredClauses: { readonly [type in Given['type'] | NodeInput['type']]?: string } = {
  'manager.start': 'lifecycle.refusal-changes-nothing',
  'manager.protect': 'lifecycle.refusal-changes-nothing',
  'manager.replace-backup': 'lifecycle.refusal-changes-nothing',
  'manager.resume': 'lifecycle.refusal-changes-nothing',
  'manager.power-off': 'lifecycle.refusal-changes-nothing',
  'manager.suspend': 'lifecycle.refusal-changes-nothing',
  'manager.turn-off': 'lifecycle.refusal-changes-nothing',
  'manager.restart-secondary': 'lifecycle.refusal-changes-nothing',
  'manager.test-failover': 'lifecycle.refusal-changes-nothing',
  'guest.input': 'lifecycle.refusal-changes-nothing',
  'guest.output': 'lifecycle.refusal-changes-nothing',
  'guest.saved': 'lifecycle.unusable-input-ignored',
  'guest.loaded': 'lifecycle.unusable-input-ignored',
  'arbiter.answered': 'arbitration.answer-bound-to-request',
  'arbiter.failed': 'arbitration.answer-bound-to-request',
  'datagram.arrived': 'heartbeat.others-ignored',
};

/** Makes the case of a walk. */
function casesOf(slice: Slice, graph: Graph): (tour: Tour) => Case {
  const shared = createSharedSteps(slice);
  const name = slice.node === 'owner' ? 'p' : 'b';
  const parameters = parametersOf(slice);
  const taken = graph.preamble.map(({ input, effects, clauses }) => ({ input, effects, clauses }));
  return ({ clause, edges }) => {
    let acknowledged = 0;
    const made = [...taken, ...edges].map((one) => {
      acknowledged = acknowledgedAfter(acknowledged, one.effects);
      return shared({ taken: one, acknowledged, isObserved: one.clauses[0] === clause });
    });
    const sequence = `[${made.map(({ text }) => text).join(',')}]`;
    return {
      id: `${clause}/${slice.name}/${hash6(sequence)}`,
      kind: 'node',
      tier: 'core',
      slice: slice.name,
      clauses: [clause],
      nodes: [{ name, incarnation: `${name}#1` }],
      parameters,
      steps: made.map(({ step }) => step),
    };
  };
}

/** Where any lag at all counts, the smallest is above what is allowed. */
export const parametersOf = ({
  entriesMax,
  throttleMax,
  reconnect,
}: Slice): Partial<Parameters> => ({
  entriesMax: String(entriesMax),
  ...(throttleMax === 0 ? {} : { lagMax: '0' }),
  ...(reconnect ? { reconnect } : {}),
});
