// Plays one run of soak: the schedule makes up each step from what the world has come to, and the result holds them as an
// ordinary case. Spec: conformance.md, "Soak".

import { type Adapter, AdapterFault } from '../adapter.ts';
import type { Case } from '../case.ts';
import type { Result } from '../play.ts';
import { playSystem } from '../world/play-system.ts';
import { createSchedule } from './schedule.ts';

export async function playSoak(
  adapter: Adapter,
  planned: Case,
  seed: bigint,
  canObserve: boolean,
): Promise<Result> {
  const { parameters = {}, next, counts } = createSchedule(seed);
  const head: Case = { ...planned, parameters };
  try {
    const played = await playSystem(adapter, head, seed, { canObserve, next });
    const { failure, steps, story, given, faults } = played;
    const base = { case: { ...head, steps: given }, seed, steps, story };
    const soak = { faults, phases: counts() };
    if (failure === undefined) return { ...base, verdict: 'pass', soak };
    return { ...base, verdict: 'fail', failure, soak };
  } catch (error) {
    if (!(error instanceof AdapterFault)) throw error;
    const text = `${error.code}: ${error.message}`;
    return { case: head, verdict: 'error', seed, steps: 0, text, fault: error.code };
  }
}
