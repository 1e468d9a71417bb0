// A state of the product as named facets of text, complete: who compares two states field by field misses nothing that
// a reader could care about. Not the facts of a node that anyone may observe (facts.ts). Spec: protocol.

import type { Recording } from './environment/adversary.ts';
import { type Channels, type HostIndex, slotsIn } from './environment/channel.ts';
import type { Guest } from './environment/guest.ts';
import type { HostView } from './host.ts';
import { hostNames } from './system/change.ts';
import { describeMessage, describeRecord } from './system/describe.ts';
import type { SystemView, Word } from './system/view.ts';
import type { ArbiterRecord } from './vocabulary.ts';

/** A thing of the state: a chart of a host, its guest, a channel, the arbiter, the disk. */
export interface Facet {
  part: Word['part'];
  name: string;
  fields: readonly Field[];
}
/** A list where things come and go one by one. */
export interface Field {
  name: string;
  value: string | readonly string[];
}

export function facetsOf(view: SystemView): Facet[] {
  return [
    ...view.hosts.flatMap((node, host) => hostFacets(view, node, host)),
    ...channelFacets(view),
    {
      part: 'datagrams',
      name: 'datagrams',
      fields: [
        {
          name: '',
          value: view.datagrams.map(
            ({ to, message }) => `${describeMessage(view.message(message))} to ${nameOf(to)}`,
          ),
        },
      ],
    },
    recordFacet(view),
    arbiterFacet(view),
    { part: 'disk', name: 'disk', fields: fieldsOf(view.disk) },
    {
      part: 'outside',
      name: 'outside',
      fields: [
        { name: 'emitted', value: view.world.emitted.map(textOf) },
        { name: 'since', value: textOf(view.world.since) },
      ],
    },
    {
      part: 'images',
      name: 'images',
      fields: [{ name: '', value: view.world.images.map(textOf) }],
    },
    {
      part: 'tape',
      name: 'tape',
      fields: [{ name: '', value: view.tape.map(recordingText(view)) }],
    },
    { part: 'left', name: 'left', fields: fieldsOf(view.world.left) },
  ];
}

/** What changed, a line for each facet: `p logging: live.open -> live.acked, sent 0 -> 1, waiting +...`. */
export function compareFacets(before: readonly Facet[], after: readonly Facet[]): string[] {
  return before.flatMap((old, at) => {
    const now = after[at];
    if (now === undefined) return [];
    const changes = old.fields.flatMap((field, index) => compareFields(field, now.fields[index]));
    return changes.length === 0 ? [] : fold(`${old.name}: `, changes);
  });
}

const nameOf = (host: HostIndex): string => hostNames[host] ?? '';

function hostFacets(view: SystemView, node: HostView | null, host: HostIndex): Facet[] {
  const name = nameOf(host);
  const incarnation = view.incarnations[host] ?? '';
  return [
    { part: 'lives', name, fields: [{ name: 'incarnation', value: incarnation }] },
    ...chartNames.map((chart) => chartFacet(name, chart, node)),
    { part: 'guest', name: `${name} guest`, fields: guestFields(view.guests[host]) },
  ];
}

const chartNames = ['pairing', 'logging', 'heartbeat', 'failover'] as const;

/** Of a dead host the first chart says so, and the others are gone with it. */
function chartFacet(
  host: string,
  chart: (typeof chartNames)[number],
  node: HostView | null,
): Facet {
  const facet = { part: 'host' as const, name: `${host} ${chart}` };
  if (node === null) {
    return { ...facet, fields: chart === 'pairing' ? [{ name: '', value: 'dead' }] : [] };
  }
  const { state, context } = node[chart];
  const regions = state.split(',').map((value) => ({ name: '', value }));
  const kept = fieldsOf(context).filter(({ name }) => !constants.has(name));
  return { ...facet, fields: [...regions, ...kept] };
}

/** What a chart is made with, and keeps. */
const constants: ReadonlySet<string> = new Set(['self', 'entriesMax', 'network', 'reconnect']);

function guestFields(guest: Guest | undefined): Field[] {
  if (guest === undefined) return [];
  const { status, ...rest } = guest;
  return [{ name: '', value: status }, ...fieldsOf(rest)];
}

