// A state of the model as one line of text, in the words of core.pml: what both formalisations have, so that their sets
// of states can be compared. Left out, because core.pml has none of it: senders and positions that follow from the rest,
// which beats are due, and what a chart still remembers of a request resolved or a peer left. Spec: protocol.

import type { Arbiter } from '../../../model/environment/arbiter.ts';
import { type HostIndex, hostsMax, slotsIn } from '../../../model/environment/channel.ts';
import type { Disk } from '../../../model/environment/disk.ts';
import type { Guest } from '../../../model/environment/guest.ts';
import type { World } from '../../../model/environment/world.ts';
import type { HostView } from '../../../model/host.ts';
import type { LoggedOutput } from '../../../model/logging/context.ts';
import type { SystemView } from '../../../model/system.ts';
import type { ArbiterRecord, Incarnation, Message, Reason } from '../../../model/vocabulary.ts';

/** Every joining takes a connection number of its own: core.pml has a slot for each. */
export function projectState(
  view: SystemView,
  options: { joins: number; message(id: number): Message },
): string {
  const { arbiter, disk, world } = view;
  return [
    ...both.map((host) => showHost(view, host)),
    ...Array.from({ length: options.joins }, (_, at) => showLink(view, at + 1, options.message)),
    `record ${showRecord(arbiter.record)}`,
    ...both.flatMap((host) => showArbitration(arbiter, host)),
    showFence(disk),
    ['emitted', ...world.emitted.map(({ position, data }) => `${position}:${lifeOf(data)}`)].join(
      ' ',
    ),
    `left ${showLeft(world)}`,
  ].join('; ');
}

const both: readonly HostIndex[] = [0, 1];

function showHost(view: SystemView, host: HostIndex): string {
  const [node, guest] = [view.hosts[host] ?? null, view.guests[host]];
  if (node === null || guest === undefined) return 'dead';
  const { arbiter } = view;
  const isUnresolved = [...arbiter.requests, ...arbiter.answers].some((one) => one.host === host);
  return `${showNode(node, isUnresolved)} ${showGuest(guest)}`;
}

function showNode(node: HostView, isUnresolved: boolean): string {
  const { pairing, logging, failover } = node;
  const { context: session } = pairing;
  const { context: log } = logging;
  const { context: asked } = failover;
  const first = log.waiting[0];
  const issued = first === undefined ? log.sent : first.seq - 1;
  return [
    sessions[pairing.state] ?? lastOf(pairing.state),
    session.reported,
    gates[logging.state] ?? lastOf(logging.state),
    /watching\.(\w+)/.exec(node.heartbeat.state)?.[1],
    duties[failover.state] ?? lastOf(failover.state),
    isUnresolved ? asked.intent : '-',
    asked.wanted ?? '-',
    `s${Number(asked.suspected)} l${Number(asked.lost)}`,
    `e${session.epoch}<${session.epochMax} c${session.connection}<${session.connectionMax}`,
    `log e${log.epoch} t${log.token}`,
    `${log.sent}/${log.acknowledged}/${log.closedAt}/${issued}`,
    `${log.held}/${log.watermark}`,
    ['waiting', ...log.waiting.map(showOutput)].join(' '),
    ['kept', ...log.kept.map(showOutput)].join(' '),
    `knows ${showRecord(asked.record)}`,
  ].join(' ');
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** Where a chart's state has another word in core.pml. What a guest consumes at once is consumed when it is sealed. */
const sessions: Readonly<Record<string, string>> = { 'owner.guarded.steady': 'guarded' };
const gates: Readonly<Record<string, string>> = { 'replaying.consumed': 'sealed' };
const duties: Readonly<Record<string, string>> = { 'backing.asking': 'inquiring' };
const reasons: Readonly<Partial<Record<Reason, string>>> = {
  'give-up': 'give_up',
  'lost-backup': 'lost_backup',
};

const showOutput = ({ seq, position, data }: LoggedOutput): string =>
  `${seq}@${position}:${lifeOf(data)}`;

function showRecord(record: ArbiterRecord | null): string {
  if (record === null) return 'none';
  const { version, epoch, phase, owner, backup, token, reason } = record;
  return `v${version}.e${epoch}.${phase}.${nameOf(owner)}.${nameOf(backup)}.t${token}.${reasons[reason] ?? reason}`;
}

/** As core.pml names hosts: 1 and 2, and 0 for nobody; each has one life there. */
const nameOf = (incarnation: Incarnation | null): number =>
  ['p#1', 'b#1'].indexOf(incarnation ?? '') + 1;

const showGuest = ({ status, history }: Guest): string =>
  `${status}[${history.map(lifeOf).join(',')}]`;

/** An item is the life that made it and the code of the console; core.pml counts lives for two hosts. */
function lifeOf(item: number): number {
  const life = Math.trunc(item / 10);
  return Math.trunc(life / hostsMax) * 2 + (life % hostsMax);
}

/** The model names the ends by who opened, core.pml by host. */
function showLink(view: SystemView, number: number, message: (id: number) => Message): string {
  const slot = view.channels.findIndex((one) => one?.number === number);
  const one = view.channels[slot];
  if (one == null) return 'link none';
  const [opener] = slotsIn(view.hosts.length, view.channels).ends[slot] ?? [0];
  const byHost = <T>(ends: readonly T[]): readonly T[] => (opener === 0 ? ends : ends.toReversed());
  const open = byHost(one.open).map(Number).join('');
  const ways = byHost(one.toward).map(
    (way) => `[${way.map((id) => showMessage(message(id))).join(', ')}]`,
  );
  return `link ${number} stands${Number(one.standing)} open${open} ${ways.join('')}`;
}

/** Kind, epoch, number, watermark, content in hexadecimal: a life is four bits wide. */
function showMessage(message: Message): string {
  const show = (number: number, watermark = 0, lives: readonly number[] = []): string => {
    const content = lives.reduceRight((all, life) => all * 16 + life, 0);
    return `${message.kind} e${message.epoch} ${number} w${watermark} ${content.toString(16)}`;
  };
  switch (message.kind) {
    case 'hello':
    case 'welcome':
      return show(message.next);
    case 'copy':
      return show(message.position, 0, message.state.map(lifeOf));
    case 'entry':
      return show(message.seq, message.watermark, [lifeOf(message.data)]);
    case 'acknowledge':
      return show(message.upto);
    case 'refuse':
    case 'ready':
    case 'alive':
    case 'diverged':
    case 'beat':
      return show(0);
  }
}

function showArbitration({ requests, answers }: Arbiter, host: HostIndex): string[] {
  return [
    ...requests
      .filter((one) => one.host === host)
      .map(
        ({ intent, version, record }) =>
          `${host} asked ${intent} v${version} ${showRecord(record)}`,
      ),
    ...answers
      .filter((one) => one.host === host)
      .map(({ record }) => `${host} answered ${showRecord(record)}`),
  ];
}

function showFence({ fence, fences, answers }: Disk): string {
  const hosts = both.map((host) => {
    const token = fences.find((one) => one.host === host)?.token ?? 0;
    return `${token}${Number(answers.some((one) => one.host === host))}`;
  });
  return `fence ${fence} ${hosts.join(' ')}`;
}

const showLeft = ({ left }: World): string =>
  [left.starts, left.joins, left.crashes, left.breaks].join('');
