// Plays one run of soak: the schedule makes up each step from what the world has come to, and what was played is an
// ordinary case. Spec: conformance.md, "Soak".

import type { Adapter } from '../adapter.ts';
import type { Case } from '../case.ts';
import type { SoakCounts } from '../report/soak.ts';
import type { Played } from '../world/play-node.ts';
import { playSystem } from '../world/play-system.ts';
import { createSchedule } from './schedule.ts';

export interface PlayedSoak extends Played {
  /** The case with the steps that were given. */
  readonly made: Case;
  readonly soak: SoakCounts;
}

export async function playSoak(
  adapter: Adapter,
  planned: Case,
  seed: bigint,
  canObserve: boolean,
): Promise<PlayedSoak> {
  const { parameters = {}, next, counts } = createSchedule(seed);
  const head: Case = { ...planned, parameters };
  const played = await playSystem(adapter, head, seed, { canObserve, next });
  const { failure, steps, story, given, faults } = played;
  const made = { ...head, steps: given };
  return { failure, steps, story, made, soak: { faults, phases: counts() } };
}
