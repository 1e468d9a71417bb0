// A chart as DOT text that Graphviz draws: a box a state, a frame a state with states of its own. What leaves a state is
// an arrow; what stays is a line in its box. What only ignores its event is left to the table. Spec: protocol.
//
// A frame has no box: a node `any` in it has its lines, and the arrows that begin at it. Between two ends there is one
// arrow, and events that do the same there share its lines.

import type { CanonicalChart, CanonicalState, CanonicalTransition } from './canonical.ts';
import { type Arrow, arrowsOf, isBack, standingsOf } from './placing.ts';
import {
  childrenOf,
  isComposite,
  isIgnoring,
  isInside,
  isStaying,
  lastOf,
  rootOf,
} from './structure.ts';

export function chartToDot(chart: CanonicalChart): string {
  const root = rootOf(chart);
  const inside = root.kind === 'parallel' ? frame(chart, root, chart.chart) : framed(chart, root);
  const lines = [
    ...graphAttributes,
    ...inside,
    ...arrowsOf(chart).map((arrow) => arrowLine(chart, arrow)),
    ...unseenArrows(chart),
  ];
  return `digraph ${quoted(chart.chart)} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** The colours of the drawing by what they are for; whoever draws it for a dark page replaces them. */
export const dotColours = {
  page: '#ffffff',
  frame: '#f3f6fa',
  box: '#fffefa',
  line: '#5b6b7b',
  text: '#1f2733',
  lesser: '#4d5b6a',
} as const;

const font = 'fontname="Helvetica"';
const graphAttributes: readonly string[] = [
  // The newer ranking, in which what stands in a frame and what does not are kept in order too.
  'graph [newrank=true, compound=true, rankdir=TB, nodesep=0.06, ranksep=0.5]',
  `graph [bgcolor="${dotColours.page}"]`,
  `graph [${font}, fontsize=12, fontcolor="${dotColours.text}", labeljust=l]`,
  `node [shape=box, style="rounded,filled", fillcolor="${dotColours.box}", margin="0.16,0.06"]`,
  `node [${font}, fontsize=11, fontcolor="${dotColours.text}", color="${dotColours.line}"]`,
  `edge [${font}, fontsize=10, fontcolor="${dotColours.text}", color="${dotColours.line}"]`,
  'edge [arrowsize=0.7]',
];

function frame(chart: CanonicalChart, state: CanonicalState, title: string): string[] {
  const style = state.kind === 'parallel' ? 'rounded,filled,bold' : 'rounded,filled';
  const attributes = [
    `label=<<B>${escaped(title)}</B>>`,
    `style="${style}"`,
    `color="${dotColours.line}"`,
    `fillcolor="${dotColours.frame}"`,
  ];
  return [
    `subgraph ${quoted(clusterOf(state.path))} {`,
    ...[`graph [${attributes.join(', ')}]`, ...framed(chart, state)].map((line) => `  ${line}`),
    '}',
  ];
}

function framed(chart: CanonicalChart, state: CanonicalState): string[] {
  return [
    ...(hasBox(state)
      ? [box(anyOf(state.path), 'any', state, 'style="rounded,filled,dashed"')]
      : []),
    ...beginning(chart, state),
    ...childrenOf(chart, state).flatMap((child) =>
      isComposite(child)
        ? frame(chart, child, lastOf(child.path))
        : [box(child.path, lastOf(child.path), child)],
    ),
  ];
}

/** A frame whose own transitions do something, or that does something when it is entered or left. */
const hasBox = (frame: CanonicalState): boolean =>
  frame.transitions.some((one) => !isIgnoring(one)) || boxLines(frame).length > 0;

function beginning(chart: CanonicalChart, state: CanonicalState): string[] {
  if (state.initial === null) return [];
  const point = quoted(initialOf(state.path));
  const colour = `color="${dotColours.line}", fillcolor="${dotColours.line}"`;
  return [
    `${point} [shape=point, width=0.1, label="", style=filled, ${colour}]`,
    `${point} -> ${quoted(headOf(chart, state.initial))}${attributesOf(intoFrame(chart, state.initial, 'lhead'))}`,
  ];
}

function box(id: string, title: string, state: CanonicalState, style = ''): string {
  const lines = [`<B>${escaped(title)}</B>`, ...boxLines(state)];
  const label = lines.length === 1 ? `<${lines[0]}>` : `<${lines.map(leftLine).join('')}>`;
  const shape = state.kind === 'final' ? ['peripheries=2'] : [];
  const clauses = citing([state, ...state.transitions.filter((one) => isStaying(state, one))]);
  const attributes = [`label=${label}`, ...shape, ...(style === '' ? [] : [style]), ...clauses];
  return `${quoted(id)}${attributesOf(attributes)}`;
}

/** What is drawn names its clauses as classes, so that a page can colour it by them. */
function citing(drawn: readonly { readonly requirements: readonly string[] }[]): string[] {
  const clauses = new Set(drawn.flatMap(({ requirements }) => requirements));
  return clauses.size === 0 ? [] : [`class=${quoted([...clauses].join(' '))}`];
}

function boxLines(state: CanonicalState): string[] {
  const stays = state.transitions.filter((one) => !isIgnoring(one) && isStaying(state, one));
  return [
    ...(state.entry.length === 0 ? [] : does('entry', state.entry, boxLineMax)),
    ...(state.exit.length === 0 ? [] : does('exit', state.exit, boxLineMax)),
    ...alike(stays, boxLineMax),
  ];
}

/** An arrow to a state that stands higher is laid out the other way round, so that the chart reads downwards. */
function arrowLine(chart: CanonicalChart, arrow: Arrow): string {
  const { from, target, transitions } = arrow;
  const head = headOf(chart, target);
  const goesBack = isBack(chart, arrow);
  const ends = goesBack ? [head, nodeOf(from)] : [nodeOf(from), head];
  // A space keeps the words off the line.
  const lines = alike(transitions, arrowLineMax).map((line) => leftLine(`&#160;${line}`));
  const label = `label=<${lines.join('')}>`;
  const attributes = [
    label,
    ...intoFrame(chart, target, goesBack ? 'ltail' : 'lhead'),
    ...citing(transitions),
  ];
  return `${ends.map(quoted).join(' -> ')}${attributesOf(goesBack ? [...attributes, 'dir=back'] : attributes)}`;
}

/** Arrows that nobody sees, which keep a frame with all that is in it below what is to stand above. */
const unseenArrows = (chart: CanonicalChart): string[] =>
  standingsOf(chart).flatMap(({ above, below }) =>
    topsOf(below).map(
      (top) => `${quoted(nodeOf(above))} -> ${quoted(top)} [style=invis, weight=0]`,
    ),
  );

/** What has nothing above it in its frame. */
const topsOf = (frame: CanonicalState): string[] => [
  ...(hasBox(frame) ? [anyOf(frame.path)] : []),
  ...(frame.initial === null ? [] : [initialOf(frame.path)]),
];

/** Lines for transitions, one for all events with the same guard and actions. */
function alike(transitions: readonly CanonicalTransition[], lineMax: number): string[] {
  const groups = new Map<string, CanonicalTransition[]>();
  for (const one of transitions) {
    const key = JSON.stringify([one.guard, one.actions, one.reenter]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [one] = group;
    if (one === undefined) return [];
    const events = wrapped(
      group.map(({ event }) => event),
      lineMax,
    );
    const last = events.pop() ?? '';
    const guard = one.guard === null ? '' : ` [${escaped(one.guard)}]`;
    const again = one.reenter ? ['<I>enter again</I>'] : [];
    return [...events, `${last}${guard}`, ...again, ...does('', one.actions, lineMax)];
  });
}

/** `/ action, action`, over several lines where there are many. */
function does(before: string, actions: readonly string[], lineMax: number): string[] {
  if (actions.length === 0) return [];
  return wrapped(actions, lineMax).map((line, index) => {
    const start = index === 0 ? `${before === '' ? '   ' : before} / ` : '      ';
    return `<FONT COLOR="${dotColours.lesser}">${start}${line}</FONT>`;
  });
}

/** Names with commas between, in lines that are not too long to read at a glance. */
function wrapped(names: readonly string[], lineMax: number): string[] {
  const lines: string[] = [];
  for (const [index, name] of names.entries()) {
    const word = index < names.length - 1 ? `${escaped(name)},` : escaped(name);
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > lineMax) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** In columns: what stands at an arrow takes room between the boxes, and less of it. */
const boxLineMax = 30;
const arrowLineMax = 16;

const leftLine = (line: string): string => `${line}<BR ALIGN="LEFT"/>`;

/** The node at which an arrow from a state begins. */
const nodeOf = (state: CanonicalState): string => {
  if (!isComposite(state)) return state.path;
  return hasBox(state) ? anyOf(state.path) : initialOf(state.path);
};

/** The node at which an arrow to a state ends: a frame has none of its own, so it is the one where it begins. */
function headOf(chart: CanonicalChart, path: string): string {
  const state = chart.states.find((one) => one.path === path);
  if (state === undefined || !isComposite(state)) return path;
  const [first] = childrenOf(chart, state);
  return headOf(chart, state.initial ?? first?.path ?? '');
}

/** An arrow to a frame ends at its border; `end` says which end of the drawn line that is. */
function intoFrame(chart: CanonicalChart, path: string, end: 'lhead' | 'ltail'): string[] {
  const isFrame = chart.states.some((one) => isInside(one.path, path));
  return isFrame ? [`${end}=${quoted(clusterOf(path))}`] : [];
}

const attributesOf = (attributes: readonly string[]): string =>
  attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;

/** Graphviz draws a frame where the name begins so. */
const clusterOf = (path: string): string => `cluster ${path}`;
const initialOf = (path: string): string => `${path}.initial`;
const anyOf = (path: string): string => `${path}.any`;
const quoted = (name: string): string => `"${name.replaceAll('"', '\\"')}"`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
