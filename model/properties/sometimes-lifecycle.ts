// What the manager's operations must really come to in some run: each success, each race. Spec: protocol, "Lifecycle".

import type { NodeEffect, Phase, Reason } from '../vocabulary.ts';
import { recordChange } from './look.ts';
import { type SystemSometimes, witness } from './witness.ts';

export const lifecycleWitnesses: readonly SystemSometimes[] = [
  witness(
    'powers-off-alone',
    'an owner alone reads that the machine is off',
    ['lifecycle.power-off-recorded'],
    {
      effect: reports('enabled', 'power-off'),
      when: ({ before }, { host }) =>
        before.hosts[host]?.pairing.state === 'owner.stopping' &&
        before.hosts[host]?.pairing.context.peer === '',
    },
  ),
  witness(
    'powers-off-a-pair',
    'the owner of a pair reads off, while its backup holds the entry and has read nothing',
    ['lifecycle.power-off-recorded', 'lifecycle.power-off-logged'],
    {
      effect: reports('enabled', 'power-off'),
      when: ({ before }, { host }) => {
        const other = before.hosts[host === 0 ? 1 : 0];
        return (
          before.hosts[host]?.pairing.state === 'owner.stopping' &&
          other?.logging.context.ended === 'power-off'
        );
      },
    },
  ),
  witness(
    'powers-off-a-backup',
    'a backup that holds the entry reads off, which its owner wrote',
    ['lifecycle.power-off-entry-ends-replay'],
    {
      effect: reports('enabled', 'power-off'),
      when: ({ before }, { host }) =>
        before.hosts[host]?.pairing.state === 'backup.ready' &&
        before.hosts[host]?.failover.context.intent === 'read',
    },
  ),
  witness(
    'powers-off-superseded',
    'a power-off reads another owner and fails',
    ['lifecycle.power-off-superseded'],
    {
      effect: reports('halted', 'superseded'),
      when: ({ before }, { host }) =>
        before.hosts[host]?.pairing.state === 'owner.stopping' &&
        before.hosts[host]?.failover.context.intent === 'T9',
    },
  ),
  witness(
    'powers-off-for-a-dead-owner',
    'a backup that holds the entry records off in place of its owner',
    ['lifecycle.power-off-finished-by-backup'],
    {
      effect: reports('enabled', 'power-off'),
      when: ({ before }, { host }) =>
        before.hosts[host]?.pairing.state === 'backup.ready' &&
        before.hosts[host]?.failover.context.intent === 'T9',
    },
  ),
  witness(
    'powers-off-after-winning',
    'a backup that had asked for ownership before it held the entry ends the machine',
    ['lifecycle.power-off-finished-by-backup'],
    {
      effect: reports('enabled', 'power-off'),
      when: ({ before }, { host }) => before.hosts[host]?.pairing.state === 'ending',
    },
  ),
  writes('boots-afresh', 'a machine that was off is powered on again', 'start', 'off', [
    'arbitration.compare-and-swap-record',
  ]),
  writes('suspends-alone', 'an owner alone suspends its machine', 'suspend', 'alone', [
    'lifecycle.suspend-recorded',
  ]),
  writes('suspends-a-pair', 'the owner of a pair suspends its machine', 'suspend', 'protected', [
    'lifecycle.suspend-recorded',
  ]),
  witness(
    'suspends-after-settling',
    'an image waits until an output is acknowledged or an operation answered',
    ['lifecycle.suspend-settles-outputs'],
    {
      effect: ({ type }) => type === 'guest.save',
      deed: ({ input }) => input.type !== 'manager.suspend',
    },
  ),
  witness(
    'runs-on-unsaved',
    'an image cannot be made durable and the guest runs on',
    ['lifecycle.suspend-settles-outputs'],
    { effect: isRun, deed: ({ input }) => input.type === 'guest.saved' },
  ),
  witness(
    'takes-over-from-a-suspending-owner',
    'a backup goes live though its owner was suspending',
    ['failover.promoted-after-record'],
    {
      effect: reports('needSecondary', 'lost-connection'),
      when: ({ before }) =>
        before.hosts.some((node) => node?.pairing.state.startsWith('owner.suspending')),
    },
  ),
  witness(
    'resumes-elsewhere',
    'a machine is resumed on the host that had been its backup',
    ['lifecycle.resume-by-record', 'lifecycle.resume-synchronises-anew'],
    {
      effect: reports('needSecondary', 'resume'),
      when: ({ after }, { host }) => host === 1 && after.arbiter.record?.owner === 'b#1',
    },
  ),
  witness(
    'loses-the-race-to-resume',
    'a resume reads that another host has the machine, and fails',
    ['lifecycle.resume-by-record'],
    {
      effect: reports('notConfigured', 'superseded'),
      when: ({ before }, { host }) => before.hosts[host]?.failover.context.intent === 'T11',
    },
  ),
  witness(
    'turns-off',
    'a pair is parted because the manager turns protection off',
    ['lifecycle.turn-off-removes-eligibility'],
    {
      effect: reports('notConfigured', 'turn-off'),
      deed: ({ input }) => input.type === 'arbiter.answered',
    },
  ),
  witness(
    'restarts-the-secondary',
    'a backup is given up because the manager says so',
    ['lifecycle.turn-off-removes-eligibility', 'protection.new-backup-after-go-live'],
    {
      effect: reports('needSecondary', 'restart-secondary'),
    },
  ),
  witness(
    'yields',
    'a backup takes over because its owner yields, without suspicion',
    ['failover.yield-needs-no-timeout'],
    {
      effect: (effect) => effect.type === 'arbiter.request' && effect.intent === 'T6',
      when: ({ before }, { host }) => {
        const doubts = before.hosts[host]?.failover.context;
        return doubts?.yielded === true && !doubts.suspected;
      },
    },
  ),
  witness(
    'takes-its-guest-back',
    'an owner that yielded goes alone and its guest runs again',
    ['failover.yield-not-taken'],
    {
      effect: isRun,
      when: ({ before }, { host }) =>
        before.hosts[host]?.pairing.state === 'owner.guarded.yielding',
    },
  ),
  writes('declares-lost', 'an owner alone is dead and declared lost', 'crashed', 'alone', [
    'arbitration.declare-lost-with-proof',
  ]),
  writes(
    'declares-a-pair-lost',
    'both of a pair are dead and declared lost',
    'crashed',
    'protected',
    ['arbitration.declare-lost-with-proof'],
  ),
];

function reports(state: string, reason: string): (effect: NodeEffect) => boolean {
  return (effect) => effect.type === 'report' && effect.state === state && effect.reason === reason;
}

function isRun(effect: NodeEffect): boolean {
  return effect.type === 'guest.run';
}

/** The record changes for this reason, from this phase. */
function writes(
  name: string,
  about: string,
  reason: Reason,
  from: Phase,
  requirements: readonly string[],
): SystemSometimes {
  return {
    kind: 'sometimes',
    name,
    about,
    requirements,
    changes: 'record',
    isWitness: ({ before, after }) => {
      const change = recordChange(before, after);
      return change?.now.reason === reason && change.old?.phase === from;
    },
  };
}
