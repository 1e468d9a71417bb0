// What the drawings of a chart ask of it: what stands in what, and what there is to draw. Spec: protocol.

import type { CanonicalChart, CanonicalState, CanonicalTransition } from './canonical.ts';

export function rootOf({ chart, states }: CanonicalChart): CanonicalState {
  const root = states.find(({ path }) => path === '');
  if (root === undefined) throw new Error(`the chart ${chart} has no root`);
  return root;
}

export const childrenOf = (
  { states }: CanonicalChart,
  { path }: CanonicalState,
): CanonicalState[] => states.filter((one) => one.path !== '' && parentOf(one.path) === path);

export const isComposite = ({ kind }: CanonicalState): boolean =>
  kind === 'compound' || kind === 'parallel';

/** Whether a path is that of a state within the state with the other path. */
export const isInside = (path: string, around: string): boolean =>
  path !== '' && (around === '' || path.startsWith(`${around}.`));

/** Whether a transition has no effect at all: its event is known here and ignored. */
export const isIgnoring = ({ target, actions }: CanonicalTransition): boolean =>
  target === null && actions.length === 0;

/** Whether a transition does not leave its state, or comes back to it. */
export const isStaying = ({ path }: CanonicalState, { target }: CanonicalTransition): boolean =>
  target === null || target === path;

export const parentOf = (path: string): string => path.split('.').slice(0, -1).join('.');
export const lastOf = (path: string): string => path.split('.').at(-1) ?? '';
