// Whether a bound cuts anything off: with a bound doubled, a row either has more states or its bound is saturated, and
// the row must say why. What is off stays off.

import { boundKinds, type CountBound, countBounds } from './environment/bound-kinds.ts';
import { type Bounds, type Budget, budgetOf } from './environment/manager.ts';
import type { Always } from './explore.ts';
import { calm } from './rows.ts';
import type { SystemView, Transition } from './system.ts';

export interface Doubled {
  bound: CountBound;
  from: number;
  to: number;
}

/** Every bound that is a number and not zero, doubled as far as it may be, where it may be more. */
export const doublingsOf = (bounds: Bounds): Doubled[] =>
  countBounds
    .filter((bound) => bounds[bound] > 0)
    .map((bound) => {
      const kind = boundKinds[bound];
      const max = kind.type === 'count' ? kind.max : Number.POSITIVE_INFINITY;
      return { bound, from: bounds[bound], to: Math.min(2 * bounds[bound], max) };
    })
    .filter(({ from, to }) => to > from);

export const withDoubled = (bounds: Bounds, doubled: readonly Doubled[]): Bounds => ({
  ...bounds,
  ...Object.fromEntries(doubled.map(({ bound, to }) => [bound, to])),
});

/**
 * That no state uses more of a doubled bound than there was before. Where it holds, the doubled row has the same states;
 * where it does not, it has more.
 */
export const noMoreThan = ({ bound, from, to }: Doubled): Always<SystemView, Transition> => ({
  kind: 'always',
  name: bound,
  about: `no state uses more than ${from} of ${bound}`,
  requirements: [],
  on: 'step',
  check: ({ after }) =>
    isBeyond(bound, { from, to }, after) ? [`a state uses more than ${from} of ${bound}`] : [],
});

function isBeyond(
  bound: CountBound,
  { from, to }: { from: number; to: number },
  view: SystemView,
): boolean {
  if (isBudget(bound)) return to - view.world.left[bound] > from;
  switch (bound) {
    case 'hosts':
      return view.hosts.slice(from).some((node) => node?.pairing.state !== 'idle');
    case 'positionsMax':
      return view.guests.some(({ history }) => history.filter((item) => item > 0).length > from);
    case 'entriesMax':
      // A log that is full at so many makes the guest wait: one that is not does otherwise from here on.
      return view.hosts.some((node) => {
        const log = node?.logging.context;
        return log !== undefined && log.sent - log.acknowledged >= from;
      });
    case 'datagramsMax':
      return view.datagrams.length > from;
  }
}

/** The bounds that are spent one by one. */
const isBudget = (bound: CountBound): bound is keyof Budget => Object.hasOwn(budgetOf(calm), bound);
