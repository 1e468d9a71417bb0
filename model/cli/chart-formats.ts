// The forms in which a chart is written, and the files that spec/charts holds. It writes nothing itself. Spec: protocol.

import type { AnyStateMachine } from 'xstate';
import { machineToCanonical } from '../chart/canonical.ts';
import { chartToConfig } from '../chart/config.ts';
import { chartToDot } from '../chart/dot.ts';
import { chartToJson } from '../chart/json.ts';
import { chartToMarkdown } from '../chart/markdown.ts';
import { chartToMermaid } from '../chart/mermaid.ts';
import { chartToScxml } from '../chart/scxml.ts';
import { chartToSvg } from './svg.ts';

export interface ChartFormat {
  name: string;
  extension: string;
  write(machine: AnyStateMachine): string | Promise<string>;
}
export interface ChartFile {
  name: string;
  text: string;
}

export const chartFormats: readonly ChartFormat[] = [
  {
    name: 'markdown',
    extension: 'md',
    write: (machine) => chartToMarkdown(machineToCanonical(machine)),
  },
  { name: 'json', extension: 'json', write: (machine) => chartToJson(machineToCanonical(machine)) },
  { name: 'svg', extension: 'svg', write: (machine) => chartToSvg(machineToCanonical(machine)) },
  { name: 'dot', extension: 'dot', write: (machine) => chartToDot(machineToCanonical(machine)) },
  {
    name: 'mermaid',
    extension: 'mmd',
    write: (machine) => chartToMermaid(machineToCanonical(machine)),
  },
  { name: 'scxml', extension: 'scxml', write: (machine) => chartToScxml(machine) },
  { name: 'config', extension: 'config.json', write: (machine) => chartToConfig(machine) },
];

/** A page for readers, its picture, and the data for programs; the other formats are the same again. */
export const standardFormats: readonly string[] = ['markdown', 'json', 'svg'];

/** The command that writes spec/charts, for whoever finds it stale. */
export const exportCommand = 'node lockstep.js model export --output spec/charts';

export function chartFiles(
  machines: readonly AnyStateMachine[],
  formats: readonly ChartFormat[],
): Promise<ChartFile[]> {
  const files = machines.flatMap((machine) =>
    formats.map(async ({ extension, write }) => ({
      name: `${machine.id}.${extension}`,
      text: await write(machine),
    })),
  );
  return Promise.all(files);
}
