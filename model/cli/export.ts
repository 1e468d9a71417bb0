// `lockstep model export`: the charts as canonical JSON, Mermaid or Markdown on standard output, or as files in a folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CanonicalChart, machineToCanonical } from '../chart/canonical.ts';
import { chartFiles } from '../chart/files.ts';
import { chartToMarkdown } from '../chart/markdown.ts';
import { chartToMermaid } from '../chart/mermaid.ts';
import { charts } from '../host.ts';
import { print, refuseUsage } from './print.ts';

export function runExport(options: { to?: string; chart?: string; output?: string }): void {
  const all = Object.values(charts).map(machineToCanonical);
  const chosen = all.filter(({ chart }) => chart === (options.chart ?? chart));
  if (chosen.length === 0) {
    const known = all.map(({ chart }) => chart);
    refuseUsage(`no chart ${options.chart}`, known);
    return;
  }
  if (options.output !== undefined) {
    writeFiles(chosen, options.output);
    return;
  }
  const write = formats.get(options.to ?? '');
  if (write === undefined) {
    const missing = options.to === undefined ? 'neither --to nor --output' : options.to;
    refuseUsage(`no format ${missing}`, [...formats.keys()]);
    return;
  }
  print(write(chosen));
}

function writeFiles(chosen: readonly CanonicalChart[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of chartFiles(chosen)) {
    writeFileSync(join(folder, name), text);
    print(join(folder, name));
  }
}

const formats = new Map<string, (charts: readonly CanonicalChart[]) => string>([
  ['json', (charts) => JSON.stringify(charts, null, 2)],
  ['mermaid', (charts) => charts.map(chartToMermaid).join('\n')],
  ['md', (charts) => charts.map(chartToMarkdown).join('\n')],
]);
