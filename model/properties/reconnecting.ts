// What always holds of a pair whose channel closes and is opened again: who takes that for silence, who is welcomed.
// Spec: protocol, "Reconnecting".

import type { HostIndex } from '../environment/channel.ts';
import type { HostView } from '../host.ts';
import type { Deed, SystemView } from '../system.ts';
import { greetings, isBackup, isRegaining, saidBy } from './greeting.ts';
import { expect, nodeOf, type SystemAlways } from './look.ts';

export const reconnectingProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.closed-channel-is-silence',
    about: 'a pair that runs takes a closed channel for a silent one, and its owner opens another',
    requirements: ['pairing.closed-channel-is-silence'],
    check({ before, step, after }) {
      const deeds = step.deeds.filter((deed) => isBrokenWhileRunning(before, deed));
      if (deeds.length === 0) return null;
      return deeds.flatMap(({ self, host, effects }) => [
        ...expect(
          /trusting/.test(after.hosts[host]?.heartbeat.state ?? ''),
          () => `${self} suspects its peer for a closed channel`,
        ),
        ...expect(
          isBackup(before, host) || effects.some(({ type }) => type === 'channel.open'),
          () => `${self} opens no other channel`,
        ),
      ]);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.newer-connection-replaces',
    about: 'a backup that accepts a connection closes the older one, if that still stands',
    requirements: ['pairing.newer-connection-replaces'],
    check({ before, step }) {
      const welcomed = greetings(step).filter(
        (deed) => isReplacing(before, deed.host) && saidBy(deed, 'welcome').length > 0,
      );
      if (welcomed.length === 0) return null;
      return welcomed.flatMap(({ self, host, effects }) => {
        const older = before.hosts[host]?.pairing.context.connection ?? 0;
        return expect(
          effects.some((one) => one.type === 'channel.close' && one.connection === older),
          () => `${self} goes on and leaves connection ${older} open`,
        );
      });
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.arbitrating-answer',
    about: 'a backup whose swap is unresolved welcomes nobody',
    requirements: ['pairing.arbitrating-answer'],
    check({ before, step }) {
      const greeted = greetings(step).filter(({ host }) => isSwapping(before, host));
      if (greeted.length === 0) return null;
      return greeted.flatMap((deed) =>
        expect(
          saidBy(deed, 'welcome').length === 0,
          () => `${deed.self} welcomes while its ${intentAt(before, deed.host)} is unresolved`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'pairing.sealed-refuses',
    about: 'a backup that has sealed its log or has diverged welcomes nobody',
    requirements: ['pairing.sealed-refuses', 'failover.seal-log'],
    check({ before, step }) {
      const greeted = greetings(step).filter(({ host }) => isSealed(nodeOf(before, host)));
      if (greeted.length === 0) return null;
      return greeted.flatMap((deed) =>
        expect(
          saidBy(deed, 'welcome').length === 0,
          () => `${deed.self} welcomes in ${before.hosts[deed.host]?.logging.state}`,
        ),
      );
    },
  },
];

/** Told that the channel of a pair that runs is closed. */
function isBrokenWhileRunning(view: SystemView, { host, input }: Deed): boolean {
  const node = nodeOf(view, host);
  if (node === null || input.type !== 'channel.closed') return false;
  const { reconnect, connection } = node.pairing.context;
  if (!reconnect || connection !== input.connection) return false;
  if (!/trusting/.test(node.heartbeat.state)) return false;
  return isBackup(view, host)
    ? node.failover.state === 'backing.steady' && isFollowing(node)
    : node.pairing.state === 'owner.guarded.steady' && node.failover.state === 'owning.settled';
}

const isFollowing = ({ logging }: HostView): boolean =>
  logging.state === 'replaying.following' && logging.context.ended === null;

/** The backup's older connection stands. */
const isReplacing = (view: SystemView, host: HostIndex): boolean =>
  isRegaining(view, host) && view.hosts[host]?.pairing.context.connection !== 0;

const intentAt = (view: SystemView, host: HostIndex): string =>
  view.hosts[host]?.failover.context.intent ?? 'read';

const isSwapping = (view: SystemView, host: HostIndex): boolean =>
  isRegaining(view, host) &&
  view.hosts[host]?.failover.state === 'backing.asking' &&
  intentAt(view, host) !== 'read';

const isSealed = (node: HostView | null): boolean =>
  /^replaying\.(diverged|consuming|consumed)/.test(node?.logging.state ?? '');
