// What must happen in the end, in every run in which no more host is lost and every message, request, answer and
// deadline has its due; and what must stay possible. Each says from where on, and what. Spec: protocol.

import type { HostIndex } from '../environment/channel.ts';
import type { Moment, Prospect, Prospective } from '../explore.ts';
import { hostNames } from '../system/change.ts';
import type { SystemView, Transition } from '../system.ts';
import { guestOf, isReadyIn, liveOwner, nodeNamed, nodeOf } from './look.ts';

type SystemProspect = Prospect<SystemView, Transition>;
type SystemMoment = Moment<SystemView, Transition>;
export type SystemProspective = Prospective<SystemView, Transition>;

export const eventually: readonly SystemProspective[] = [
  {
    kind: 'eventually',
    name: 'failover.named-is-candidate',
    about:
      'I9: the ready backup of a protected pair whose owner dies goes live, unless a request of the dead may still take effect',
    requirements: ['failover.named-is-candidate', 'arbitration.own-win-recognised'],
    cases: atEachHost('goes live', (host) => ({
      from: (view) => isLastFailureOver(view) && isOwnerToBe(view, host),
      begins: (moment) => isLastFailureOver(moment.after) && inherits(moment, host),
      goal: (view) => liveOwner(view) !== null,
    })),
  },
  {
    kind: 'eventually',
    name: 'failover.discard-when-not-named',
    about:
      'I9: a backup whose owner is dead goes live or discards itself, unless a replacement waits and nobody is left who could change the record',
    requirements: ['failover.discard-when-not-named', 'pairing.discard-when-not-ready'],
    cases: atEachHost('is backup no more', (host) => ({
      from: (view) => isBackup(view, host) && !isPeerAlive(view, host),
      goal: (view) => !isBackup(view, host) || (isWaiting(view, host) && isForsaken(view)),
    })),
  },
  {
    kind: 'eventually',
    name: 'flow.resume-when-room',
    about: 'I10: a guest that a full log holds runs again, or its owner halts or dies',
    requirements: ['flow.resume-when-room', 'flow.control-not-blocked'],
    cases: atEachHost('has a guest that is not held', (host) => ({
      from: (view) => guestOf(view, host).status === 'held',
      goal: (view) => guestOf(view, host).status !== 'held',
    })),
  },
  {
    kind: 'eventually',
    name: 'output.late-acknowledgement-releases',
    about: 'I10: an output at the gate leaves, or its owner halts or dies',
    requirements: ['output.late-acknowledgement-releases', 'output.held-before-new'],
    cases: atEachHost('has no output at the gate', (host) => ({
      from: (view) => waitingAt(view, host) > 0,
      goal: (view) => waitingAt(view, host) === 0,
    })),
  },
  {
    kind: 'eventually',
    name: 'heartbeat.suspect-on-silence',
    about: 'an owner that opens the channel of its pair again is welcomed, or suspects its backup',
    requirements: ['heartbeat.suspect-on-silence', 'pairing.closed-channel-is-silence'],
    cases: atEachHost('opens no channel again', (host) => ({
      from: (view) => isReopening(view, host),
      goal: (view) => !isReopening(view, host),
    })),
  },
  {
    kind: 'eventually',
    name: 'pairing.eligible-when-recorded',
    about:
      'a replacement that is ready becomes the backup, goes live or discards itself, unless nobody is left who could change the record',
    requirements: [
      'pairing.eligible-when-recorded',
      'pairing.replacement-waits-for-record',
      'pairing.replacement-given-up',
    ],
    cases: atEachHost('waits no more to be the backup', (host) => ({
      from: (view) => isWaiting(view, host),
      goal: (view) => !isWaiting(view, host) || isForsaken(view),
    })),
  },
  {
    kind: 'eventually',
    name: 'protection.no-host-keeps-running',
    about: 'the guest of an owner that replaces its backup runs again, or its owner halts or dies',
    requirements: [
      'protection.no-host-keeps-running',
      'pairing.replacement-at-rest',
      'lifecycle.backup-migration-quiesces',
    ],
    cases: atEachHost('replaces no backup and holds no guest', (host) => ({
      from: (view) => isReplacing(view, host),
      goal: (view) => !isReplacing(view, host) && guestOf(view, host).status !== 'held',
    })),
  },
  {
    kind: 'eventually',
    name: 'arbitration.retry-while-unreachable',
    about: 'I9: a request is resolved: its sender acts on the record, or is dead',
    requirements: ['arbitration.retry-while-unreachable'],
    cases: atEachHost('has no request unresolved', (host) => ({
      from: (view) => isAsking(view, host),
      goal: (view) => !isAsking(view, host),
    })),
  },
  {
    kind: 'eventually',
    name: 'protection.new-backup-after-go-live',
    about:
      'an owner alone whom the manager may still ask is protected again while another host is free and nothing fails',
    requirements: ['protection.new-backup-after-go-live'],
    cases: atEachHost('is owner of a protected pair', (host) => ({
      from: (view) => isFaultless(view) && isProtectable(view, host),
      goal: ({ arbiter: { record }, incarnations }) =>
        record?.phase === 'protected' && record.owner === incarnations[host],
    })),
  },
  {
    kind: 'possibly',
    name: 'arbitration.refusal-is-not-loss',
    about:
      'while a recorded incarnation that may run is alive, some run makes it live with nothing held',
    requirements: ['arbitration.refusal-is-not-loss'],
    cases: [
      {
        about: 'the owner recorded is live and holds nothing',
        from: (view) =>
          isLastFailureOver(view) && view.hosts.some((_, host) => isOwnerToBe(view, host)),
        begins: (moment) =>
          isLastFailureOver(moment.after) &&
          moment.after.hosts.some((_, host) => inherits(moment, host)),
        goal: (view) => {
          const owner = liveOwner(view);
          return owner !== null && waitingAt(view, owner) === 0;
        },
      },
    ],
  },
];

