// What a passed run means, in one sentence that names its assumptions, and what it does not.
// Spec: conformance.md, "Guarantee".

import type { Plan } from '../plan.ts';

export interface Claim extends Pick<Plan, 'tier' | 'suites'> {
  /** Transitions that no case takes. */
  readonly leftOut: number;
  /** The whole tier was run, and all of it passed. */
  readonly isWhole: boolean;
  readonly observes: boolean;
}

/** What may be said of an implementation that passed a whole tier. */
export function guaranteeText({ tier, leftOut, suites, isWhole, observes }: Claim): string {
  if (!isWhole) return 'none: not every case of the tier was run and passed';
  if (suites.length > 0) return completeText(suites, observes);
  if (tier === 'smoke') return 'none: the adapter speaks the protocol and the happy paths hold';
  const transfer = observes
    ? 'a transfer fault where an observed fact tells the states apart, if observe is truthful'
    : 'transfer faults only as far as later outputs show them (observe is not offered)';
  const but = leftOut === 0 ? '' : `, but for the ${leftOut} transitions left out`;
  return `every output fault; ${transfer}; over the slices above${but}`;
}

/** What a complete suite says, with what it supposes. */
function completeText(suites: Plan['suites'], observes: boolean): string {
  const cut = suites.reduce((sum, one) => sum + one.cut, 0);
  const extra = suites[0]?.extraStates ?? 0;
  const more = extra === 0 ? 'no more states than' : `at most ${extra} more states than`;
  const seen = observes
    ? 'the same outputs and facts'
    : 'the same outputs (facts are not observed)';
  const but = cut === 0 ? '' : `, but for ${cut} tests that virtual time cuts short`;
  return [
    `over each slice, ${seen} as the model after every sequence of its inputs${but};`,
    `supposed: deterministic, reset brings back one state, and over the slice's inputs ${more}`,
    'the minimal slice has',
  ].join(' ');
}

/** Transitions of the slices that no case takes. */
export function leftOutOf({ slices }: Pick<Plan, 'slices'>): number {
  return slices.reduce((sum, { unreachable }) => sum + unreachable, 0);
}

/** What no case of this revision reaches. */
export const notCovered: readonly string[] = [
  'sequences outside the slices: joint behaviour of two slices, deeper counters, more nodes',
  'implementations with states beyond the model’s that a slice’s inputs do not show',
  'the replacement of a backup, reconnecting within an epoch, encryption',
  'real time, real disks and networks: time is virtual and the runner plays the world',
];
