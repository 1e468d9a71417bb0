// The formats of a report by name, and what each makes of it. Spec: conformance.md, "Reports".

import { readdirSync, readFileSync } from 'node:fs';
import { loadRequirements } from '../requirements.ts';
import { inRoot } from '../root.ts';
import { reportToBadge } from './badge.ts';
import { reportToCtrf } from './ctrf.ts';
import { reportToJunit } from './junit.ts';
import { reportToMarkdown } from './markdown.ts';
import type { Chart } from './page/charts.ts';
import { reportToPage } from './page/page.ts';
import type { Report } from './report.ts';
import { reportToTap } from './tap.ts';

export const formats = ['json', 'html', 'junit', 'tap', 'ctrf', 'md', 'badge'] as const;
export type Format = (typeof formats)[number];

/** One report to write. */
export interface ReportTarget {
  readonly format: Format;
  readonly file: string;
}

/** `html=out.html`; the problem is a sentence without its subject. */
export function parseTarget(text: string): ReportTarget | { readonly problem: string } {
  const [name, file] = text.split(/=(.*)/s);
  const format = formats.find((one) => one === name);
  if (format === undefined || file === undefined || file === '') {
    return { problem: `expected one of ${formats.join(', ')} as <format>=<file>, got ${text}` };
  }
  return { format, file };
}

export function renderReport(report: Report, format: Format): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'html':
      return reportToPage({ report, clauses: registry(), charts: charts() });
    case 'junit':
      return reportToJunit(report);
    case 'tap':
      return reportToTap(report);
    case 'ctrf':
      return reportToCtrf(report);
    case 'md':
      return reportToMarkdown(report, clauseText());
    case 'badge':
      return reportToBadge(report);
  }
}

const registry = () => loadRequirements(inRoot('spec', 'requirements'));

function clauseText(): (name: string) => string | undefined {
  const texts = new Map(registry().map(({ name, level, text }) => [name, `${level}: ${text}`]));
  return (name) => texts.get(name);
}

/** As they stand in the spec. */
function charts(): Chart[] {
  const folder = inRoot('spec', 'charts');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.svg'))
    .sort()
    .map((name) => ({
      name: name.slice(0, -'.svg'.length),
      svg: readFileSync(inRoot('spec', 'charts', name), 'utf8'),
    }));
}
