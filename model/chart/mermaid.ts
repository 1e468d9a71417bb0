// A chart as Mermaid `stateDiagram-v2` text.

import type { CanonicalChart, CanonicalState, CanonicalTransition } from './canonical.ts';

export function chartToMermaid(chart: CanonicalChart): string {
  return `${['stateDiagram-v2', ...anywhere(chart), ...body(chart, '', 1)].join('\n')}\n`;
}

/** Transitions of the chart itself start from a node of their own: they are possible in every state. */
function anywhere(chart: CanonicalChart): string[] {
  const root = chart.states.find(({ path }) => path === '');
  if (root === undefined || root.transitions.length === 0) return [];
  return ['  state "any" as any', ...arrows({ ...root, path: 'any' }, '  ')];
}

function body(chart: CanonicalChart, parent: string, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const here = chart.states.find(({ path }) => path === parent);
  if (here === undefined) return [];
  const children = chart.states.filter(({ path }) => path !== '' && parentOf(path) === parent);
  const lines = here.initial === null ? [] : [`${indent}[*] --> ${idOf(here.initial)}`];
  children.forEach((child, index) => {
    if (here.kind === 'parallel' && index > 0) lines.push(`${indent}--`);
    lines.push(...declaration(chart, child, depth));
    lines.push(...arrows(child, indent));
  });
  return lines;
}

function declaration(chart: CanonicalChart, state: CanonicalState, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const name = state.path.split('.').at(-1) ?? '';
  if (state.kind === 'atomic') return [`${indent}state "${name}" as ${idOf(state.path)}`];
  return [
    `${indent}state "${name}" as ${idOf(state.path)} {`,
    ...body(chart, state.path, depth + 1),
    `${indent}}`,
  ];
}

const arrows = (state: CanonicalState, indent: string): string[] =>
  state.transitions.map((one) => {
    const to = one.target === null || one.target === '' ? state.path : one.target;
    return `${indent}${idOf(state.path)} --> ${idOf(to)}: ${labelOf(one)}`;
  });

/** No `;` or `::` may stand in a label. */
function labelOf({ event, guard, actions }: CanonicalTransition): string {
  const condition = guard === null ? '' : ` [${guard}]`;
  const does = actions.length === 0 ? '' : ` / ${actions.join(', ')}`;
  return `${event}${condition}${does}`;
}

const idOf = (path: string): string => path.replaceAll('.', '_').replaceAll('-', '_');
const parentOf = (path: string): string => path.split('.').slice(0, -1).join('.');
