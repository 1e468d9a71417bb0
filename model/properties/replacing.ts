// What always holds of a pair whose backup is replaced: what the owner waits for, what it may do meanwhile, and when the
// replacement may leave. Spec: protocol, "Migration".

import type { HostIndex } from '../environment/channel.ts';
import type { HostView } from '../host.ts';
import { hostOf } from '../record.ts';
import type { Deed, SystemView } from '../system.ts';
import type { ArbiterRecord, NodeEffect } from '../vocabulary.ts';
import { saidBy } from './greeting.ts';
import {
  expect,
  guestOf,
  hostOfOwner,
  nodeNamed,
  nodeOf,
  recordChange,
  type SystemAlways,
} from './look.ts';

export const replacingProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.replacement-caught-up',
    changes: 'record',
    about: 'the record names a replacement that holds the guest of its owner as it stands at rest',
    requirements: ['pairing.replacement-caught-up'],
    check({ before, after }) {
      const change = recordChange(before, after);
      if (change === null || !isReplacement(change)) return null;
      const heir = nodeNamed(before, change.now.backup);
      if (heir === null) return [];
      const owner = hostOfOwner(before);
      return [
        ...expect(
          stateAt(before, heir) === 'backup.waiting',
          () => `${change.now.backup} becomes the backup in ${stateAt(before, heir)}`,
        ),
        ...expect(
          owner === null || isSame(before, owner, heir),
          () => `${change.now.backup} becomes the backup without what its owner made`,
        ),
      ];
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.replacement-at-rest',
    about: 'while T14 is unresolved its owner runs no guest and issues nothing',
    requirements: ['pairing.replacement-at-rest'],
    check({ before, step, after }) {
      const unresolved = step.deeds.filter(
        ({ host }) => isAskingReplacement(before, host) && isAskingReplacement(after, host),
      );
      if (unresolved.length === 0) return null;
      return unresolved.flatMap(({ host, self, effects }) => [
        ...expect(
          guestOf(after, host).status !== 'running',
          () => `the guest of ${self} runs while T14 is unresolved`,
        ),
        ...expect(!effects.some(isIssue), () => `${self} issues while T14 is unresolved`),
      ]);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.replacement-waits-for-record',
    about:
      'a ready replacement does not leave while the record is the one in which it was to replace the backup',
    requirements: ['pairing.replacement-waits-for-record'],
    check({ before, step, after }) {
      const waiting = step.deeds.filter(
        ({ host }) => stateAt(before, host) === 'backup.waiting' && isMeant(before, host),
      );
      if (waiting.length === 0) return null;
      return waiting.flatMap(({ host, self, input }) =>
        expect(
          stateAt(after, host).startsWith('backup'),
          () => `${self} leaves on ${input.type} while T14 may be on its way`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.replacement-given-up',
    about: 'an owner that gives up a replacement to which it sent its copy asks for another record',
    requirements: ['pairing.replacement-given-up'],
    check({ before, step, after }) {
      const left = step.deeds.filter(
        ({ host }) =>
          /replacing\.(syncing|readied)/.test(stateAt(before, host)) &&
          /^owner\.guarded/.test(stateAt(after, host)),
      );
      if (left.length === 0) return null;
      return left.flatMap(({ host, self }) => {
        const { intent, wanted } = nodeOf(after, host)?.failover.context ?? {};
        return [
          ...expect(
            intent === 'T15' || intent === 'T7' || wanted === 'T15' || wanted === 'T7',
            () => `${self} gives its replacement up and leaves the record as it is`,
          ),
          ...expect(
            guestOf(after, host).status === 'running',
            () => `the guest of ${self} does not run on`,
          ),
          // One step may tell a host two things: that its channel is closed, and that another stands.
          ...expect(
            step.deeds.some((deed) => deed.host === host && deed.effects.some(isReport)),
            () => `${self} does not report its state anew`,
          ),
        ];
      });
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.migration-keeps-hosts-distinct',
    about: 'a replacement on the host of its owner, or that is the backup itself, is refused',
    requirements: ['pairing.migration-keeps-hosts-distinct'],
    check({ before, step }) {
      const misnamed = step.deeds.filter((deed) => isMisnamed(before, deed));
      if (misnamed.length === 0) return null;
      return misnamed.flatMap(({ self, effects }) =>
        expect(
          effects.length === 1 && effects[0]?.type === 'refused',
          () => `${self} takes a replacement that is no other host`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.one-migration',
    about: 'an operation that is given to an owner that replaces its backup is refused',
    requirements: ['lifecycle.one-migration'],
    check({ before, step }) {
      const second = step.deeds.filter(
        ({ host, input }) =>
          input.type.startsWith('manager.') && /replacing/.test(stateAt(before, host)),
      );
      if (second.length === 0) return null;
      return second.flatMap(({ self, input, effects }) =>
        expect(
          effects.length === 1 && effects[0]?.type === 'refused',
          () => `${self} takes ${input.type} beside its migration`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'lifecycle.backup-migration-replaces',
    about: 'the old backup stays the peer of its owner until the record names its replacement',
    requirements: ['lifecycle.backup-migration-replaces'],
    check({ after }) {
      const owner = hostOfOwner(after);
      const { record } = after.arbiter;
      if (owner === null || record?.phase !== 'protected') return null;
      const node = nodeOf(after, owner);
      if (!node?.pairing.state.startsWith('owner.replacing')) return null;
      const { peer, epoch } = node.pairing.context;
      if (epoch !== record.epoch) return [];
      return expect(
        peer === record.backup,
        () =>
          `${after.incarnations[owner]} has ${peer} for its backup, the record ${record.backup}`,
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'lifecycle.backup-migration-quiesces',
    about: 'the copy leaves for a replacement when nothing that the guest made is under way',
    requirements: ['lifecycle.backup-migration-quiesces'],
    check({ before, step, after }) {
      const copied = step.deeds.filter(
        (deed) => isReplacing(before, deed.host) && saidBy(deed, 'copy').length > 0,
      );
      if (copied.length === 0) return null;
      return copied.flatMap(({ host, self }) => {
        const log = nodeOf(after, host)?.logging.context;
        if (log === undefined) return [];
        return expect(
          log.acknowledged === log.sent && log.waiting.length === 0 && isAnswered(log.open),
          () => `${self} copies with ${log.acknowledged} of ${log.sent} acknowledged`,
        );
      });
    },
  },
];

const stateAt = (view: SystemView, host: HostIndex): string =>
  nodeOf(view, host)?.pairing.state ?? 'death';

const isIssue = ({ type }: NodeEffect): boolean => type === 'output.emit' || type === 'disk.write';

const isReport = (one: NodeEffect): boolean =>
  one.type === 'report' && one.reason === 'replace-backup';

const isReplacing = (view: SystemView, host: HostIndex): boolean =>
  /replacing/.test(stateAt(view, host));

const isAskingReplacement = (view: SystemView, host: HostIndex): boolean => {
  const node = nodeOf(view, host)?.failover;
  return node?.state === 'owning.asking' && node.context.intent === 'T14';
};

/** The record is the one in which this replacement was to replace the backup, or names it already. */
function isMeant(view: SystemView, host: HostIndex): boolean {
  const { record } = view.arbiter;
  const context = nodeOf(view, host)?.pairing.context;
  if (record?.phase !== 'protected' || context === undefined) return false;
  const isNamed = record.backup === context.self && record.epoch === context.epoch + 1;
  return record.version === context.replaces || isNamed;
}

function isMisnamed(view: SystemView, { host, self, input }: Deed): boolean {
  if (input.type !== 'manager.replace-backup' || !stateAt(view, host).startsWith('owner.guarded')) {
    return false;
  }
  const { peer } = nodeOf(view, host)?.pairing.context ?? {};
  return hostOf(input.peer) === hostOf(self) || input.peer === peer;
}

const isReplacement = ({ old, now }: { old: ArbiterRecord | null; now: ArbiterRecord }): boolean =>
  old?.phase === 'protected' && now.phase === 'protected' && old.backup !== now.backup;

const isAnswered = (open: HostView['logging']['context']['open']): boolean =>
  open.every(({ answered }) => answered);

const isSame = (view: SystemView, one: HostIndex, other: HostIndex): boolean =>
  guestOf(view, one).history.join() === guestOf(view, other).history.join();
