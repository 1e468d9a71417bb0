// What a passed run means, in one sentence that names its assumptions, and what it does not.
// Spec: conformance.md, "Guarantee".

import type { Plan } from '../plan.ts';
import type { Totals } from '../verdict.ts';
import type { Capabilities, Role } from '../wire.ts';
import type { ReportSlice } from './report.ts';

export interface Claim extends Pick<Plan, 'profile' | 'tier' | 'suites'> {
  /** Transitions that no case takes. */
  readonly leftOut: number;
  /** The whole tier was run, and all of it passed. */
  readonly isWhole: boolean;
  readonly observes: boolean;
  /** The nodes that were judged, where they are not all. */
  readonly roles?: readonly Role[] | undefined;
}

/** What may be said of an implementation that passed a whole tier. */
export function guaranteeText(claim: Claim): string {
  if (!claim.isWhole) return 'none: not every case of the tier was run and passed';
  if (claim.profile === 'replay') return machineText;
  if (claim.roles === undefined) return wholeText(claim);
  return `only the ${claim.roles.join('’s and the ')}’s node was judged: ${wholeText(claim)}`;
}

/** Every planned case that is about the implementation passed. */
export function hasPassed(totals: Totals, planned: number): boolean {
  return totals.pass > 0 && totals.pass + totals['not-applicable'] === planned;
}

interface Part extends Pick<Plan, 'profile' | 'tier' | 'suites'> {
  readonly slices: readonly {
    readonly name: string;
    readonly node: Role;
    readonly leftOut: number;
  }[];
  readonly capabilities: Capabilities;
  readonly isWhole: boolean;
}

/** The guarantee over the slices of the nodes that the implementation has. */
export function guaranteeOf(part: Part): string {
  const { profile, tier, slices, suites, capabilities, isWhole } = part;
  const { observe: observes, roles } = capabilities;
  const judged = slices.filter(({ node }) => roles === undefined || roles.includes(node));
  const names = new Set(judged.map(({ name }) => name));
  return guaranteeText({
    ...(profile === undefined ? {} : { profile }),
    tier,
    suites: suites.filter(({ slice }) => names.has(slice)),
    leftOut: judged.reduce((sum, { leftOut }) => sum + leftOut, 0),
    isWhole,
    observes,
    roles,
  });
}

function wholeText({ tier, leftOut, suites, observes }: Claim): string {
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

/** The slices as a report shows them. */
export function reportSlices({ slices }: Pick<Plan, 'slices'>): readonly ReportSlice[] {
  return slices.map(({ name, node, states, transitions, unreachable, cases }) => {
    return { name, node, states, transitions, leftOut: unreachable, cases: cases.length };
  });
}

const machineText =
  'what the written cases show: each log, output and digest is the one that is right, to the byte; no more';

/** What no case of this revision reaches. */
export function notCoveredOf({ profile }: Pick<Plan, 'profile'>): readonly string[] {
  return profile === 'replay' ? notCoveredOfMachines : notCoveredOfNodes;
}

const notCoveredOfMachines: readonly string[] = [
  'instructions one by one: the vectors of the processor',
  'guests beyond those of the cases, long runs, devices that the machine does not have yet',
];

const notCoveredOfNodes: readonly string[] = [
  'sequences outside the slices: joint behaviour of two slices, deeper counters, more nodes',
  'implementations with states beyond the model’s that a slice’s inputs do not show',
  'encryption; of the replacement of a backup, a second attempt in one case',
  'real time, real disks and networks: time is virtual and the runner plays the world',
];
