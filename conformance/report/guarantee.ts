// What a passed run means, in one sentence that names its assumptions, and what it does not.
// Spec: conformance.md, "Guarantee".

import type { Tier } from '../case.ts';

/** What may be said of an implementation that passed a whole tier. */
export function guaranteeText(tier: Tier, isWhole: boolean, observes: boolean): string {
  if (!isWhole) return 'none: a selection of the cases was run, or a case did not pass';
  if (tier === 'smoke') return 'none: the adapter speaks the protocol and the happy paths hold';
  const transfer = observes
    ? 'every transfer fault if observe is truthful'
    : 'transfer faults only as far as later outputs show them (observe is not offered)';
  return `every output fault; ${transfer}, over the slices above`;
}

/** What no case of this revision reaches. */
export const notCovered: readonly string[] = [
  'sequences outside the slices: joint behaviour of two slices, deeper counters, more nodes',
  'implementations with states beyond the model’s that a slice’s inputs do not show',
  'migration, suspend, power-off by the record, reconnecting within an epoch, lag, encryption',
  'real time, real disks and networks: time is virtual and the runner plays the world',
];
