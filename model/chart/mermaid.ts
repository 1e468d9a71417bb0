// A chart as Mermaid `stateDiagram-v2` text that GitHub draws. Transitions that leave a state are arrows; those that stay
// stand in its box, as entry and exit actions do. What only ignores its event is left to the table.

import type { CanonicalChart, CanonicalState, CanonicalTransition } from './canonical.ts';
import {
  childrenOf,
  isComposite,
  isIgnoring,
  isInside,
  isStaying,
  lastOf,
  parentOf,
  rootOf,
} from './structure.ts';

export function chartToMermaid(chart: CanonicalChart): string {
  const root = rootOf(chart);
  // Regions beside one another stand in a state: the diagram itself cannot be divided.
  const lines =
    root.kind === 'parallel'
      ? [`  state "${chart.chart}" as ${chart.chart} {`, ...inside(chart, root, 2), '  }']
      : inside(chart, root, 1);
  return `${['stateDiagram-v2', ...lines].join('\n')}\n`;
}

/** What stands between the braces of a state that has states of its own, or in the chart itself. */
function inside(chart: CanonicalChart, state: CanonicalState, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const children = childrenOf(chart, state);
  const parts = children.map((child) => declaration(chart, child, depth));
  const own = anyNode(state, indent);
  if (own.length > 0) parts.unshift(own);
  const separator = state.kind === 'parallel' ? [`${indent}--`] : [];
  return [
    ...(state.initial === null ? [] : [`${indent}[*] --> ${idOf(state.initial)}`]),
    ...parts.flatMap((part, index) => (index > 0 ? [...separator, ...part] : part)),
    ...arrowsOf(chart, state.path, indent),
  ];
}

function declaration(chart: CanonicalChart, state: CanonicalState, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const id = idOf(state.path);
  const head = `${indent}state "${lastOf(state.path)}" as ${id}`;
  if (!isComposite(state)) return [head, ...box(id, state, indent)];
  return [`${head} {`, ...inside(chart, state, depth + 1), `${indent}}`];
}

/**
 * An arrow from a composite state to one of its own states is not drawn rightly, and it has no box:
 * a node of its own, inside it, stands for any of its states.
 */
function anyNode(state: CanonicalState, indent: string): string[] {
  const lines = box(anyOf(state), state, indent);
  const isNeeded = lines.length > 0 || state.transitions.some((one) => isWithin(state, one));
  return isNeeded ? [`${indent}state "any" as ${anyOf(state)}`, ...lines] : [];
}

/** Entry, exit, and the transitions that stay or come back: of several loops one alone is drawn. */
function box(id: string, state: CanonicalState, indent: string): string[] {
  const stays = state.transitions
    .filter((one) => !isIgnoring(one) && isStaying(state, one))
    .map((one) => (one.target === null ? textOf(one) : `${textOf(one)}, enter again`));
  const entry = state.entry.length === 0 ? [] : [`entry / ${escaped(state.entry.join(', '))}`];
  const exit = state.exit.length === 0 ? [] : [`exit / ${escaped(state.exit.join(', '))}`];
  return [...entry, ...exit, ...stays].map((line) => `${indent}${id}: ${line}`);
}

/**
 * The arrows whose ends meet first in the state with this path: a state named between the braces of
 * another is drawn inside it, so an arrow stands as far out as the outer of its ends.
 */
function arrowsOf(chart: CanonicalChart, around: string, indent: string): string[] {
  return chart.states.flatMap((state) =>
    state.transitions.flatMap((one) => {
      if (one.target === null || one.target === state.path) return [];
      const isOwn = isWithin(state, one);
      const meeting = isOwn ? state.path : commonParent(state.path, one.target);
      if (meeting !== around) return [];
      const from = isOwn ? anyOf(state) : idOf(state.path);
      return [`${indent}${from} --> ${idOf(one.target)}: ${textOf(one)}`];
    }),
  );
}

/** A composite state's transition to a state of its own. */
const isWithin = ({ path }: CanonicalState, { target }: CanonicalTransition): boolean =>
  target !== null && isInside(target, path);

function commonParent(a: string, b: string): string {
  const [left, right] = [parentOf(a).split('.'), parentOf(b).split('.')];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return left.slice(0, differs === -1 ? left.length : differs).join('.');
}

function textOf({ event, guard, actions }: CanonicalTransition): string {
  const condition = guard === null ? '' : ` [${guard}]`;
  const does = actions.length === 0 ? '' : ` / ${actions.join(', ')}`;
  return escaped(`${event}${condition}${does}`);
}

/** A `;` would end a label, and `::`, `#` or `%` would begin something else: codes stand for them. */
const escaped = (text: string): string =>
  text.replace(/[;:#%"]/g, (character) => `#${character.charCodeAt(0)};`);

const anyOf = ({ path }: CanonicalState): string => idOf(path === '' ? 'any' : `${path}.any`);
const idOf = (path: string): string => path.replaceAll(/[.-]/g, '_');
