// What always holds of the lag and of the share of an owner's guest, and what really happens to them.
// How long an entry waits is measured time, which is not here: a deadline says whether the lag is above what is allowed.
// Spec: protocol, "Flow".

import type { HostIndex } from '../environment/channel.ts';
import type { Deed, SystemView } from '../system.ts';
import type { NodeEffect } from '../vocabulary.ts';
import { expect, guestOf, isReadyIn, nodeNamed, type SystemAlways } from './look.ts';
import { type SystemSometimes, witness } from './witness.ts';

export const flowProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'state',
    name: 'flow.lag-in-acknowledgements',
    about: 'an owner never believes consumed what the guest of its backup has not consumed',
    requirements: ['flow.lag-in-acknowledgements'],
    check({ after }) {
      const believing = [...after.hosts.keys()].flatMap((host) => {
        const backup = backupOf(after, host);
        return backup === null || consumedAt(after, host) === 0 ? [] : [{ host, backup }];
      });
      if (believing.length === 0) return null;
      return believing.flatMap(({ host, backup }) => {
        const [next] = guestOf(after, backup).applying;
        return expect(
          next === undefined || next.seq > consumedAt(after, host),
          () =>
            `${after.incarnations[host]} believes ${consumedAt(after, host)} consumed, entry ${next?.seq} is not`,
        );
      });
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'flow.throttle-when-lagging',
    about: 'a share falls when the lag is measured above, by one step, in a pair read as protected',
    requirements: ['flow.throttle-when-lagging'],
    check({ before, step }) {
      const due = step.deeds.filter(
        (deed) => isTaking(before, deed) || (isAbove(deed) && maySlow(before, deed.host)),
      );
      if (due.length === 0) return null;
      return due.flatMap((deed) =>
        expect(
          isAbove(deed) && maySlow(before, deed.host) && isBy(before, deed, -stepPercent),
          () => `${deed.self} goes from ${shareAt(before, deed.host)} to ${saidIn(deed)}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'flow.throttle-given-back',
    about: 'a share that was taken is given back by a step when the lag is measured and not above',
    requirements: ['flow.throttle-given-back'],
    check({ before, step }) {
      const due = step.deeds.filter(
        (deed) => isWithin(deed) && isPaired(before, deed.host) && shareAt(before, deed.host) < 100,
      );
      if (due.length === 0) return null;
      return due.flatMap((deed) =>
        expect(
          isBy(before, deed, stepPercent),
          () => `${deed.self} goes from ${shareAt(before, deed.host)} to ${saidIn(deed)}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'flow.full-share-when-over',
    about:
      'once the pairing is over, or its backup replaced, the share is full before anything is issued',
    requirements: ['flow.throttle-given-back'],
    check({ before, step, after }) {
      const over = step.deeds.filter(
        ({ host, effects }) =>
          shareAt(before, host) < 100 &&
          (!isPaired(after, host) || isReplaced(before, after, host)) &&
          !effects.some(isHalt),
      );
      if (over.length === 0) return null;
      return over.flatMap(({ self, effects }) => {
        const given = effects.findIndex(isFull);
        const issued = effects.findIndex(isIssue);
        return expect(
          given >= 0 && (issued < 0 || given < issued),
          () => `${self}: ${effects.map(({ type }) => type).join(', ')}`,
        );
      });
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'flow.throttle-only-processor-share',
    about: 'with a share that lag changes comes a keep-alive, and the guest is as it was',
    requirements: ['flow.throttle-only-processor-share', 'flow.control-not-blocked'],
    check({ before, step, after }) {
      const slowed = step.deeds.filter(
        (deed) => deed.input.type === 'deadline.passed' && saidIn(deed) !== null,
      );
      if (slowed.length === 0) return null;
      return slowed.flatMap(({ host, self, effects }) =>
        expect(
          effects.every((effect) => effect.type === 'guest.throttle' || isAlive(effect)) &&
            effects.some(isAlive) &&
            JSON.stringify(guestOf(before, host)) === JSON.stringify(guestOf(after, host)),
          () => `${self}: ${effects.map(({ type }) => type).join(', ')}`,
        ),
      );
    },
  },
];

export const flowWitnesses: readonly SystemSometimes[] = [
  witness('slows-a-guest', 'a share is taken down to the least', ['flow.throttle-when-lagging'], {
    effect: ({ type }) => type === 'guest.throttle',
    when: ({ after }, { host }) => {
      const log = after.hosts[host]?.logging.context;
      return log !== undefined && log.throttle > 1 && log.throttle === log.throttleMax;
    },
  }),
  witness(
    'gives-a-share-back',
    'a share is full again because the backup has caught up',
    ['flow.throttle-given-back'],
    { effect: isFull, deed: ({ input }) => input.type === 'deadline.passed' },
  ),
  witness(
    'runs-fully-alone',
    'a slowed guest has its share again, and its outputs leave after that',
    ['flow.throttle-given-back', 'failover.alone-after-record'],
    { effect: isFull, deed: ({ effects }) => effects.some(isIssue) },
  ),
];

/** A step of the spec. */
const stepPercent = 5;

const logOf = (view: SystemView, host: HostIndex) => view.hosts[host]?.logging.context;
const consumedAt = (view: SystemView, host: HostIndex): number => logOf(view, host)?.consumed ?? 0;
const shareAt = (view: SystemView, host: HostIndex): number =>
  100 - stepPercent * (logOf(view, host)?.throttle ?? 0);

/** The ready backup of the pairing that this host owns. */
function backupOf(view: SystemView, host: HostIndex): HostIndex | null {
  const pairing = view.hosts[host]?.pairing;
  if (pairing?.state.startsWith('owner') !== true) return null;
  const backup = nodeNamed(view, pairing.context.peer);
  return backup !== null && isReadyIn(view, backup, pairing.context.epoch) ? backup : null;
}

/** By the record that the node has read. */
const isPaired = (view: SystemView, host: HostIndex): boolean =>
  view.hosts[host]?.failover.context.record?.phase === 'protected';

/** The owner has read the record that names its replacement. */
const isReplaced = (before: SystemView, after: SystemView, host: HostIndex): boolean =>
  before.hosts[host]?.pairing.state === 'owner.replacing.asking' &&
  after.hosts[host]?.pairing.state === 'owner.replacing.welcoming';

/** A step can be taken: something that was sent is not known to be consumed, and the least is not reached. */
function maySlow(view: SystemView, host: HostIndex): boolean {
  const log = logOf(view, host);
  if (log === undefined || !isPaired(view, host) || log.connection === 0) return false;
  return log.sent > log.consumed && log.throttle < log.throttleMax;
}

/** The share that was said last; null: none was. */
function saidIn({ effects }: Deed): number | null {
  const said = effects.flatMap((effect) =>
    effect.type === 'guest.throttle' ? [effect.share] : [],
  );
  return said.at(-1) ?? null;
}

const isBy = (before: SystemView, deed: Deed, percent: number): boolean =>
  saidIn(deed) === shareAt(before, deed.host) + percent;
const isTaking = (before: SystemView, deed: Deed): boolean => {
  const said = saidIn(deed);
  return said !== null && said < shareAt(before, deed.host);
};

const isMeasured =
  (name: 'lag' | 'alive') =>
  ({ input }: Deed): boolean =>
    input.type === 'deadline.passed' && input.name === name;
const isAbove = isMeasured('lag');
/** An owner without a channel sends no `alive`, and measures nothing. */
const isWithin = (deed: Deed): boolean => isMeasured('alive')(deed) && deed.effects.some(isAlive);

function isFull(effect: NodeEffect): boolean {
  return effect.type === 'guest.throttle' && effect.share === 100;
}
function isIssue({ type }: NodeEffect): boolean {
  return type === 'output.emit' || type === 'disk.write';
}
const isHalt = ({ type }: NodeEffect): boolean => type === 'guest.halt';
const isAlive = (effect: NodeEffect): boolean =>
  effect.type === 'channel.send' && effect.message.kind === 'alive';
