// All pairs of features: for every two a row that has both on, over a base in which a host may die and silence may be
// seen. What only two together bring about shows there; what needs three is in the named rows (rows.ts).

import { type CountBound, countBounds, isBound } from './environment/bound-kinds.ts';
import type { Bounds } from './environment/manager.ts';
import { type Feature, features, given } from './features.ts';
import { calm, type Row } from './rows.ts';

/** A row that has two features on. */
export interface Pair extends Row {
  features: readonly [Feature, Feature];
  /** The properties whose premise the two are for together. */
  premises: readonly string[];
}

/** One joining and one output beside what is given: none of the features is on. */
export const base: Bounds = boundsWith(given, { ...calm, positionsMax: 1 });

/** Why the bounds of a pair are enough. */
export const pairsWhy =
  'each of the two is let happen as little as shows it, in every order with one death and silence at any time; ' +
  'what takes three together is for the named rows';

interface Smaller {
  bounds: Partial<Bounds>;
  /** The property whose premise is lost with them; null: none is. */
  without: string | null;
  why: string;
}

/** The pairs that would be too large to be exhausted, or show less together, and what they have less. */
const smaller: ReadonlyMap<string, Smaller> = new Map([
  [
    'beats+third-host',
    {
      bounds: { crashes: 1, breaks: 0, datagramsMax: 0 },
      without: 'suspects-and-withdraws',
      why: 'beats among three hosts: all are lost, so that each may be missed; late ones are in the pairs of two hosts',
    },
  ],
  [
    'keep-alives+third-host',
    {
      bounds: {},
      without: 'suspects-and-withdraws',
      why: 'no silence is false among three hosts: keep-alives only stand among what is under way',
    },
  ],
  [
    'keep-alives+replace',
    {
      bounds: {},
      without: 'suspects-and-withdraws',
      why: 'as with a third host, keep-alives only stand among what is under way',
    },
  ],
  [
    'third-host+reconnect',
    {
      bounds: {},
      without: 'fails-over-and-protects-again',
      why: 'a channel that closes is silence where it may be opened again, and none is seen among three hosts: nobody takes over; takeovers are in the pairs of reconnect and two hosts',
    },
  ],
  [
    'third-host+hostile',
    {
      bounds: { crashes: 1, breaks: 0 },
      without: null,
      why: 'an adversary among three hosts: one death, and no channel that breaks beside those which it closes',
    },
  ],
]);

export const pairs: readonly Pair[] = features.flatMap((one, at) =>
  features.slice(at + 1).map((other) => pairOf(one, other)),
);

/** What is on and off in a row, however its bounds were chosen. */
export function featuresIn(bounds: Bounds): { on: Feature[]; off: Feature[] } {
  const all = [...given, ...features];
  return {
    on: all.filter((feature) => isOn(feature, bounds)),
    off: all.filter((feature) => !isOn(feature, bounds)),
  };
}

/** The bounds that differ from others. */
export const boundsBeyond = (bounds: Bounds, from: Bounds): Partial<Bounds> =>
  Object.fromEntries(
    Object.entries(bounds).filter(
      ([name, value]) => isBound(name) && JSON.stringify(value) !== JSON.stringify(from[name]),
    ),
  );

export const findPair = (name: string): Pair | null =>
  pairs.find((pair) => pair.name === name) ?? null;

export function boundsWith(wanted: readonly Feature[], from: Bounds = base): Bounds {
  let bounds = from;
  for (const feature of wanted) bounds = withFeature(bounds, feature);
  return bounds;
}

/**
 * Each count is as large as one of the features asks for; but operations are counted together, so that one run may have
 * those of all.
 */
function withFeature(before: Bounds, { bounds, room }: Feature): Bounds {
  const more = { ...bounds, ...room };
  return {
    ...before,
    ...more,
    ...Object.fromEntries(countBounds.map((bound) => [bound, counted(bound, before, more)])),
    outputs: union(before.outputs, more.outputs),
    operations: union(before.operations, more.operations),
    suspicion: before.suspicion && more.suspicion !== false,
  };
}

/** Whether a row lets as much happen as the feature needs to be on. */
export const isOn = ({ bounds }: Feature, within: Bounds): boolean =>
  Object.keys(bounds).every((name) => isBound(name) && reaches(name, within, bounds));

function pairOf(one: Feature, other: Feature): Pair {
  const name = `${one.name}+${other.name}`;
  const less = smaller.get(name);
  return {
    name,
    features: [one, other],
    premises: [...one.premises, ...other.premises].filter((name) => name !== less?.without),
    about: `${one.about}; ${other.about}`,
    why: less === undefined ? pairsWhy : `${pairsWhy}; ${less.why}`,
    bounds: { ...boundsWith([one, other]), ...less?.bounds },
    // They are as small as they can be and are not doubled: none of their bounds is said to cut nothing off.
    saturated: {},
  };
}

type Count = Bounds[CountBound];

function counted(bound: CountBound, before: Bounds, more: Partial<Bounds>): Count {
  const [has, asked] = [before[bound], more[bound]];
  if (asked === undefined) return has;
  if (bound === 'commands') return before.commands + Number(asked);
  return isWithin(bound, has, asked) ? asked : has;
}

function reaches(name: keyof Bounds, within: Bounds, asked: Partial<Bounds>): boolean {
  const [has, least] = [within[name], asked[name]];
  if (Array.isArray(has) && Array.isArray(least)) return least.every((one) => has.includes(one));
  if (isCount(has) && isCount(least)) return isWithin(name, least, has);
  return has === least;
}

/** Whether there is no more of a bound with the one than with the other: the less a log holds, the sooner it is full. */
function isWithin(name: keyof Bounds, one: Count, other: Count): boolean {
  const [few, many] = name === 'entriesMax' ? [other, one] : [one, other];
  return many === 'unbounded' || (few !== 'unbounded' && few <= many);
}

function isCount(value: unknown): value is Count {
  return typeof value === 'number' || value === 'unbounded';
}

function union<Item>(one: readonly Item[], other: readonly Item[] = []): Item[] {
  return [...new Set([...one, ...other])];
}
