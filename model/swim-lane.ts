// A run as a swim lane in plain text: a column for each host, one for the arbiter and one for the disk and the outside,
// what each did, and what changed. Nothing here decides anything.

import { type HostIndex, slotsIn } from './environment/channel.ts';
import type { Moment } from './explore.ts';
import { compareFacets, facetsOf } from './facets.ts';
import { hostIndexOf, hostNames } from './system/change.ts';
import { describeMessage, describeRecord } from './system/describe.ts';
import type { Deed, SystemView, Transition } from './system.ts';
import type { NodeEffect } from './vocabulary.ts';

export type SystemRun = readonly Moment<SystemView, Transition>[];

const columnWidth = 18;
const loopMark = '-- from here round and round --';

interface Annotations {
  complaints?: readonly string[];
  /** So many steps, and those that follow are repeated for ever. */
  stem?: number;
  /** What is said below each step, such as what a property says of it. */
  notesOf?: (moment: SystemRun[number]) => readonly string[];
}

export function renderSwimLane(
  run: SystemRun,
  { complaints = [], stem = run.length, notesOf = () => [] }: Annotations = {},
): string {
  const columns = [
    ...hostNames.slice(0, run[0]?.before.hosts.length),
    'arbiter',
    'disk and outside',
  ];
  const head = `${' '.repeat(4)}${columns.map((name) => name.padEnd(columnWidth)).join('')}`;
  const lines = run.flatMap((moment, index) => [
    ...(index === stem ? [`    ${loopMark}`] : []),
    ...renderMoment(moment, index + 1),
    ...notesOf(moment).map((note) => `${' '.repeat(8)}${note}`),
  ]);
  const verdict = complaints.map((complaint) => `    FALSE: ${complaint}`);
  return [head.trimEnd(), ...lines, ...verdict].join('\n');
}

/** Where an event stands: `*` marks the column that acted, an arrow what it sent where. */
function renderMoment(moment: Moment<SystemView, Transition>, number: number): string[] {
  const { before, step, after } = moment;
  const hosts = before.hosts.length;
  const actors = new Set<number>(step.deeds.map(({ host }) => host));
  if (step.label.startsWith('arbiter')) actors.add(hosts);
  if (step.label.startsWith('disk')) actors.add(hosts + 1);
  const marks = Array.from({ length: hosts + 2 }, (_, column) =>
    (actors.has(column) ? '*' : '|').padEnd(columnWidth),
  );
  return [
    `${String(number).padStart(3)} ${marks.join('')}${step.label}`.trimEnd(),
    ...step.deeds.flatMap((deed) =>
      deed.effects.flatMap((effect) => renderArrow(moment, deed, effect)),
    ),
    ...differences(before, after).map((line) => `${' '.repeat(8)}${line}`),
  ];
}

function renderArrow(
  { before }: Moment<SystemView, Transition>,
  deed: Deed,
  effect: NodeEffect,
): string[] {
  const text = describeEffect(effect);
  if (text === null) return [];
  const to = columnOf(before, deed, effect) ?? deed.host;
  return [`    ${lane(before.hosts.length + 2, deed.host, to)}${text}`];
}

/** `|-----------------> |` from one column to another, in the width of all. */
function lane(columns: number, from: number, to: number): string {
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const cells = Array.from({ length: columns }, (_, column) => {
    if (from === to) return (column === from ? '+' : '|').padEnd(columnWidth);
    const isInside = column >= left && column < right;
    if (!isInside) return (column === right && to > from ? '>' : '|').padEnd(columnWidth);
    const first = column === left && to < from ? '<' : column === left ? '+' : '-';
    return first.padEnd(columnWidth, '-');
  });
  return cells.join('');
}

/** Null: it stays with the node. */
function columnOf(view: SystemView, { host }: Deed, effect: NodeEffect): number | null {
  switch (effect.type) {
    case 'channel.open':
      return hostIndexOf(effect.peer);
    case 'datagram.send':
      return hostIndexOf(effect.to);
    case 'channel.send':
    case 'channel.close':
      return peerOf(view, host, effect.connection);
    case 'arbiter.request':
      return view.hosts.length;
    case 'disk.fence':
    case 'disk.write':
    case 'output.emit':
    case 'address.announce':
      return view.hosts.length + 1;
    default:
      return null;
  }
}

/** The other end of the connection, as it stood before the step. */
function peerOf(view: SystemView, host: HostIndex, connection: number): HostIndex | null {
  const { ends } = slotsIn(view.hosts.length, view.channels);
  const slot = ends.findIndex(
    (pair, at) => pair.includes(host) && view.channels[at]?.number === connection,
  );
  return ends[slot]?.find((end) => end !== host) ?? null;
}

function describeEffect(effect: NodeEffect): string | null {
  switch (effect.type) {
    case 'channel.open':
      return `opens channel ${effect.connection}`;
    case 'channel.close':
      return `closes channel ${effect.connection}`;
    case 'channel.send':
    case 'datagram.send':
      return describeMessage(effect.message);
    case 'arbiter.request':
      return effect.record === null
        ? 'read'
        : `${effect.intent} if v${effect.version}: ${describeRecord(effect.record)}`;
    case 'disk.fence':
      return `fence ${effect.token}`;
    case 'disk.write':
      return `write ${effect.operation} token ${effect.token}`;
    case 'output.emit':
      return `emits ${effect.channel} output of position ${effect.position}`;
    case 'address.announce':
      return 'announces the address';
    case 'guest.run':
      return 'guest runs';
    case 'guest.hold':
      return 'guest is held';
    case 'guest.throttle':
      return `guest has ${effect.share} %`;
    case 'guest.halt':
      return `guest halts: ${effect.reason}`;
    case 'report':
      return `reports ${effect.state}: ${effect.reason}`;
    case 'refused':
      return `refuses: ${effect.code}`;
    case 'guest.save':
      return 'guest is saved';
    case 'guest.load':
      return 'guest is loaded';
    case 'guest.copy':
    case 'guest.restore':
    case 'guest.apply':
    case 'guest.complete':
      return null;
  }
}

/** What a step changed, but for the bounds that it spent: its label names them. */
export function differences(before: SystemView, after: SystemView): string[] {
  const [old, now] = [before, after].map((view) =>
    facetsOf(view).filter(({ part }) => part !== 'left'),
  );
  return compareFacets(old ?? [], now ?? []);
}
