// A run as a swim lane in plain text: a column for each host, one for the arbiter and one for the disk and the outside,
// what each did, and what changed. Nothing here decides anything.

import type { Moment } from './explore.ts';
import type { HostView } from './host.ts';
import { describeMessage, describeRecord } from './system/describe.ts';
import type { Deed, SystemView, Transition } from './system.ts';
import type { NodeEffect } from './vocabulary.ts';

export type SystemRun = readonly Moment<SystemView, Transition>[];

/** Where an event stands: `*` marks the column that acted, an arrow what it sent where. */
const columns = ['p', 'b', 'arbiter', 'disk and outside'] as const;
const columnWidth = 18;

export function renderSwimLane(run: SystemRun, complaints: readonly string[] = []): string {
  const head = `${' '.repeat(4)}${columns.map((name) => name.padEnd(columnWidth)).join('')}`;
  const lines = run.flatMap((moment, index) => renderMoment(moment, index + 1));
  const verdict = complaints.map((complaint) => `    FALSE: ${complaint}`);
  return [head.trimEnd(), ...lines, ...verdict].join('\n');
}

function renderMoment(moment: Moment<SystemView, Transition>, number: number): string[] {
  const { before, step, after } = moment;
  const actors = new Set<number>(step.deeds.map(({ host }) => host));
  if (step.label.startsWith('arbiter')) actors.add(2);
  if (step.label.startsWith('disk')) actors.add(3);
  const lane = columns
    .map((_, column) => (actors.has(column) ? '*' : '|').padEnd(columnWidth))
    .join('');
  return [
    `${String(number).padStart(3)} ${lane}${step.label}`.trimEnd(),
    ...step.deeds.flatMap((deed) => deed.effects.flatMap((effect) => renderArrow(deed, effect))),
    ...differences(before, after).map((line) => `${' '.repeat(8)}${line}`),
  ];
}

function renderArrow(deed: Deed, effect: NodeEffect): string[] {
  const to = columnOf(deed, effect);
  const text = describeEffect(effect);
  if (text === null) return [];
  if (to === null) return [`    ${lane(deed.host, deed.host)}${text}`];
  return [`    ${lane(deed.host, to)}${text}`];
}

/** `|-----------------> |` from one column to another, in the width of all. */
function lane(from: number, to: number): string {
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const cells = columns.map((_, column) => {
    if (from === to) return (column === from ? '+' : '|').padEnd(columnWidth);
    const isInside = column >= left && column < right;
    if (!isInside) return (column === right && to > from ? '>' : '|').padEnd(columnWidth);
    const first = column === left && to < from ? '<' : column === left ? '+' : '-';
    return first.padEnd(columnWidth, '-');
  });
  return cells.join('');
}

function columnOf({ host }: Deed, effect: NodeEffect): number | null {
  switch (effect.type) {
    case 'channel.open':
    case 'channel.send':
    case 'datagram.send':
    case 'channel.close':
      return host === 0 ? 1 : 0;
    case 'arbiter.request':
      return 2;
    case 'disk.fence':
    case 'disk.write':
    case 'output.emit':
    case 'address.announce':
      return 3;
    default:
      return null;
  }
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

/** What a step changed in the states that matter, old and new. */
export function differences(before: SystemView, after: SystemView): string[] {
  const lines: string[] = [];
  const compare = (name: string, old: string, now: string): void => {
    if (old !== now) lines.push(`${name}: ${old} -> ${now}`);
  };
  for (const host of [0, 1] as const) {
    const name = host === 0 ? 'p' : 'b';
    const [old, now] = [before.hosts[host], after.hosts[host]];
    compare(name, describeNode(old), describeNode(now));
    compare(`${name} gate`, describeGate(old), describeGate(now));
    compare(
      `${name} guest`,
      `${before.guests[host].status} [${before.guests[host].history.join(' ')}]`,
      `${after.guests[host].status} [${after.guests[host].history.join(' ')}]`,
    );
  }
  compare('record', describeRecord(before.arbiter.record), describeRecord(after.arbiter.record));
  compare('fence', String(before.disk.fence), String(after.disk.fence));
  compare('block', JSON.stringify(before.disk.block), JSON.stringify(after.disk.block));
  return lines;
}

const describeNode = (node: HostView | null): string => node?.pairing.state ?? 'dead';

function describeGate(node: HostView | null): string {
  if (node === null) return '-';
  const { state, context } = node.logging;
  const { sent, acknowledged, held, waiting } = context;
  return `${state} sent ${sent} acked ${acknowledged} held ${held} waiting ${waiting.length}`;
}
