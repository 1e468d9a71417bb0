// One object for all steps of a slice's cases that are alike: a transition is put into words once, however many
// cases take it. Spec: conformance.md, "Cases".

import type { Slice } from '../model/slices/slice.ts';
import type { Step } from './case.ts';
import { expectationOf, givenOf } from './case-words.ts';
import { canonical } from './seed.ts';
import type { Edge, Taken } from './walk.ts';

export interface SharedStep {
  readonly step: Step;
  /** The canonical text of its stimulus. */
  readonly text: string;
}

export interface Occurrence {
  readonly taken: Taken | Edge;
  /** By then. */
  readonly acknowledged: number;
  /** Whether the facts are compared, where they are known. */
  readonly isObserved: boolean;
}

export function createSharedSteps(slice: Slice): (occurrence: Occurrence) => SharedStep {
  const made = new Map<Taken, Map<string, SharedStep>>();
  return ({ taken, acknowledged, isObserved }) => {
    const known = made.get(taken) ?? new Map<string, SharedStep>();
    made.set(taken, known);
    const key = `${acknowledged} ${isObserved}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const facts = isObserved && 'to' in taken ? taken.facts : undefined;
    const give = givenOf(taken.input);
    const expect = expectationOf(slice, taken.effects, acknowledged, facts);
    const fresh = { step: { give, clauses: taken.clauses, expect }, text: canonical(give) };
    known.set(key, fresh);
    return fresh;
  };
}
