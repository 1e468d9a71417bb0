// `lockstep model check --clauses`: which clauses the runs took, by the transitions and states of the charts that cite
// them, and which transitions with a clause no run took.

import { charts } from '../host.ts';
import type { Taken } from '../taken.ts';
import { requirementsIn, transitionNames } from '../transitions.ts';
import type { JobRun } from './judgement.ts';
import { print, renderTable } from './print.ts';

export function printClauses(runs: readonly JobRun[]): void {
  const counted = runs.flatMap(({ job, taken }) => (taken === null ? [] : [{ job, taken }]));
  const clauses = new Set(counted.flatMap(({ taken }) => [...taken.clauses.keys()]));
  const rows = [...clauses].sort().map((clause) => {
    const here = counted.filter(({ taken }) => taken.clauses.has(clause));
    const edges = here.reduce((sum, { taken }) => sum + (taken.clauses.get(clause) ?? 0), 0);
    return [clause, String(edges), here.map(({ job }) => job.name).join(' ')];
  });
  print('');
  print(renderTable(['clause taken', 'edges', 'rows'], rows));
  const missed = untaken(counted.map(({ taken }) => taken));
  print(`\n${missed.length} transitions with a clause were taken by none of these rows.`);
  for (const name of missed) print(`  ${name}`);
}

/** By name, the transitions that cite a clause and that none of these took. */
export function untaken(all: readonly Taken[]): string[] {
  const cited = Object.values(charts).flatMap((machine) =>
    [...transitionNames(machine)].filter(([{ meta }]) => requirementsIn(meta).length > 0),
  );
  const names = cited.map(([, name]) => name);
  return names.filter((name) => !all.some(({ transitions }) => transitions.has(name)));
}

export const clausesDocument = (taken: Taken | null): unknown =>
  taken === null ? null : Object.fromEntries([...taken.clauses].sort());
