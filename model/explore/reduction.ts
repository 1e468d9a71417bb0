// Confluent steps first: a partial-order reduction. Where a step of a state is confluent, no other step of it is made.
//
// Sound for what always holds and what is sometimes seen, when of every confluent step s -> t
// - every other step a of s, to u, is possible in t with the same label, to v, and v is u, or a step of the confluent
//   one's label leads from u to v (strong confluence; Groote and van de Pol 2000, "State space reduction using partial
//   tau-confluence"), so nothing that can happen is missed, only put off;
// - it has no deeds, and changes only messages and requests that nobody waits for, which no property looks at;
// - it takes something away and adds nothing, so no run of them alone goes round, and nothing is put off for ever.
// Counterexamples are as true as ever, and may be longer than the shortest by the confluent steps on their way.
// test/model/explore/reduction.test.ts closes the diamonds of the first condition, state by state.

import type { Model } from './model.ts';

/** The place of the first confluent step among these; -1: there is none. */
export function confluentIn<View, Step>(
  model: Model<View, Step>,
  steps: { readonly size: number; step(index: number): number },
): number {
  for (let at = 0; at < steps.size; at++) {
    if (model.isConfluent?.(steps.step(at)) === true) return at;
  }
  return -1;
}
