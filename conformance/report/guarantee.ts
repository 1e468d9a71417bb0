// What a passed run means, in one sentence that names its assumptions, and what it does not.
// Spec: conformance.md, "Guarantee".

import type { Tier } from '../case.ts';
import type { Plan } from '../plan.ts';

/** What may be said of an implementation that passed a whole tier. */
export function guaranteeText(
  tier: Tier,
  { isWhole, observes, leftOut }: { isWhole: boolean; observes: boolean; leftOut: number },
): string {
  if (!isWhole) return 'none: not every case of the tier was run and passed';
  if (tier === 'smoke') return 'none: the adapter speaks the protocol and the happy paths hold';
  const transfer = observes
    ? 'a transfer fault where an observed fact tells the states apart, if observe is truthful'
    : 'transfer faults only as far as later outputs show them (observe is not offered)';
  const but = leftOut === 0 ? '' : `, but for the ${leftOut} transitions left out`;
  return `every output fault; ${transfer}; over the slices above${but}`;
}

/** Transitions of the slices that no case takes. */
export function leftOutOf({ slices }: Plan): number {
  return slices.reduce((sum, { unreachable }) => sum + unreachable, 0);
}

/** What no case of this revision reaches. */
export const notCovered: readonly string[] = [
  'sequences outside the slices: joint behaviour of two slices, deeper counters, more nodes',
  'implementations with states beyond the model’s that a slice’s inputs do not show',
  'reconnecting within an epoch, encryption; of the replacement of a backup, a second attempt in one case',
  'real time, real disks and networks: time is virtual and the runner plays the world',
];
