// What replacing a backup must really come to in some run. Spec: protocol, "Migration".

import type { NodeEffect } from '../vocabulary.ts';
import { hostOfOwner, nodeNamed, recordChange } from './look.ts';
import { type SystemSometimes, witness } from './witness.ts';

export const replacingWitnesses: readonly SystemSometimes[] = [
  witness(
    'replaces-a-backup',
    'a pair runs with another backup, and was protected all the time',
    ['lifecycle.backup-migration-replaces'],
    {
      effect: (one) => isReported(one) && one.state === 'running',
      deed: ({ input }) => input.type === 'channel.arrived',
    },
  ),
  witness(
    'gives-a-replacement-up',
    'an owner gives its replacement up, and its pair stays as it is',
    ['pairing.replacement-given-up'],
    {
      effect: isReported,
      when: ({ after }, { host }) =>
        after.hosts[host]?.pairing.state === 'owner.guarded.steady' &&
        after.hosts[host]?.failover.context.intent === 'T15',
    },
  ),
  {
    kind: 'sometimes',
    name: 'names-a-replacement-late',
    about: 'T14 takes effect after its owner died, for a replacement that waits',
    requirements: ['pairing.replacement-waits-for-record'],
    changes: 'record',
    isWitness({ before, after }) {
      const change = recordChange(before, after);
      if (change?.now.reason !== 'replace-backup' || hostOfOwner(before) !== null) return false;
      const heir = nodeNamed(before, change.now.backup);
      return heir !== null && before.hosts[heir]?.pairing.state === 'backup.waiting';
    },
  },
  witness(
    'takes-over-ungreeted',
    'a replacement that was never greeted in its epoch goes live by the record alone',
    ['pairing.replacement-waits-for-record'],
    {
      effect: ({ type }) => type === 'disk.fence',
      when: ({ before }, { host }) =>
        before.hosts[host]?.pairing.state === 'backup.chosen' && hostOfOwner(before) === host,
    },
  ),
];

function isReported(effect: NodeEffect): effect is Extract<NodeEffect, { type: 'report' }> {
  return effect.type === 'report' && effect.reason === 'replace-backup';
}
