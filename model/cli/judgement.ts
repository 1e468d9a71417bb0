// What the runs of a check say together: one verdict for each property over all rows, and one for the whole.

import type { Verdict } from '../explore.ts';
import type { Transition } from '../system.ts';
import type { RowRun } from './explore-row.ts';
import type { Job } from './jobs.ts';

export interface JobRun extends RowRun {
  job: Job;
}
export type Judgement = 'ok' | 'violated' | 'partial' | 'interrupted';

/** `isEverything`: all rows were asked for, so a premise that held in none of them is a hole. */
export function judge(runs: readonly JobRun[], isEverything: boolean): Judgement {
  if (runs.some(({ isInterrupted }) => isInterrupted)) return 'interrupted';
  const verdicts = runs.flatMap(({ report }) => report.verdicts);
  if (verdicts.some(({ outcome }) => outcome === 'violated')) return 'violated';
  if (runs.some(({ report }) => !report.isExhausted)) return 'partial';
  return isEverything && idle(runs).length > 0 ? 'partial' : 'ok';
}

export function sentence(judgement: Judgement): string {
  switch (judgement) {
    case 'ok':
      return 'Every property holds within the bounds.';
    case 'violated':
      return 'A property is violated.';
    case 'partial':
      return 'Partial: no violation found, but not everything within the bounds was seen.';
    case 'interrupted':
      return 'Interrupted, so partial: what was not seen is not judged.';
  }
}

/** Properties whose premise never held, in no row that was run: they are no evidence. */
const idle = (runs: readonly JobRun[]): string[] =>
  names(runs).filter((name) => premiseOf(runs, name) === 0);

export const names = (runs: readonly JobRun[]): string[] => [
  ...new Set(runs.flatMap(({ report }) => report.verdicts.map(({ property }) => property))),
];

export const premiseOf = (runs: readonly JobRun[], name: string): number =>
  verdictsOf(runs, name).reduce((sum, { verdict }) => sum + verdict.premise, 0);

/** Over all rows: one violation is a violation, one witness is a witness. */
export function worstOf(runs: readonly JobRun[], name: string): Verdict<Transition>['outcome'] {
  const outcomes = verdictsOf(runs, name).map(({ verdict }) => verdict.outcome);
  return ranking.find((outcome) => outcomes.includes(outcome)) ?? 'unwitnessed';
}
const ranking = ['violated', 'witnessed', 'partial', 'holds', 'unwitnessed'] as const;

/** Null: no row has a witness. */
export function shortestWitness(
  runs: readonly JobRun[],
  name: string,
): { row: string; steps: number } | null {
  const witnesses = verdictsOf(runs, name)
    .filter(({ verdict }) => verdict.outcome === 'witnessed')
    .map(({ job, verdict }) => ({ row: job.name, steps: verdict.path?.choices.length ?? 0 }));
  return witnesses.sort((one, other) => one.steps - other.steps)[0] ?? null;
}

const verdictsOf = (runs: readonly JobRun[], name: string) =>
  runs.flatMap(({ job, report }) =>
    report.verdicts
      .filter(({ property }) => property === name)
      .map((verdict) => ({ job, verdict })),
  );
