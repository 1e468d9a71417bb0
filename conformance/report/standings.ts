// How each clause came off in a run: the cases that are filed under it, and the failures that name it.
// A clause that no case is about has none here. Spec: conformance.md, "Reports".

import { type Report, type ReportCase, reasonOf } from './report.ts';

/**
 * `failed`: a judge found it broken. `doubtful`: a case about it did not pass, for another reason.
 * `passed`: every case about it passed. `undecided`: no case about it was decided.
 */
export type Standing = 'failed' | 'doubtful' | 'passed' | 'undecided';

export interface ClauseStanding {
  readonly clause: string;
  readonly standing: Standing;
  /** Cases about it, and those of them that passed. */
  readonly cases: number;
  readonly passed: number;
  /** Failures whose reason it is, in whatever case. */
  readonly failures: number;
}

/** By clause, in the order in which the report first names them. */
export function standingsOf({ cases }: Report): ReadonlyMap<string, ClauseStanding> {
  const found = new Map<string, { cases: number; passed: number; failures: number; bad: number }>();
  const at = (clause: string): { cases: number; passed: number; failures: number; bad: number } => {
    const known = found.get(clause) ?? { cases: 0, passed: 0, failures: 0, bad: 0 };
    found.set(clause, known);
    return known;
  };
  for (const one of cases) {
    for (const clause of one.clauses) {
      const counts = at(clause);
      counts.cases += 1;
      if (one.verdict === 'pass') counts.passed += 1;
      if (isBad(one)) counts.bad += 1;
    }
    const broken = brokenClause(one);
    if (broken !== undefined) at(broken).failures += 1;
  }
  return new Map(
    [...found].map(([clause, { bad, ...counts }]) => [
      clause,
      { clause, ...counts, standing: standingOf({ bad, ...counts }) },
    ]),
  );
}

/** The clause that a judge says was broken; none where the adapter itself broke. */
export function brokenClause(one: ReportCase): string | undefined {
  if (!isBad(one) || one.failure === undefined) return undefined;
  const [clause = '', code] = reasonOf(one).split('#');
  return code === undefined || clause === 'adapter' ? undefined : clause;
}

/** Cases that did not pass by why, the most frequent reason first: many failures are often one fault. */
export function byReason(cases: readonly ReportCase[]): [reason: string, cases: ReportCase[]][] {
  const found = new Map<string, ReportCase[]>();
  for (const one of cases.filter(isBad)) {
    found.set(reasonOf(one), [...(found.get(reasonOf(one)) ?? []), one]);
  }
  for (const list of found.values()) list.sort((a, b) => stepsOf(a) - stepsOf(b));
  return [...found].sort(([, a], [, b]) => b.length - a.length);
}

const stepsOf = ({ failure }: ReportCase): number => failure?.step ?? 0;

export const isBad = ({ verdict }: ReportCase): boolean =>
  verdict === 'fail' ||
  verdict === 'error' ||
  verdict === 'untestable' ||
  verdict === 'unexpected-pass';

function standingOf(counts: {
  cases: number;
  passed: number;
  failures: number;
  bad: number;
}): Standing {
  if (counts.failures > 0) return 'failed';
  if (counts.bad > 0) return 'doubtful';
  return counts.passed > 0 ? 'passed' : 'undecided';
}
