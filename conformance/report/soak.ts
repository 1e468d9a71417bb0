// What the runs of soak did to the implementation, summed: faults that hit, by kind, and steps, by phase.
// Spec: conformance.md, "Soak".

import { type PhaseCounts, phases } from '../soak/schedule.ts';
import { type FaultCounts, faultKinds, sumFaults } from '../world/tally.ts';

/** Of one run. */
export interface SoakCounts {
  readonly faults: FaultCounts;
  readonly phases: PhaseCounts;
}

/** Two lines; none where nothing was a run of soak. */
export function soakLines(cases: readonly { readonly soak?: SoakCounts }[]): readonly string[] {
  const runs = cases.flatMap(({ soak }) => soak ?? []);
  if (runs.length === 0) return [];
  const faults = sumFaults(runs.map((one) => one.faults));
  const steps = phases.map((phase) => [
    phase,
    runs.reduce((sum, one) => sum + one.phases[phase], 0),
  ]);
  const hits = faultKinds.map((kind) => `${faults[kind]} ${kind}`);
  return [
    `${runs.length} runs; steps by phase: ${steps.map(([phase, count]) => `${count} ${phase}`).join(', ')}`,
    `faults that hit: ${hits.join(', ')}`,
  ];
}
