// Whether the two formalisations say the same: of each bug the length of its shortest counterexample, of each row the
// set of its projected states. A difference is a finding: one of the two, or the spec, is wrong.

import type { Bounds } from '../../../model/environment/manager.ts';
import { always } from '../../../model/properties/always.ts';
import { coreBugs, definesOf, switchOf } from './core-text.ts';
import { exploreModel, projectModel } from './lockstep-explorer.ts';
import { buildVerifier } from './verifier.ts';

export interface BugComparison {
  name: string;
  property: string;
  /** Null: not found, or not by that property. */
  lockstep: number | null;
  spin: number | null;
}

export function* compareBugs(): Generator<BugComparison> {
  for (const bug of coreBugs) {
    const { name, property, bounds, variant } = bug;
    const { verdicts } = exploreModel(bounds, variant, always);
    const verdict = verdicts.find((one) => one.property === property);
    yield {
      name,
      property,
      lockstep: verdict?.outcome === 'violated' ? (verdict.path?.choices.length ?? null) : null,
      spin: spinSteps([...(definesOf(bounds) ?? []), `-D${switchOf(bug)}`], property),
    };
  }
}

/** Shortest of any claim; null where that step does not break the claim asked for, judged alone, as early. */
function spinSteps(defines: readonly string[], claim: string): number | null {
  const verifier = buildVerifier(defines, ['-O0', '-DBFS']);
  const any = verifier.run();
  const alone = verifier.run({ claim });
  verifier.remove();
  const isAsEarly = alone.violated.includes(claim) && alone.depth === any.depth;
  // The verifier counts the steps before the one that breaks a claim.
  return isAsEarly ? any.depth + 1 : null;
}

export interface StatesComparison {
  row: string;
  /** Projected states of each, and how many only one of them has. */
  lockstep: number;
  spin: number;
  lockstepOnly: number;
  spinOnly: number;
  /** The first that only one has, where there is one. */
  example: string | null;
}

export async function compareStates(row: string, bounds: Bounds): Promise<StatesComparison> {
  const model = projectModel(bounds);
  const text = new Set<string>();
  const verifier = buildVerifier(
    [...(definesOf(bounds) ?? []), '-DPROJECTED'],
    ['-O0', '-DPRINTF'],
  );
  await verifier.project((line) => text.add(line));
  verifier.remove();
  const lockstepOnly = [...model].filter((line) => !text.has(line));
  const spinOnly = [...text].filter((line) => !model.has(line));
  return {
    row,
    lockstep: model.size,
    spin: text.size,
    lockstepOnly: lockstepOnly.length,
    spinOnly: spinOnly.length,
    example: lockstepOnly[0] ?? spinOnly[0] ?? null,
  };
}