function channelFacets(view: SystemView): Facet[] {
  const { ends } = slotsIn(view.hosts.length, view.channels);
  return ends.map(([opener, other], slot) => {
    const [from, to] = [nameOf(opener), nameOf(other)];
    return {
      part: 'channels',
      name: `channel ${from}-${to}`,
      fields: connectionFields(view, view.channels[slot] ?? null, [from, to]),
    };
  });
}

function connectionFields(
  view: SystemView,
  connection: Channels[number],
  [from, to]: readonly [string, string],
): Field[] {
  const toward = (side: 0 | 1): string[] =>
    (connection?.toward[side] ?? []).map((id) => describeMessage(view.message(id)));
  const open = [from, to].filter((_, side) => connection?.open[side === 0 ? 0 : 1] === true);
  return [
    { name: '', value: standingOf(connection) },
    { name: 'open at', value: open.join(' and ') || 'none' },
    { name: `to ${from}`, value: toward(0) },
    { name: `to ${to}`, value: toward(1) },
  ];
}

function standingOf(connection: Channels[number]): string {
  if (connection === null) return 'none';
  return `${connection.number} ${connection.standing ? 'stands' : 'is being opened'}`;
}

const recordFacet = ({ arbiter }: SystemView): Facet => ({
  part: 'record',
  name: 'record',
  fields: [{ name: '', value: recordText(arbiter.record) }],
});

function arbiterFacet({ arbiter }: SystemView): Facet {
  const { requests, answers } = arbiter;
  const asked = requests.map(
    ({ sender, intent, version, record: put, current }) =>
      `${intent} of ${sender}${put === null ? '' : ` if v${version}`}${current ? '' : ' (late)'}`,
  );
  return {
    part: 'arbiter',
    name: 'arbiter',
    fields: [
      { name: 'requests', value: asked },
      {
        name: 'answers',
        value: answers.map((one) => `${recordText(one.record)} to ${nameOf(one.host)}`),
      },
    ],
  };
}

const recordingText =
  (view: SystemView) =>
  (one: Recording): string => {
    if (one.kind === 'answer') return `${recordText(one.record)} to ${nameOf(one.to)}`;
    return `${describeMessage(view.message(one.message))} to ${nameOf(one.to)} on ${one.connection}`;
  };

const recordText = (record: ArbiterRecord | null): string =>
  record === null ? describeRecord(null) : `${describeRecord(record)} ${record.reason}`;

/** The keys of an object as they stand in the model: what a reader finds there again. */
const fieldsOf = (object: object): Field[] =>
  Object.entries(object).map(([name, value]: [string, unknown]) => ({
    name,
    value: Array.isArray(value) ? value.map(textOf) : textOf(value),
  }));

function textOf(value: unknown): string {
  if (value === null || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  if ('phase' in value) return recordText(value as ArbiterRecord);
  return Object.entries(value)
    .map(
      ([name, inner]: [string, unknown]) =>
        `${name} ${isHost(name, inner) ? nameOf(inner) : textOf(inner)}`,
    )
    .join(' ');
}

/** What one of the two has no field for is gone as a whole, or has come as a whole. */
function compareFields(old: Field, now: Field | undefined): string[] {
  const name = old.name === '' ? '' : `${old.name} `;
  if (now === undefined) return [];
  if (typeof old.value === 'string' || typeof now.value === 'string') {
    return old.value === now.value ? [] : [`${name}${old.value} -> ${now.value}`];
  }
  const [gone, come] = [without(old.value, now.value), without(now.value, old.value)];
  const changes = [...gone.map((one) => `-[${one}]`), ...come.map((one) => `+[${one}]`)];
  return changes.length === 0 ? [] : [`${name}${changes.join(' ')}`];
}

/** What stands in the first list more often than in the second. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Lines of at most so many columns, the later ones set in. */
function fold(head: string, pieces: readonly string[]): string[] {
  const lines: string[] = [];
  let line = head;
  pieces.forEach((piece, index) => {
    const text = index < pieces.length - 1 ? `${piece}, ` : piece;
    if (line.length + text.length > columnsMax && line.trim() !== '' && line !== head) {
      lines.push(line.trimEnd());
      line = ' '.repeat(4);
    }
    line += text;
  });
  return [...lines, line.trimEnd()];
}

const isHost = (name: string, value: unknown): value is HostIndex =>
  name === 'host' && typeof value === 'number';

const columnsMax = 100;
