// The verb `diff`: two reports, case by case. Spec: conformance.md, "Two reports".

import { diffReports } from '../report/diff.ts';
import { type Report, readReport } from '../report/report.ts';
import { exitCode, verdicts } from '../verdict.ts';

/** Differences that are printed; the rest are counted. */
const printedMax = 100;

export function diff(before: string, after: string, { json }: { readonly json?: boolean }): number {
  const [one, other] = [readReport(before), readReport(after)];
  const found = diffReports(one, other);
  if (json === true) console.log(JSON.stringify(found, null, 2));
  else {
    for (const { id, before: was = 'absent', after: is = 'absent' } of found.slice(0, printedMax)) {
      console.log(`${id}\n    ${was} → ${is}`);
    }
    if (found.length > printedMax) console.log(`and ${found.length - printedMax} more`);
    console.log(totalsText(one, other));
    console.log(`${found.length} cases differ`);
  }
  return found.length === 0 ? exitCode.conformant : exitCode.nonConformant;
}

function totalsText(one: Report, other: Report): string {
  const rows = verdicts.filter((verdict) => one.totals[verdict] + other.totals[verdict] > 0);
  const counts = rows.map((verdict) => {
    return `${verdict} ${one.totals[verdict]} → ${other.totals[verdict]}`;
  });
  return counts.join(', ');
}
