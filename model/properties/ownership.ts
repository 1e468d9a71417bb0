// What always holds of the record, of who may act under it, and of the pair. Spec: protocol, "Record", "Pairing".

import type { HostIndex } from '../environment/channel.ts';
import type { HostView } from '../host.ts';
import { describeRecord } from '../system/describe.ts';
import type { SystemView } from '../system.ts';
import {
  expect,
  guestOf,
  hasCompleteState,
  hostOfOwner,
  hostsOf,
  isAtRest,
  isGateOpen,
  isReadyIn,
  nodeNamed,
  nodeOf,
  recordChange,
  type SystemAlways,
} from './look.ts';

export const ownershipProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'state',
    name: 'failover.alone-after-record',
    about: 'at most one gate is open, and it is that of the owner recorded, in alone or joining',
    requirements: [
      'failover.alone-after-record',
      'pairing.eligible-when-recorded',
      'arbitration.at-most-one-open-gate',
      'arbitration.at-most-one-owner',
      'arbitration.clock-grants-nothing',
      'output.open-after-record',
      'pairing.close-gate-before-protect',
      'failover.promoted-after-record',
    ],
    check({ after }) {
      const open = hostsOf(after).filter((host) => isGateOpen(after, host));
      if (open.length === 0) return null;
      const { record } = after.arbiter;
      return open.flatMap((host) => [
        ...expect(
          record?.owner === after.incarnations[host],
          () =>
            `the gate of ${after.incarnations[host]} is open, the record is ${describeRecord(record)}`,
        ),
        ...expect(
          record?.phase === 'alone' || record?.phase === 'joining',
          () => `the gate of ${after.incarnations[host]} is open in ${record?.phase ?? 'no phase'}`,
        ),
        ...expect(open.length === 1, () => `${open.length} gates are open`),
      ]);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'arbitration.compare-and-swap-record',
    changes: 'record',
    about: 'versions and epochs rise; the token rises exactly when the owner changes',
    requirements: [
      'arbitration.compare-and-swap-record',
      'storage.write-carries-token',
      'arbitration.version-increments',
      'arbitration.epoch-increments',
      'arbitration.token-follows-owner',
      'arbitration.at-most-one-owner',
      'pairing.epoch-per-attempt',
    ],
    check({ before, after }) {
      const change = recordChange(before, after);
      if (change === null) return null;
      const { old, now } = change;
      const isProtect = old?.phase === 'joining' && now.phase === 'protected';
      const isTouch = old?.phase === 'protected' && now.backup === old.backup;
      const isNewOwner = now.owner !== null && now.owner !== old?.owner;
      const epoch = (old?.epoch ?? 0) + (isProtect || isTouch ? 0 : 1);
      const token = isNewOwner ? now.epoch : (old?.token ?? 0);
      return [
        ...expect(now.version === (old?.version ?? 0) + 1, () => `version ${now.version}`),
        ...expect(now.epoch === epoch, () => `epoch ${now.epoch}, expected ${epoch}`),
        ...expect(now.token === token, () => `token ${now.token}, expected ${token}`),
      ].map((what) => `${what}: ${describeRecord(old)} became ${describeRecord(now)}`);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'arbitration.name-incarnations',
    changes: 'record',
    about:
      'an owner recorded changes only by its own request, by its backup, or from a machine at rest',
    requirements: [
      'arbitration.name-incarnations',
      'arbitration.only-named-may-ask',
      'arbitration.old-incarnation-has-no-role',
    ],
    check({ before, after }) {
      const change = recordChange(before, after);
      if (change === null || change.old === null) return null;
      const { old, now } = change;
      if (now.owner === old.owner) return null;
      const heir = nodeNamed(before, now.owner);
      const isHeir = old.phase === 'protected' && now.owner === old.backup;
      return [
        ...expect(
          isAtRest(old) || isAtRest(now) || isHeir,
          () => `${describeRecord(old)} became ${describeRecord(now)}`,
        ),
        ...expect(
          !isHeir || heir === null || hasCompleteState(nodeOf(before, heir), old.epoch),
          () => `${now.owner} took over in ${heir === null ? '' : stateOf(before, heir)}`,
        ),
      ];
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.ready-before-protect',
    about: 'T4 is first asked while the channel stands on which the backup was ready',
    requirements: [
      'pairing.ready-before-protect',
      'pairing.sync-failure-leaves-owner-running',
      'arbitration.only-named-may-ask',
    ],
    check({ before, step, after }) {
      const asked = step.deeds.filter(
        ({ host, effects }) =>
          effects.some((effect) => effect.type === 'arbiter.request' && effect.intent === 'T4') &&
          nodeOf(before, host)?.failover.context.intent !== 'T4',
      );
      if (asked.length === 0) return null;
      return asked.flatMap(({ self, host }) =>
        expect(
          nodeOf(after, host)?.pairing.context.connection !== 0,
          () => `${self} asks T4 for a backup whose channel is closed`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.drain-before-protect',
    changes: 'record',
    about: 'protected is recorded only for a backup that is ready and holds all up to G',
    requirements: [
      'pairing.drain-before-protect',
      'pairing.eligible-when-recorded',
      'pairing.close-gate-before-protect',
      'pairing.ready-before-protect',
      'pairing.ready-when-complete',
    ],
    check({ before, after }) {
      const change = recordChange(before, after);
      const now = change?.now;
      if (now?.phase !== 'protected' || change?.old?.phase === 'protected') return null;
      const owner = hostOfOwner(before);
      const backup = nodeNamed(before, now.backup);
      if (owner === null || backup === null) return null;
      const log = before.hosts[owner]?.logging;
      const replay = before.hosts[backup];
      if (log === undefined || !replay?.pairing.state.startsWith('backup')) return null;
      return [
        ...expect(
          log.state === 'live.acked' || log.state === 'silenced',
          () => `the owner's gate is ${log.state}`,
        ),
        ...expect(isReadyIn(before, backup, now.epoch), () => `the backup is not ready`),
        ...expect(
          replay.logging.context.held >= log.context.closedAt,
          () => `the backup holds ${replay.logging.context.held}, G is ${log.context.closedAt}`,
        ),
      ];
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'logging.acknowledge-held-entries',
    about: 'what the owner counts as acknowledged is held by the backup of its epoch',
    requirements: [
      'logging.acknowledge-held-entries',
      'logging.cumulative-acknowledgement',
      'logging.acknowledgement-from-recorded-backup',
    ],
    check({ after }) {
      const pair = pairInStep(after);
      if (pair === null) return null;
      const { owner, backup } = pair;
      const { acknowledged } = owner.logging.context;
      const { held } = backup.logging.context;
      return acknowledged === 0
        ? null
        : expect(acknowledged <= held, () => `acknowledged ${acknowledged}, held ${held}`);
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'divergence.never-live',
    about: 'a guest that contradicted its log never runs live',
    requirements: ['divergence.never-live', 'divergence.stop-and-renounce'],
    check({ after }) {
      const diverged = hostsOf(after).filter((host) => guestOf(after, host).diverged);
      if (diverged.length === 0) return null;
      return diverged.flatMap((host) =>
        expect(
          guestOf(after, host).status !== 'running',
          () => `the diverged guest of ${after.incarnations[host]} runs`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'failover.read-before-discard',
    about: 'a ready backup leaves only after it has read the record',
    requirements: [
      'failover.read-before-discard',
      'arbitration.outcome-by-reading',
      'failover.unreadable-keeps-state',
    ],
    check({ before, step, after }) {
      const left = step.deeds.filter(
        ({ host }) =>
          /^backup\.(ready|waiting|chosen)$/.test(before.hosts[host]?.pairing.state ?? '') &&
          after.hosts[host]?.pairing.state === 'idle',
      );
      if (left.length === 0) return null;
      return left.flatMap((deed) =>
        expect(
          deed.input.type === 'arbiter.answered',
          () => `${deed.self} discarded itself on ${deed.input.type}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'pairing.sync-failure-leaves-owner-running',
    about: 'the guest of an owner alone is not held',
    requirements: [
      'pairing.sync-failure-leaves-owner-running',
      'flow.stop-before-full',
      'protection.no-host-keeps-running',
    ],
    check({ after }) {
      const alone = hostsOf(after).filter(
        (host) => after.hosts[host]?.pairing.state === 'owner.alone',
      );
      if (alone.length === 0) return null;
      return alone.flatMap((host) =>
        expect(
          guestOf(after, host).status === 'running',
          () => `the guest of ${after.incarnations[host]} is ${guestOf(after, host).status}`,
        ),
      );
    },
  },
];

const stateOf = (view: SystemView, host: HostIndex): string =>
  view.hosts[host]?.pairing.state ?? 'death';

function pairInStep(view: SystemView): { owner: HostView; backup: HostView } | null {
  for (const host of hostsOf(view)) {
    const owner = nodeOf(view, host);
    if (!owner?.logging.state.startsWith('live')) continue;
    const { epoch } = owner.logging.context;
    for (const other of hostsOf(view)) {
      const backup = nodeOf(view, other);
      // A replacement holds the copy, and no entry of the log that the pair has.
      if (backup === null || backup.pairing.state === 'backup.waiting') continue;
      if (other !== host && hasCompleteState(backup, epoch)) {
        return { owner, backup };
      }
    }
  }
  return null;
}
