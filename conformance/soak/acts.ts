// What a run does that is no fault: what the guest makes and is given, what the manager asks for, time that passes.
// It offers; the schedule draws. Spec: conformance.md, "Soak".

import type { Step } from '../case.ts';
import { hostOf } from '../monitors/view.ts';
import type { HostLook, WorldLook } from '../world/system-world.ts';
import type { Offer } from './faults.ts';
import type { Random } from './random.ts';

/** What the guests that run may do. */
export function guestOffers(look: WorldLook, random: Random): readonly Offer[] {
  const host = random.pick(reachable(look).filter(({ isRunning }) => isRunning));
  if (host === undefined) return [];
  const node = host.name;
  const channel = random.pick(['console', 'network', 'disk'] as const) ?? 'console';
  return [
    [30, () => ({ node, give: { type: 'guest.output', channel } })],
    [12, () => ({ node, give: { type: 'guest.input', kind: 'input' } })],
  ];
}

/** What the manager may ask for; some of it is refused, as of a real one. */
export function managerOffers(look: WorldLook, random: Random): readonly Offer[] {
  const { record } = look;
  const hosts = reachable(look);
  const anybody = random.pick(hosts);
  if (anybody === undefined) return [];
  if (record === null || record.phase === 'off') return [told(40, anybody, 'manager.start')];
  if (record.phase === 'suspended') return [told(40, anybody, 'manager.resume')];
  const owner = hosts.find(({ incarnation }) => incarnation === record.owner);
  if (owner === undefined) return [];
  const others = hosts.filter((one) => hostOf(one.incarnation) !== hostOf(owner.incarnation));
  const peer = random.pick(others)?.incarnation;
  const node = owner.name;
  if (record.phase === 'protected') {
    const give = { type: 'manager.replace-backup', peer: peer ?? '' } as const;
    return [
      told(3, owner, 'manager.test-failover'),
      told(1, owner, 'manager.turn-off'),
      told(1, owner, 'manager.restart-secondary'),
      [peer === undefined ? 0 : 4, () => ({ node, give })],
      ...endings(owner),
    ];
  }
  const give = { type: 'manager.protect', peer: peer ?? '' } as const;
  return [[peer === undefined ? 0 : 20, () => ({ node, give })], ...endings(owner)];
}

function endings(owner: HostLook): readonly Offer[] {
  return [told(1, owner, 'manager.power-off'), told(1, owner, 'manager.suspend')];
}

type Operation =
  | 'manager.start'
  | 'manager.resume'
  | 'manager.power-off'
  | 'manager.suspend'
  | 'manager.turn-off'
  | 'manager.restart-secondary'
  | 'manager.test-failover';

function told(weight: number, { name: node }: HostLook, type: Operation): Offer {
  return [weight, () => ({ node, give: { type } })];
}

/** Short ones let what is on its way arrive, long ones pass deadlines. */
export function waitOffers(random: Random): readonly Offer[] {
  const wait = (milliseconds: number): Step => ({ give: { type: 'world.wait', milliseconds } });
  return [
    [8, () => wait(random.between(1, 30))],
    [8, () => wait(random.between(30, 400))],
    [5, () => wait(random.between(400, 2500))],
  ];
}

/** Of hosts that the manager and a guest can do something on. */
function reachable({ hosts }: WorldLook): readonly HostLook[] {
  return hosts.filter(({ isDead, isStalled }) => !isDead && !isStalled);
}
