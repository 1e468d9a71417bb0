// A report as the JSON of a shields.io endpoint badge: the tier and the clauses, never a percentage.
// Spec: conformance.md, "Reports".

import { isConformant, type Report } from './report.ts';
import { standingsOf } from './standings.ts';

export function reportToBadge(report: Report): string {
  const standings = [...standingsOf(report).values()];
  const good = standings.filter(({ standing }) => standing === 'passed').length;
  const message = report.partial
    ? `${report.tier} · partial`
    : `${report.tier} · ${good}/${standings.length} clauses`;
  const badge = { schemaVersion: 1, label: `lockstep ${report.spec}`, message };
  return `${JSON.stringify({ ...badge, color: colourOf(report) })}\n`;
}

function colourOf(report: Report): string {
  if (report.partial) return 'lightgrey';
  return isConformant(report) ? 'brightgreen' : 'red';
}
