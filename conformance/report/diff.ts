// What differs between the reports of two runs: verdicts, reasons, and cases that only one has.
// Spec: conformance.md, "Two reports".

import type { Report, ReportCase } from './report.ts';

export interface Difference {
  readonly id: string;
  /** Undefined where that report has no such case. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** In the order of the first report, then what only the second has. */
export function diffReports(one: Report, other: Report): readonly Difference[] {
  const after = new Map(other.cases.map((found) => [found.id, outcome(found)]));
  const before = new Map(one.cases.map((found) => [found.id, outcome(found)]));
  const ids = [...before.keys(), ...[...after.keys()].filter((id) => !before.has(id))];
  return ids
    .map((id) => ({ id, before: before.get(id), after: after.get(id) }))
    .filter((found) => found.before !== found.after);
}

/** The verdict, and the reason where there is one. */
function outcome({ verdict, failure }: ReportCase): string {
  return failure === undefined ? verdict : `${verdict} ${failure.reason}`;
}
