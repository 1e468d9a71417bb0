// What always holds of outputs: when one may leave, and that nothing released is contradicted or lost.
// Spec: protocol, "Output".

import { isEmission, tokenOf } from '../environment/guest.ts';
import type { Deed, SystemView, Transition } from '../system.ts';
import {
  expect,
  guestOf,
  hasLossyNetwork,
  heldBy,
  hostOfOwner,
  isGateOpen,
  isLive,
  isReadyIn,
  issuedIn,
  liveOwner,
  nodeNamed,
  nodeOf,
  type OutputIssued,
  type SystemAlways,
} from './look.ts';

export const outputProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'step',
    name: 'output.nothing-after-loss',
    about:
      'a node that the record does not name as owner issues nothing that the owner does not hold',
    requirements: [
      'output.nothing-after-loss',
      'failover.loser-halts',
      'failover.new-epoch',
      'output.acknowledged-may-trickle',
    ],
    check({ before, step }) {
      const all = emissions(step);
      if (all.length === 0) return null;
      // What an older run of the machine still emits is late, and nobody of the present run holds it.
      const { since } = before.world;
      const stale = all.filter(
        ({ deed, output }) =>
          before.arbiter.record?.owner !== deed.self && tokenOf(output.data) >= since,
      );
      const owner = hostOfOwner(before);
      if (stale.length === 0 || owner === null) return null;
      // A new owner whose guest diverged ends the machine: what it acknowledged is the range it reports.
      const { diverged, status } = guestOf(before, owner);
      if (diverged || status === 'halted') return null;
      return stale.flatMap(({ deed, output }) =>
        expect(
          heldBy(before, owner, output) || (status === 'none' && isInImage(before, output)),
          () =>
            `${deed.self} issued ${show(output)}, which the owner ${before.incarnations[owner]} does not hold`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'output.hold-until-acknowledged',
    about: 'while a backup is eligible, the owner issues only what that backup holds',
    requirements: ['output.hold-until-acknowledged', 'output.suspicion-keeps-gate'],
    check({ before, step }) {
      const all = issuedIn(step);
      if (all.length === 0) return null;
      const { record } = before.arbiter;
      if (record?.phase !== 'protected') return null;
      const backup = nodeNamed(before, record.backup);
      const issued = all.filter(({ deed }) => deed.self === record.owner);
      if (backup === null || !isReadyIn(before, backup, record.epoch)) return null;
      // What a diverged backup holds it cannot consume; the report of the divergence names that range.
      if (issued.length === 0 || guestOf(before, backup).diverged) return null;
      return issued.flatMap(({ output }) =>
        expect(
          heldBy(before, backup, output),
          () =>
            `${record.owner} issued ${show(output)}, which the eligible backup ${record.backup} does not hold`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'failover.consume-before-live',
    about: 'what was released is never contradicted by the machine that is live',
    requirements: [
      'failover.consume-before-live',
      'pairing.drain-before-protect',
      'output.reissue-identical',
    ],
    check({ after }) {
      const owner = liveOwner(after);
      if (owner === null || after.world.emitted.length === 0) return null;
      const { history } = guestOf(after, owner);
      return after.world.emitted.flatMap(({ position, data }) =>
        expect(
          history[position - 1] === data,
          () =>
            `the outside has ${data} at ${position}, the live history of ${after.incarnations[owner]} has ${history[position - 1] ?? 'nothing'} there`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'output.silent-in-replay',
    about: 'a node that replays, has halted or has no guest issues nothing, unless it has won',
    requirements: [
      'output.silent-in-replay',
      'failover.promoted-after-record',
      'device.only-owner-writes-shared',
    ],
    check({ before, step }) {
      const silent = step.deeds.filter((deed) => !isLive(nodeOf(before, deed.host)));
      if (silent.length === 0) return null;
      return silent.flatMap((deed) =>
        expect(
          before.arbiter.record?.owner === deed.self || !deed.effects.some(isIssue),
          () => `${deed.self} issued in ${before.hosts[deed.host]?.logging.state ?? 'death'}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'output.reissue-after-takeover',
    about: 'at-least-once: everything that the live history says was output has been emitted',
    requirements: [
      'output.reissue-after-takeover',
      'logging.issued-watermark',
      'logging.watermark-only-issued',
      'logging.keep-output-bytes',
    ],
    check({ after }) {
      const owner = liveOwner(after);
      if (owner === null || !isGateOpen(after, owner)) return null;
      if (hasLossyNetwork(after)) return null;
      const made = guestOf(after, owner)
        .history.map((item, index) => ({ position: index + 1, data: item }))
        .filter(({ data }) => isEmission(data));
      if (made.length === 0) return null;
      return made.flatMap((output) =>
        expect(
          after.world.emitted.some(
            (one) => one.position === output.position && one.data === output.data,
          ),
          () => `${show(output)} was made and is nowhere outside`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'output.drop-at-takeover',
    about: 'may-be-lost: a promoted backup emits nothing on the network of what it replayed',
    requirements: ['output.drop-at-takeover'],
    check({ before, after, step }) {
      if (!hasLossyNetwork(before)) return null;
      const promoted = step.deeds.filter(
        ({ host }) =>
          !isLive(nodeOf(before, host)) &&
          isLive(nodeOf(after, host)) &&
          guestOf(after, host).history.length > 0,
      );
      if (promoted.length === 0) return null;
      return promoted.flatMap((deed) =>
        expect(
          !deed.effects.some((one) => one.type === 'output.emit' && one.channel === 'network'),
          () => `${deed.self} emitted again on the network what it had replayed`,
        ),
      );
    },
  },
];

const show = ({ position, data }: OutputIssued): string => `output ${data} at ${position}`;

const isIssue = (effect: { type: string }): boolean =>
  effect.type === 'output.emit' || effect.type === 'disk.write';

const emissions = (step: Transition): { deed: Deed; output: OutputIssued }[] =>
  issuedIn(step).filter(({ output }) => isEmission(output.data));

/** An owner that resumes holds what its image does before it has loaded it. */
const isInImage = ({ world }: SystemView, { position, data }: OutputIssued): boolean =>
  world.images.some(({ history }) => history[position - 1] === data);
