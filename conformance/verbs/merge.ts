// The verb `report merge`: the reports of shards become the report of the run.
// Spec: conformance.md, "Shards".

import { writeFileSync } from 'node:fs';
import { mergeReports } from '../report/merge.ts';
import { readReport } from '../report/report.ts';

export interface MergeFlags {
  readonly output?: string;
  readonly partial?: boolean;
}

/** The exit code is that of the merged run. */
export function merge(paths: readonly string[], { output, partial }: MergeFlags): number {
  const files = paths.map((path) => ({ path, report: readReport(path) }));
  const report = mergeReports(files, { partial: partial === true });
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
  const { executed, planned, exit, totals } = report;
  const counts = `${executed} of ${planned} cases, ${totals.pass} pass`;
  console.error(`${paths.length} reports: ${counts}${report.partial ? '; partial' : ''}`);
  return exit;
}
