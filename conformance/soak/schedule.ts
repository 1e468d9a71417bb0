// One run of soak as it is made up while it is played: phases, in each of which steps are drawn from what the world offers
// at that moment. What was drawn is an ordinary case. Spec: conformance.md, "Soak".

import type { Case, Step } from '../case.ts';
import type { NodeName, Parameters } from '../wire.ts';
import type { StepSource } from '../world/play-system.ts';
import type { WorldLook } from '../world/system-world.ts';
import { guestOffers, managerOffers, waitOffers } from './acts.ts';
import { type Family, families, type Offer, offersOf } from './faults.ts';
import { createRandom, type Random } from './random.ts';

/** In their order: no fault; faults of one family; of all; everything mended. */
export const phases = ['calm', 'one', 'several', 'recovery'] as const;
export type Phase = (typeof phases)[number];
export type PhaseCounts = Readonly<Record<Phase, number>>;

/** Three hosts, and a second life of each. */
export const soakNodes: readonly NodeName[] = [
  { name: 'p', incarnation: 'p#1' },
  { name: 'b', incarnation: 'b#1' },
  { name: 'c', incarnation: 'c#1' },
  { name: 'p2', incarnation: 'p#2' },
  { name: 'b2', incarnation: 'b#2' },
  { name: 'c2', incarnation: 'c#2' },
];

export interface Schedule {
  readonly parameters: Case['parameters'];
  readonly next: StepSource;
  /** Steps given so far, by phase. */
  counts(): PhaseCounts;
}

export function createSchedule(seed: bigint): Schedule {
  const random = createRandom(seed);
  const parameters = drawParameters(random);
  const family = random.pick(families) ?? 'network';
  const counts = { calm: 0, one: 0, several: 0, recovery: 0 };
  const lengths = {
    calm: opening.length + random.between(2, 6),
    one: random.between(8, 14),
    several: random.between(12, 24),
    recovery: 1,
  };

  function draw(phase: Phase, look: WorldLook): Step {
    if (phase === 'recovery') return { give: { type: 'world.recover' } };
    const first = phase === 'calm' ? opening[counts.calm] : undefined;
    if (first !== undefined) return { ...first, attempt: true };
    const among: readonly Family[] = phase === 'calm' ? [] : phase === 'one' ? [family] : families;
    return { ...drawStep(among, look, random), attempt: true, rest: drawRest(random) };
  }

  return {
    parameters,
    next({ world }) {
      const phase = phases.find((one) => counts[one] < lengths[one]);
      if (phase === undefined) return undefined;
      const step = draw(phase, world.look());
      counts[phase] += 1;
      return step;
    },
    counts: () => ({ ...counts }),
  };
}

/** From power-on to a pair that is protected. */
const opening: readonly Step[] = [
  { node: 'p', give: { type: 'manager.start' } },
  { node: 'p', give: { type: 'guest.output', channel: 'console' } },
  { node: 'p', give: { type: 'guest.output', channel: 'disk' } },
  { node: 'p', give: { type: 'manager.protect', peer: 'b#1' } },
];

/** Every third step or so does harm, where the phase has any. */
function drawStep(among: readonly Family[], look: WorldLook, random: Random): Step {
  const family = random.chance(0.35) ? random.pick(among) : undefined;
  const offers: readonly Offer[] =
    family === undefined
      ? [...guestOffers(look, random), ...managerOffers(look, random), ...waitOffers(random)]
      : offersOf(family, look, random);
  const made = random.weighted(offers);
  return made === undefined ? { give: { type: 'world.wait', milliseconds: 100 } } : made();
}

/** Often too short for anything to arrive. */
function drawRest(random: Random): number {
  return random.pick([0, 0, 1, 2, 5, 20, 40, 150]) ?? 0;
}

const milliseconds = (count: number): string => String(BigInt(count) * 1_000_000n);

/** The periods of the protocol, and what a deployment may choose otherwise. */
function drawParameters(random: Random): Partial<Parameters> {
  return {
    beatInterval: milliseconds(100),
    aliveInterval: milliseconds(130),
    beatTimeout: milliseconds(350),
    channelTimeout: milliseconds(470),
    arbiterRetry: milliseconds(170),
    joinTimeout: milliseconds(1900),
    yieldTimeout: milliseconds(2300),
    lagMax: milliseconds(random.pick([50, 300, 1000]) ?? 1000),
    entriesMax: String(random.pick([2, 4, 64]) ?? 64),
    network: random.pick(['at-least-once', 'may-be-lost'] as const) ?? 'at-least-once',
    reconnect: random.chance(0.5),
  };
}
