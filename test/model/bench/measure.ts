// How fast each explorer exhausts a row: all in turn, again and again, so that what else the machine does meets them alike.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bounds } from '../../../model/environment/manager.ts';
import { definesOf } from './core-text.ts';
import type { Exploration } from './exploration.ts';
import { buildVerifier } from './verifier.ts';

export interface Measurement {
  row: string;
  explorer: string;
  runs: readonly Exploration[];
}

/** How a verifier is compiled, beside -DSAFETY. Depth-first is the fastest; breadth-first finds shortest paths, as ours. */
const compilations: Readonly<Record<string, readonly string[]>> = {
  'spin, breadth-first': ['-O2', '-DBFS'],
  'spin, depth-first': ['-O2'],
  'spin, depth-first, -DCOLLAPSE': ['-O2', '-DCOLLAPSE'],
};
export const baseline = 'lockstep';

export function measureRow(row: string, bounds: Bounds, runsMax: number): Measurement[] {
  const verifiers = Object.entries(compilations).map(([explorer, options]) => ({
    explorer,
    verifier: buildVerifier(definesOf(bounds) ?? [], options),
  }));
  const own: Exploration[] = [];
  const others = verifiers.map((): Exploration[] => []);
  for (let run = 0; run < runsMax; run++) {
    const measured = exploreApart(bounds);
    own.push(measured);
    verifiers.forEach(({ verifier }, index) => {
      others[index]?.push(verifier.run({ statesExpected: measured.states }));
    });
  }
  for (const { verifier } of verifiers) verifier.remove();
  return [
    { row, explorer: baseline, runs: own },
    ...verifiers.map(({ explorer }, index) => ({ row, explorer, runs: others[index] ?? [] })),
  ];
}

/** In a process of its own, with nothing compiled by an earlier run, as a verifier starts. */
function exploreApart(bounds: Bounds): Exploration {
  const program = fileURLToPath(new URL('lockstep-explorer.ts', import.meta.url));
  const printed = execFileSync(
    process.execPath,
    [...process.execArgv, program, JSON.stringify(bounds)],
    { encoding: 'utf8' },
  );
  return JSON.parse(printed);
}
