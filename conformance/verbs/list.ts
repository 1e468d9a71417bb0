// The verb `list`: the cases of a tier. Spec: conformance.md, "Running".

import { planTier } from '../tiers.ts';
import { exitCode } from '../verdict.ts';
import { type TierFlags, tierOf } from './common.ts';

export interface ListFlags extends TierFlags {
  readonly observe?: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly json?: boolean;
}

/** Line by line: a deep tier is longer than a text may be. */
export function list({ only, skip, json, observe, ...flags }: ListFlags): number {
  const plan = planTier({ ...tierOf(flags), only, skip, observes: observe !== false });
  let before = '[';
  for (const { id, tier, clauses, slice, steps } of plan.cases) {
    const row = { id, tier, clauses, slice: slice ?? null, steps: steps.length };
    const text = json === true ? `${before}${JSON.stringify(row)}` : `${id}  ${tier}`;
    console.log(json === true ? text : `${text}, ${row.steps} steps`);
    before = ',';
  }
  if (json === true) console.log(']');
  return exitCode.conformant;
}
