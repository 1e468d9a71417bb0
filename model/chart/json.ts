// The canonical chart as JSON text, laid out so that a change of the chart is a change of few lines. Spec: protocol.

import type { CanonicalChart } from './canonical.ts';

export const chartToJson = (chart: CanonicalChart): string => `${layOut(chart, 0)}\n`;

/** JSON with each list on one line where it fits: a transition is then a few lines, not twenty. */
function layOut(value: unknown, depth: number, besideIt = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map((one, at) => layOut(one, depth + 1, commaAfter(at, value)))
    : Object.entries(value).map((one, at, all) => member(one, depth + 1, commaAfter(at, all)));
  const line = `${open}${parts.join(', ')}${close}`;
  const isShort = !line.includes('\n') && 2 * depth + besideIt + line.length <= columnsMax;
  if (parts.length === 0 || (Array.isArray(value) && isShort)) return line;
  const indent = '  '.repeat(depth);
  return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(',\n')}\n${indent}${close}`;
}

function member([name, value]: readonly [string, unknown], depth: number, comma: number): string {
  const key = `${JSON.stringify(name)}: `;
  return `${key}${layOut(value, depth, key.length + comma)}`;
}

/** The column that a comma takes: the last one of a list has none, and may be a character longer. */
const commaAfter = (at: number, list: readonly unknown[]): number => (at < list.length - 1 ? 1 : 0);

const columnsMax = 100;
