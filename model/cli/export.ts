// `lockstep model export`: the charts as canonical JSON, Mermaid or Markdown on standard output.

import { type CanonicalChart, machineToCanonical } from '../chart/canonical.ts';
import { chartToMarkdown } from '../chart/markdown.ts';
import { chartToMermaid } from '../chart/mermaid.ts';
import { charts } from '../host.ts';
import { print, refuseUsage } from './print.ts';

export function runExport(options: { to: string; chart?: string }): void {
  const all = Object.values(charts).map(machineToCanonical);
  const chosen = all.filter(({ chart }) => chart === (options.chart ?? chart));
  if (chosen.length === 0) {
    const known = all.map(({ chart }) => chart);
    refuseUsage(`no chart ${options.chart}`, known);
    return;
  }
  const write = formats.get(options.to);
  if (write === undefined) {
    refuseUsage(`no format ${options.to}`, [...formats.keys()]);
    return;
  }
  print(write(chosen));
}

const formats = new Map<string, (charts: readonly CanonicalChart[]) => string>([
  ['json', (charts) => JSON.stringify(charts, null, 2)],
  ['mermaid', (charts) => charts.map(chartToMermaid).join('\n')],
  ['md', (charts) => charts.map(chartToMarkdown).join('\n')],
]);