function atEachHost(
  what: string,
  of: (host: HostIndex) => Omit<SystemProspect, 'about'>,
): SystemProspect[] {
  return hostNames.map((name, host) => {
    const { from, begins, goal } = of(host);
    const isThere = (view: SystemView): boolean => host < view.hosts.length;
    return {
      about: `${name} ${what}`,
      ...(from && { from: (view) => isThere(view) && from(view) }),
      ...(begins && { begins: (moment) => isThere(moment.after) && begins(moment) }),
      goal: (view) => isThere(view) && goal(view),
    };
  });
}

/** No host dies or diverges any more. */
const isLastFailureOver = ({ world: { left } }: SystemView): boolean =>
  left.crashes === 0 && left.divergences === 0;

const isFaultless = (view: SystemView): boolean =>
  isLastFailureOver(view) && view.world.left.breaks === 0 && view.world.left.restarts === 0;

/**
 * The owner of a protected pair dies and leaves its backup whole. Where T4 takes effect only after that death nothing
 * begins here: the backup may have read `joining` and be gone.
 */
function inherits({ before, step, after }: SystemMoment, host: HostIndex): boolean {
  if (step.deeds.length > 0) return false;
  const { record } = after.arbiter;
  if (record?.phase !== 'protected' || record.backup !== after.incarnations[host]) return false;
  const owner = nodeNamed(before, record.owner);
  if (owner === null || nodeNamed(after, record.owner) !== null) return false;
  const isWhole = isReadyIn(after, host, record.epoch) && !guestOf(after, host).diverged;
  return isWhole && !isOutlived(after) && !isInDoubt(after, host);
}

/** A request on the version of the record would, if it took effect now, name as owner one that cannot run any more. */
const isOutlived = (view: SystemView): boolean =>
  view.arbiter.requests.some(({ version, record }) => {
    if (record === null || version !== (view.arbiter.record?.version ?? 0)) return false;
    const owner = nodeNamed(view, record.owner);
    return owner === null || guestOf(view, owner).diverged;
  });

/** The backup lost its channel, a failure more, before it knew that it is eligible. */
function isInDoubt(view: SystemView, host: HostIndex): boolean {
  const node = nodeOf(view, host);
  if (node === null || node.failover.context.record?.phase === 'protected') return false;
  return node.pairing.context.connection === 0;
}

/** Recorded as owner, and its guest is to run: it powers on or takes over. */
function isOwnerToBe(view: SystemView, host: HostIndex): boolean {
  const node = nodeOf(view, host);
  if (node === null || view.arbiter.record?.owner !== view.incarnations[host]) return false;
  if (isOutlived(view)) return false;
  return !guestOf(view, host).diverged && node.pairing.state !== 'halted';
}

const isBackup = (view: SystemView, host: HostIndex): boolean =>
  nodeOf(view, host)?.pairing.state.startsWith('backup') === true;

const isPeerAlive = (view: SystemView, host: HostIndex): boolean =>
  nodeNamed(view, nodeOf(view, host)?.pairing.context.peer ?? null) !== null;

const waitingAt = (view: SystemView, host: HostIndex): number =>
  nodeOf(view, host)?.logging.context.waiting.length ?? 0;

const isReopening = (view: SystemView, host: HostIndex): boolean =>
  /reopening/.test(nodeOf(view, host)?.pairing.state ?? '');

/** It has the copy, and waits for the record to name it or for the hello that follows. */
const isWaiting = (view: SystemView, host: HostIndex): boolean =>
  /^backup\.(waiting|chosen)$/.test(nodeOf(view, host)?.pairing.state ?? '');

/**
 * The owner is dead, and its backup lost its channel, a failure more, and read a record older than the one that names it:
 * the machine is lost until the manager says so (T16), which ends the wait of a replacement too.
 */
function isForsaken(view: SystemView): boolean {
  const { record } = view.arbiter;
  if (record?.phase !== 'protected' || nodeNamed(view, record.owner) !== null) return false;
  const named = nodeNamed(view, record.backup);
  return named === null || !isBackup(view, named);
}

const isReplacing = (view: SystemView, host: HostIndex): boolean =>
  /replacing/.test(nodeOf(view, host)?.pairing.state ?? '');

const isAsking = (view: SystemView, host: HostIndex): boolean =>
  /asking|starting|ending/.test(nodeOf(view, host)?.failover.state ?? '');

/** Alone, or told to protect with a life that is there; every other host is free, and stays so. */
function isProtectable(view: SystemView, host: HostIndex): boolean {
  const node = nodeOf(view, host);
  if (node === null || view.arbiter.record?.owner !== view.incarnations[host]) return false;
  const others = view.hosts.filter((other, at) => other !== null && at !== host);
  if (others.length === 0) return false;
  if (!others.every((other) => isFree(other?.pairing.state ?? ''))) return false;
  if (node.pairing.state === 'owner.alone') return view.world.left.joins > 0;
  const { peer } = node.failover.context;
  return node.pairing.state === 'owner.recording' && nodeNamed(view, peer) !== null;
}

const isFree = (state: string): boolean => state === 'idle' || state === 'halted';
