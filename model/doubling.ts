// Whether a bound cuts anything off: with a bound doubled, a row either has more states or its bound is saturated, and
// the row must say why. What is off stays off.

import { boundKinds, type CountBound, countBounds } from './environment/bound-kinds.ts';
import { type Bounds, type Budget, budgetOf } from './environment/manager.ts';
import type { Always } from './explore.ts';
import { calm, type Row } from './rows.ts';
import type { SystemView, Transition } from './system.ts';

export interface Doubled {
  bound: CountBound;
  from: number;
  to: number;
}

/**
 * The rows for what happens in the end are exempt: each keeps the whole graph of the least bounds in which its runs go
 * on for ever, one of them without bound, and the reach of the bounds is shown by the rows for what always holds.
 */
export const isDoubled = ({ liveness }: Row): boolean => liveness !== true;

/** Every bound that is a number and not zero, doubled as far as it may be, where it may be more. */
export const doublingsOf = (bounds: Bounds): Doubled[] =>
  countBounds
    .flatMap((bound) => {
      const [from, kind] = [bounds[bound], boundKinds[bound]];
      if (from === 'unbounded' || from === 0) return [];
      const max = kind.type === 'count' ? kind.max : Number.POSITIVE_INFINITY;
      return [{ bound, from, to: Math.min(2 * from, max) }];
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
    case 'throttleMax':
      return view.hosts.some((node) => (node?.logging.context.throttle ?? 0) > from);
    case 'datagramsMax':
      return view.datagrams.length > from;
  }
}

/** The bounds that are spent one by one. */
const isBudget = (bound: CountBound): bound is keyof Budget => Object.hasOwn(budgetOf(calm), bound);
