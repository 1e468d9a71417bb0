// Where the states of a drawing stand: what is read first, and what must stand below what. It draws nothing, and knows
// no coordinates. Spec: protocol.

import type { CanonicalChart, CanonicalState, CanonicalTransition } from './canonical.ts';
import { childrenOf, isComposite, isInside, isStaying, rootOf } from './structure.ts';

export interface Arrow {
  from: CanonicalState;
  target: string;
  transitions: readonly CanonicalTransition[];
}
export interface Standing {
  above: CanonicalState;
  below: CanonicalState;
}

/** The arrows, each with all transitions between its ends. */
export function arrowsOf({ states }: CanonicalChart): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const from of states) {
    for (const one of from.transitions) {
      if (isStaying(from, one) || one.target === null) continue;
      const key = `${from.path} ${one.target}`;
      const known = arrows.get(key)?.transitions ?? [];
      arrows.set(key, { from, target: one.target, transitions: [...known, one] });
    }
  }
  return [...arrows.values()];
}

/** An arrow to a state that is read before the one it comes from. */
export const isBack = (chart: CanonicalChart, { from, target }: Arrow): boolean =>
  placeOf(chart, target) < placeOf(chart, from.path);

/** States are read in the order of the chart, but the main frame after all else. */
function placeOf(chart: CanonicalChart, path: string): number {
  const index = chart.states.findIndex((one) => one.path === path);
  const main = mainFrame(chart);
  const isLast = main !== null && (path === main.path || isInside(path, main.path));
  return isLast ? chart.states.length + index : index;
}

/** Beside the rest, the frame with most in it would make the drawing wider than a page: it stands below. */
function mainFrame(chart: CanonicalChart): CanonicalState | null {
  const root = rootOf(chart);
  if (root.kind === 'parallel') return null;
  const sizeOf = ({ path }: CanonicalState): number =>
    chart.states
      .filter((one) => one.path === path || isInside(one.path, path))
      .reduce((sum, { transitions }) => sum + transitions.length, 0);
  const [main] = childrenOf(chart, root)
    .filter(isComposite)
    .sort((a, b) => sizeOf(b) - sizeOf(a));
  return main ?? null;
}

/** Which frames stand below what: the main one below the rest, and each below its own frame's top and its arrows' tails. */
export const standingsOf = (chart: CanonicalChart): Standing[] => [
  ...aroundMain(chart),
  ...stacked(chart),
  ...arrowsOf(chart).flatMap((arrow) => {
    const below = chart.states.find(({ path }) => path === arrow.target);
    if (below === undefined || !isComposite(below) || isBack(chart, arrow)) return [];
    const isWithin = isInside(arrow.from.path, below.path);
    return isWithin || below === mainFrame(chart) ? [] : [{ above: arrow.from, below }];
  }),
];

function aroundMain(chart: CanonicalChart): Standing[] {
  const main = mainFrame(chart);
  if (main === null) return [];
  const within = chart.states.filter(({ path }) => isInside(path, main.path));
  const rest = chart.states.filter((one) => one !== main && !within.includes(one));
  return [
    ...rest.filter((one) => !isComposite(one)).map((above) => ({ above, below: main })),
    ...within.filter(isComposite).map((below) => ({ above: main, below })),
  ];
}

/** Frames in the main frame stand one below the other. */
function stacked(chart: CanonicalChart): Standing[] {
  const main = mainFrame(chart);
  if (main === null) return [];
  const frames = childrenOf(chart, main).filter(isComposite);
  return frames.flatMap((below, index) => {
    const upper = frames[index - 1];
    if (upper === undefined) return [];
    const within = chart.states.filter((one) => isInside(one.path, upper.path));
    return within.filter((one) => !isComposite(one)).map((above) => ({ above, below }));
  });
}
