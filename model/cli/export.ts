// `lockstep model export`: the charts as files in a folder, or one chart in one format on standard output.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { charts } from '../host.ts';
import { type ChartFile, chartFiles, chartFormats, standardFormats } from './chart-formats.ts';
import { exitCodes, print, refuseUsage } from './print.ts';

export interface ExportOptions {
  format?: readonly string[];
  chart?: string;
  output?: string;
}

export async function runExport({ format, chart, output }: ExportOptions): Promise<void> {
  const machines = Object.values(charts).filter(({ id }) => id === (chart ?? id));
  if (machines.length === 0) {
    refuseUsage(`no chart ${chart}`, Object.keys(charts));
    return;
  }
  const wanted = format ?? standardFormats;
  const known = chartFormats.map(({ name }) => name);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    refuseUsage(`no format ${unknown === '' ? 'without a name' : unknown}`, known);
    return;
  }
  const formats = chartFormats.filter(({ name }) => wanted.includes(name));
  if (output !== undefined) {
    writeFiles(await chartFiles(machines, formats), output);
    return;
  }
  if (machines.length > 1 || formats.length > 1) {
    refuseUsage('without --output give one --chart and one --format', [
      ...Object.keys(charts),
      ...known,
    ]);
    return;
  }
  for (const { text } of await chartFiles(machines, formats)) print(text.trimEnd());
}

function writeFiles(files: readonly ChartFile[], folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of files) {
      writeFileSync(join(folder, name), text);
      print(join(folder, name));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`lockstep model: cannot write into ${folder}: ${reason}.\n`);
    process.exitCode = exitCodes.usage;
  }
}
