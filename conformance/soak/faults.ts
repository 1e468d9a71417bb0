// What a run may do to its world at a moment, by family: each fault, and what undoes it.
// It offers; the schedule draws. Spec: conformance.md, "Soak".

import type { Step } from '../case.ts';
import { hostOf } from '../monitors/view.ts';
import type { HostLook, WorldLook } from '../world/system-world.ts';
import type { Random, Weighted } from './random.ts';

export const families = ['hosts', 'network', 'datagrams', 'arbiter', 'disk'] as const;
export type Family = (typeof families)[number];

export type Offer = Weighted<() => Step>;

/** What may be done now; an offer of weight 0 is none. */
export function offersOf(family: Family, look: WorldLook, random: Random): readonly Offer[] {
  switch (family) {
    case 'hosts':
      return hostOffers(look, random);
    case 'network':
      return networkOffers(look, random);
    case 'datagrams':
      return datagramOffers(random);
    case 'arbiter':
      return arbiterOffers(look, random);
    case 'disk':
      return diskOffers(look, random);
  }
}

const living = ({ hosts }: WorldLook): readonly HostLook[] => hosts.filter(({ isDead }) => !isDead);

/** Hosts that are gone, and have a life left. */
function returning({ hosts }: WorldLook): readonly HostLook[] {
  const isUp = (one: HostLook): boolean =>
    hosts.some((other) => !other.isDead && hostOf(other.incarnation) === hostOf(one.incarnation));
  return hosts.filter((one) => one.isDead && !one.hasDied && !isUp(one));
}

function hostOffers(look: WorldLook, random: Random): readonly Offer[] {
  const up = living(look);
  const stalled = up.filter(({ isStalled }) => isStalled);
  const back = returning(look);
  // An owner without a backup takes the machine with it: seldom.
  const killable = up.filter(({ incarnation }) => {
    return look.record?.owner !== incarnation || look.record.phase === 'protected';
  });
  const isLast = up.length < 2;
  return [
    [isLast ? 0 : 3, () => crash(random.pick(killable) ?? random.pick(up), random)],
    [back.length > 0 ? 4 : 0, () => at(random.pick(back), { type: 'world.restart' })],
    [stalled.length < 2 ? 4 : 0, () => at(random.pick(up), { type: 'world.stall' })],
    [stalled.length * 4, () => at(random.pick(stalled), { type: 'world.wake' })],
  ];
}

function crash(host: HostLook | undefined, random: Random): Step {
  return at(host, { type: 'world.crash', closes: random.chance(0.4) });
}

function networkOffers(look: WorldLook, random: Random): readonly Offer[] {
  const two = pairOf(look, random);
  if (two === undefined) return [];
  const [from, { name: to }] = two;
  return [
    [2, () => at(from, { type: 'world.cut', closes: false, to, isOneWay: true })],
    [2, () => at(from, { type: 'world.cut', closes: random.chance(0.5), to })],
    [1, () => at(from, { type: 'world.cut', closes: random.chance(0.5) })],
    [3, () => at(from, { type: 'world.break', to, isStale: false })],
    [3, () => at(from, { type: 'world.break', to, isStale: true })],
    [look.isCut ? 5 : 0, () => at(from, { type: 'world.heal' })],
  ];
}

/** Owner and backup more often than others: between them something is said. */
function pairOf(look: WorldLook, random: Random): readonly [HostLook, HostLook] | undefined {
  const up = living(look);
  const named = up.filter(({ incarnation }) => {
    return incarnation === look.record?.owner || incarnation === look.record?.backup;
  });
  const among = named.length === 2 && random.chance(0.7) ? named : up;
  const from = random.pick(among);
  const to = random.pick(among.filter((one) => one !== from));
  return from === undefined || to === undefined ? undefined : [from, to];
}

function datagramOffers(random: Random): readonly Offer[] {
  const every = random.between(1, 4);
  const fates = ['lost', 'doubled', 'late'] as const;
  return [
    ...fates.map((fate): Offer => [2, () => ({ give: { type: 'world.datagrams', fate, every } })]),
    [3, () => ({ give: { type: 'world.datagrams', fate: 'carried', every: 1 } })],
  ];
}

function arbiterOffers(look: WorldLook, random: Random): readonly Offer[] {
  const one = random.chance(0.5) ? random.pick(living(look))?.name : undefined;
  const whose = one === undefined ? {} : { of: one };
  const type = 'world.arbiter';
  return [
    [2, () => ({ give: { type, reachable: false, ...whose } })],
    [2, () => ({ give: { type, reachable: true, answers: 'reply-lost', ...whose } })],
    [2, () => ({ give: { type, reachable: true, answers: 'late', ...whose } })],
    [5, () => ({ give: { type, reachable: true } })],
  ];
}

function diskOffers(look: WorldLook, random: Random): readonly Offer[] {
  const one = random.chance(0.5) ? random.pick(living(look))?.name : undefined;
  const whose = one === undefined ? {} : { of: one };
  return [
    [2, () => ({ give: { type: 'world.disk', mode: 'error', ...whose } })],
    [3, () => ({ give: { type: 'world.disk', mode: 'late', ...whose } })],
    [4, () => ({ give: { type: 'world.disk', mode: 'answers' } })],
  ];
}

function at(host: HostLook | undefined, give: Step['give']): Step {
  return host === undefined ? { give } : { node: host.name, give };
}
