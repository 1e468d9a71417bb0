// The clauses that speak of a refused step: those of the transitions that the model takes, of the states in which it
// stands, and of the deed that differs. Those that more than one of them names come first, and before all those of a
// deed that was done and not allowed, or allowed and not done.

import type { AnyStateNode } from 'xstate';
import { charts, type HostView } from '../host.ts';
import { requirementsIn } from '../transitions.ts';
import type { ChartName } from '../vocabulary.ts';
import type { Difference } from './difference.ts';

export function clausesOf(
  differences: readonly Difference[],
  transitions: readonly string[],
  views: readonly HostView[],
): readonly string[] {
  const deeds = differences.flatMap(({ field }) => deedClauses[field]);
  const told = differences.flatMap(toldClauses);
  const standing = views.flatMap(standingClauses);
  const all = [...new Set([...transitions, ...told, ...deeds, ...standing])];
  // The state says least: it names what holds of all that happens in it.
  const weight = (clause: string): number =>
    told.filter((one) => one === clause).length * 4 +
    (transitions.includes(clause) ? 3 : 0) +
    (deeds.includes(clause) ? 2 : 0) +
    (standing.includes(clause) ? 1 : 0);
  return all.sort((a, b) => weight(b) - weight(a));
}

/** Of what only one of the two did. */
const toldClauses = ({ observed, allowed }: Difference): readonly string[] =>
  tellingDeeds.flatMap(({ deed, clauses }) =>
    deed.test(observed) === deed.test(allowed) ? [] : clauses,
  );

function standingClauses(view: HostView): string[] {
  return chartNames.flatMap((name) =>
    view[name].state.split(',').flatMap((path) => pathClauses(charts[name].root, path.split('.'))),
  );
}

function pathClauses(node: AnyStateNode, path: readonly string[]): string[] {
  const [name = '', ...rest] = path;
  const inner = node.states[name];
  if (inner === undefined) return [];
  return [...requirementsIn(inner.meta), ...pathClauses(inner, rest)];
}

const chartNames: readonly ChartName[] = ['pairing', 'logging', 'heartbeat', 'failover'];

/** What the spec says of a deed in any state. */
const deedClauses: Readonly<Record<Difference['field'], readonly string[]>> = {
  refused: [
    'lifecycle.refusal-changes-nothing',
    'lifecycle.unusable-input-ignored',
    'lifecycle.power-off-never-refused',
  ],
  emit: [
    'output.hold-until-acknowledged',
    'output.silent-in-replay',
    'output.release-exactly-acknowledged',
    'output.suspicion-keeps-gate',
    'output.reissue-after-takeover',
    'output.drop-at-takeover',
    'output.byte-stream-offset',
    'output.nothing-after-loss',
    'lifecycle.power-off-stops-first',
  ],
  write: ['storage.write-carries-token', 'failover.reissue-open-operations'],
  fence: ['storage.new-owner-fences', 'failover.fence-before-live'],
  announce: ['failover.announce-address'],
  ask: [
    'arbitration.compare-and-swap-record',
    'arbitration.only-named-may-ask',
    'arbitration.unresolved-request',
    'pairing.drain-before-protect',
  ],
  say: ['logging.consecutive-sequence', 'output.own-entry', 'pairing.hello-checks'],
  open: ['pairing.hello-connection-number', 'pairing.epoch-before-first-entry'],
  close: [
    'logging.undecodable-not-acknowledged',
    'logging.acknowledgement-beyond-sent',
    'logging.resume-beyond-sent',
    'logging.resume-below-acknowledged',
    'lifecycle.backup-migration-replaces',
  ],
  // Each command has its own, below.
  guest: [],
  throttle: [
    'flow.throttle-when-lagging',
    'flow.throttle-given-back',
    'flow.throttle-only-processor-share',
  ],
  complete: ['device.completion-exactly-once', 'storage.fenced-reads-record'],
  report: ['protection.need-secondary-reason', 'lifecycle.states'],
  acknowledge: [
    'logging.acknowledge-held-entries',
    'logging.acknowledgement-never-decreases',
    'divergence.stop-and-renounce',
    'failover.seal-log',
  ],
  alive: ['heartbeat.keep-alive-content', 'heartbeat.keep-alive-outside-log'],
  beat: ['heartbeat.identified-beats', 'heartbeat.send-every-interval'],
  apply: ['logging.not-beyond-log', 'logging.apply-in-sequence'],
  applied: ['flow.lag-in-acknowledgements'],
  watermark: ['logging.issued-watermark'],
};

/** What the spec says of one deed among those of its field. */
const tellingDeeds: readonly { readonly deed: RegExp; readonly clauses: readonly string[] }[] = [
  {
    deed: /guest\.hold/,
    clauses: [
      'flow.stop-before-full',
      'failover.stop-before-yield',
      'lifecycle.power-off-stops-first',
      'lifecycle.suspend-settles-outputs',
      'flow.throttle-only-processor-share',
    ],
  },
  {
    deed: /guest\.run/,
    clauses: [
      'flow.resume-when-room',
      'failover.consume-before-live',
      'failover.yield-not-taken',
      'lifecycle.resume-by-record',
    ],
  },
  {
    deed: /guest\.halt/,
    clauses: [
      'failover.loser-halts',
      'failover.read-before-discard',
      'lifecycle.power-off-entry-ends-replay',
      'lifecycle.power-off-recorded',
      'lifecycle.suspend-recorded',
    ],
  },
  { deed: /guest\.save/, clauses: ['lifecycle.suspend-settles-outputs'] },
  { deed: /guest\.load/, clauses: ['lifecycle.image-by-token', 'lifecycle.resume-by-record'] },
  { deed: /entry .*, power-off/, clauses: ['lifecycle.power-off-logged'] },
  {
    deed: /entry .*, yield/,
    clauses: ['failover.stop-before-yield', 'lifecycle.test-failover-needs-running'],
  },
  {
    deed: /arbiter: v\d+ off/,
    clauses: ['lifecycle.power-off-finished-by-backup', 'lifecycle.power-off-entry-ends-replay'],
  },
  {
    deed: /arbiter: v\d+ suspended/,
    clauses: ['lifecycle.suspend-recorded', 'lifecycle.suspend-settles-outputs'],
  },
  {
    deed: /report enabled/,
    clauses: ['lifecycle.power-off-recorded', 'lifecycle.suspend-recorded'],
  },
];
