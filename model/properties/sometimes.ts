// What must really happen in some run within the bounds, so that what always holds is not held by an empty model.

import type { NodeEffect } from '../vocabulary.ts';
import { flowWitnesses } from './flow.ts';
import { gone, nodeNamed, recordChange } from './look.ts';
import { lifecycleWitnesses } from './sometimes-lifecycle.ts';
import { reconnectingWitnesses } from './sometimes-reconnecting.ts';
import { type SystemSometimes, witness } from './witness.ts';

export const sometimes: readonly SystemSometimes[] = [
  witness('protects', 'a pair is reported running', ['pairing.drain-before-protect'], {
    effect: isRunning,
  }),
  witness(
    'fails-over-and-protects-again',
    'a pair is running whose owner took over',
    ['protection.new-backup-after-go-live'],
    {
      effect: isRunning,
      when: ({ after }, { self }) =>
        (after.arbiter.record?.token ?? 0) > 1 && after.arbiter.record?.owner === self,
    },
  ),
  witness(
    'gives-up',
    'a joining is given up and the owner goes on alone',
    ['pairing.sync-failure-leaves-owner-running', 'pairing.sync-failure-reported'],
    { effect: (effect) => effect.type === 'report' && effect.reason === 'give-up' },
  ),
  witness('refuses-a-hello', 'a hello is refused', ['pairing.hello-checks'], {
    effect: (effect) => effect.type === 'channel.send' && effect.message.kind === 'refuse',
  }),
  witness(
    'holds-output',
    'an output waits at the gate and leaves when acknowledged',
    ['output.release-exactly-acknowledged'],
    {
      effect: isIssued,
      deed: ({ input }) => input.type === 'channel.arrived' && input.message.kind === 'acknowledge',
    },
  ),
  witness(
    'releases-when-alone',
    'held outputs leave when the owner reads that it is alone',
    ['failover.alone-after-record'],
    {
      effect: isIssued,
      deed: ({ input }) => input.type === 'arbiter.answered' && input.record?.phase === 'alone',
    },
  ),
  witness('holds-guest', 'the guest is held by a full log', ['flow.stop-before-full'], {
    effect: (effect) => effect.type === 'guest.hold',
    when: ({ after }, { host }) => after.hosts[host]?.logging.context.full === true,
  }),
  witness(
    'releases-though-suspected',
    'an output is released by an acknowledgement though the peer is suspected',
    ['output.suspicion-keeps-gate', 'output.late-acknowledgement-releases'],
    {
      effect: isIssued,
      deed: ({ input }) => input.type === 'channel.arrived' && input.message.kind === 'acknowledge',
      when: ({ before }, { host }) => /suspecting/.test(before.hosts[host]?.heartbeat.state ?? ''),
    },
  ),
  {
    kind: 'sometimes',
    name: 'suspects-and-withdraws',
    about: 'a peer is suspected, heard again, and trusted',
    requirements: ['heartbeat.suspicion-is-not-live', 'heartbeat.suspicion-withdrawn'],
    isWitness: ({ before, step, after }) =>
      step.deeds.some(
        ({ host }) =>
          /suspecting/.test(before.hosts[host]?.heartbeat.state ?? '') &&
          /trusting/.test(after.hosts[host]?.heartbeat.state ?? ''),
      ),
  },
  witness(
    'takes-over',
    'a backup goes live by a record that names it',
    ['failover.promoted-after-record'],
    { effect: (effect) => effect.type === 'report' && effect.reason === 'lost-connection' },
  ),
  witness(
    'emits-at-takeover',
    'a new owner emits what the old one may not have',
    ['output.reissue-after-takeover'],
    {
      effect: (effect) => effect.type === 'output.emit',
      deed: ({ effects }) => effects.some(({ type }) => type === 'address.announce'),
    },
  ),
  witness(
    'reissues-at-takeover',
    'a new owner re-issues an open disk operation',
    ['failover.reissue-open-operations'],
    {
      effect: (effect) => effect.type === 'disk.write',
      deed: ({ effects }) => effects.some(({ type }) => type === 'address.announce'),
    },
  ),
  witness('halts-a-loser', 'an owner reads that it is not', ['failover.loser-halts'], {
    effect: (effect) => effect.type === 'report' && effect.state === 'halted',
  }),
  witness(
    'discards-a-backup',
    'a ready backup reads the record and discards itself',
    ['failover.read-before-discard'],
    {
      effect: (effect) => effect.type === 'report' && effect.state === 'notConfigured',
      when: ({ before }, { host }) => before.hosts[host]?.pairing.state === 'backup.ready',
    },
  ),
  {
    kind: 'sometimes',
    name: 'takes-effect-late',
    changes: 'record',
    about: 'a request takes effect after its sender died',
    requirements: ['arbitration.unresolved-request'],
    isWitness: ({ before, after }) =>
      recordChange(before, after) !== null &&
      gone(before.arbiter.requests, after.arbiter.requests).some(
        (request) => nodeNamed(before, request.sender) === null,
      ),
  },
  {
    kind: 'sometimes',
    name: 'fences-a-stale-write',
    changes: 'disk',
    about: 'a write of a former owner is refused by the fence',
    requirements: ['storage.fence-is-atomic', 'storage.answers-tell-fenced'],
    isWitness: ({ before, after }) =>
      gone(before.disk.writes, after.disk.writes).length > 0 &&
      after.disk.answers.at(-1)?.result === 'fenced',
  },
  {
    kind: 'sometimes',
    name: 'renounces-after-divergence',
    changes: 'record',
    about: 'a diverged backup gives the machine back to its owner',
    requirements: ['divergence.stop-and-renounce', 'divergence.owner-is-truth'],
    isWitness: ({ before, after }) =>
      recordChange(before, after)?.now.reason === 'diverged' &&
      after.arbiter.record?.phase === 'alone',
  },
  {
    kind: 'sometimes',
    name: 'ends-after-divergence',
    changes: 'record',
    about: 'a backup that won and then diverged ends the machine',
    requirements: [
      'divergence.never-live',
      'failover.end-when-unable',
      'divergence.owner-gone-ends',
    ],
    isWitness: ({ before, after }) => {
      const now = recordChange(before, after)?.now;
      return now?.phase === 'off' && now.reason === 'diverged';
    },
  },
  witness(
    'refuses-a-rival',
    'a second power-on reads another owner and fails',
    ['arbitration.compare-and-swap-record', 'lifecycle.power-on-superseded'],
    {
      effect: (effect) => effect.type === 'report' && effect.state === 'notConfigured',
      when: ({ before }, { host }) => before.hosts[host]?.pairing.state === 'starting',
    },
  ),
  ...lifecycleWitnesses,
  ...flowWitnesses,
  ...reconnectingWitnesses,
];

function isRunning(effect: NodeEffect): boolean {
  return effect.type === 'report' && effect.state === 'running';
}

function isIssued(effect: NodeEffect): boolean {
  return effect.type === 'output.emit' || effect.type === 'disk.write';
}
