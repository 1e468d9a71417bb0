// A run as a swim lane in plain text: a column for each host, one for the arbiter and one for the disk and the outside,
// what each did, and what changed. Nothing here decides anything.

import { createSlots, type HostIndex } from './environment/channel.ts';
import type { Guest } from './environment/guest.ts';
import type { Moment } from './explore.ts';
import type { HostView } from './host.ts';
import { hostIndexOf, hostNames } from './system/change.ts';
import { describeMessage, describeRecord } from './system/describe.ts';
import type { Deed, SystemView, Transition } from './system.ts';
import type { NodeEffect } from './vocabulary.ts';

export type SystemRun = readonly Moment<SystemView, Transition>[];

const columnWidth = 18;
const loopMark = '-- from here round and round --';

/** `stem`: so many steps, and those that follow are repeated for ever. */
export function renderSwimLane(
  run: SystemRun,
  complaints: readonly string[] = [],
  stem = run.length,
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
  const { ends } = createSlots(view.hosts.length);
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
    case 'guest.halt':
      return `guest halts: ${effect.reason}`;
    case 'report':
      return `reports ${effect.state}: ${effect.reason}`;
    case 'refused':
      return `refuses: ${effect.code}`;
    case 'guest.copy':
    case 'guest.restore':
    case 'guest.apply':
    case 'guest.complete':
      return null;
  }
}

/** What a step changed in the states that matter, old and new. */
export function differences(before: SystemView, after: SystemView): string[] {
  const lines: string[] = [];
  const compare = (name: string, old: string, now: string): void => {
    if (old !== now) lines.push(`${name}: ${old} -> ${now}`);
  };
  for (const host of before.hosts.keys()) {
    const name = hostNames[host] ?? '';
    const [old, now] = [before.hosts[host] ?? null, after.hosts[host] ?? null];
    compare(name, describeNode(old), describeNode(now));
    compare(`${name} gate`, describeGate(old), describeGate(now));
    compare(`${name} guest`, describeGuest(before.guests[host]), describeGuest(after.guests[host]));
  }
  compare('record', describeRecord(before.arbiter.record), describeRecord(after.arbiter.record));
  compare('fence', String(before.disk.fence), String(after.disk.fence));
  compare('block', JSON.stringify(before.disk.block), JSON.stringify(after.disk.block));
  return lines;
}

const describeGuest = (guest: Guest | undefined): string =>
  guest === undefined ? '-' : `${guest.status} [${guest.history.join(' ')}]`;

const describeNode = (node: HostView | null): string => node?.pairing.state ?? 'dead';

function describeGate(node: HostView | null): string {
  if (node === null) return '-';
  const { state, context } = node.logging;
  const { sent, acknowledged, held, waiting } = context;
  return `${state} sent ${sent} acked ${acknowledged} held ${held} waiting ${waiting.length}`;
}
