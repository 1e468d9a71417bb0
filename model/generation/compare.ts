// Whether a machine does what another one specifies, decided on the product of both: the truth that
// a suite's verdict is measured by. Not a test: it sees the inside. Spec: conformance.md, "Test
// suites".

import { impossible, type Mealy, nextOf, outputOf, type Word } from './mealy.ts';

/**
 * `equivalence`: the same inputs are possible after every word, and each gives the same output.
 * `quasi-equivalence`: what the specification allows gives the same output; beyond it the machine
 * is free.
 */
export type Relation = 'equivalence' | 'quasi-equivalence';

export type Comparison =
  | { kind: 'related' }
  /** A shortest word of the specification that gives another output at its end. */
  | { kind: 'different'; word: Word }
  /**
   * The machine is none that the relation speaks of: after this word, answered alike so far, it
   * does not allow what it must allow.
   */
  | { kind: 'outside'; word: Word };

/** Both machines number their inputs and outputs alike. */
export function compareMachines(
  specification: Mealy,
  machine: Mealy,
  relation: Relation,
): Comparison {
  const width = specification.inputs.length;
  if (machine.inputs.length !== width) {
    throw new Error(`compare: expected a machine of ${width} inputs, got ${machine.inputs.length}`);
  }
  const pairs = [0];
  const back: { from: number; input: number }[] = [{ from: -1, input: -1 }];
  const seen = new Set(pairs);
  let different: Word | null = null;
  for (let at = 0; at < pairs.length; at++) {
    const pair = pairs[at] ?? 0;
    const [wanted, got] = [Math.floor(pair / machine.states), pair % machine.states];
    for (let input = 0; input < width; input++) {
      const [right, next] = [nextOf(specification, wanted, input), nextOf(machine, got, input)];
      if (right === impossible && (next === impossible || relation === 'quasi-equivalence'))
        continue;
      if (right === impossible || next === impossible) {
        return { kind: 'outside', word: wordTo(back, at) };
      }
      if (outputOf(specification, wanted, input) !== outputOf(machine, got, input)) {
        different ??= [...wordTo(back, at), input];
        continue;
      }
      const to = right * machine.states + next;
      if (seen.has(to)) continue;
      seen.add(to);
      pairs.push(to);
      back.push({ from: at, input });
    }
  }
  return different === null ? { kind: 'related' } : { kind: 'different', word: different };
}

function wordTo(back: readonly { from: number; input: number }[], end: number): number[] {
  const word: number[] = [];
  for (let at = back[end]; at !== undefined && at.from >= 0; at = back[at.from]) {
    word.unshift(at.input);
  }
  return word;
}
