// What charts are given on walks: their own events, with small values that often, and not always, fit the state. A guard
// then goes both ways. What a chart could never be given is here too: an export must agree there as well.

import type { AnyMachineSnapshot } from 'xstate';
import type { FailoverEvent } from '../../../model/failover/context.ts';
import type { HeartbeatEvent } from '../../../model/heartbeat.ts';
import type { LoggingEvent } from '../../../model/logging/context.ts';
import type { PairingEvent } from '../../../model/pairing/context.ts';
import type { ChartEvent, ChartInput, ChartName } from '../../../model/vocabulary.ts';
import type { Random } from '../../simulator/random.ts';

/** Small enough that the log becomes full. */
export const chartInputs: readonly ChartInput[] = [
  { self: 'p#1', entriesMax: 2, network: 'at-least-once', throttleMax: 2, reconnect: true },
  { self: 'p#1', entriesMax: 2, network: 'may-be-lost', throttleMax: 0, reconnect: false },
];

export const knownEvents = (chart: ChartName): string[] => Object.keys(eventFields[chart]);

/** An event that the chart may be given in this state; most often one that a state of its configuration knows. */
export function drawEvent(
  chart: ChartName,
  snapshot: AnyMachineSnapshot,
  random: Random,
): ChartEvent {
  const nodes = snapshot._nodes.filter((node) => node.ownEvents.length > 0);
  const isOwn = nodes.length > 0 && random.chance(0.9);
  const type = random.pick(isOwn ? random.pick(nodes).ownEvents : knownEvents(chart));
  const context = new Map<string, unknown>(Object.entries(snapshot.context));
  const drawn = fieldsOf(chart, type).map((field) => {
    const { fits, others } = choices[field](context);
    return [field, random.pick(random.chance(0.85) ? fits : [...fits, ...others])];
  });
  return eventOf(type, drawn);
}

/** The events of these types, each with every field at the value that fits best but for so many at the most. */
export function eventsNear(
  chart: ChartName,
  snapshot: AnyMachineSnapshot,
  types: ReadonlySet<string>,
  deviationsMax: number,
): ChartEvent[] {
  const context = new Map<string, unknown>(Object.entries(snapshot.context));
  return [...types].flatMap((type) => {
    const fields = fieldsOf(chart, type);
    const values = fields.map((field) => valuesToTry(choices[field](context)));
    const rows = rowsNear(values, deviationsMax);
    return rows.map((row) =>
      eventOf(
        type,
        fields.map((field, index) => [field, row[index]]),
      ),
    );
  });
}

/** All that fits, and one value that does not: one is as good as the next. */
function valuesToTry({ fits, others }: Values): unknown[] {
  const known = distinct(fits);
  return distinct([...known, ...others]).slice(0, known.length + 1);
}

/** A value for each column: the first ones, and every row in which at most so many are others. */
function rowsNear(columns: readonly (readonly unknown[])[], deviationsMax: number): unknown[][] {
  const [column, ...rest] = columns;
  if (column === undefined) return [[]];
  const [first, ...others] = column;
  const same = rowsNear(rest, deviationsMax).map((row) => [first, ...row]);
  if (deviationsMax === 0) return same;
  const rows = rowsNear(rest, deviationsMax - 1);
  return [...same, ...others.flatMap((other) => rows.map((row) => [other, ...row]))];
}

const distinct = (values: readonly unknown[]): unknown[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

function fieldsOf(chart: ChartName, type: string): readonly Field[] {
  const known = new Map<string, readonly Field[]>(Object.entries(eventFields[chart]));
  const fields = known.get(type);
  if (fields !== undefined) return fields;
  throw new Error(
    `test/model/chart/events.ts does not know the event ${type} of ${chart}: give its fields there`,
  );
}

/** The fields are those of the event with this name: `eventFields` is checked against the events' types. */
const eventOf = (type: string, fields: readonly unknown[][]): ChartEvent =>
  ({ type, ...Object.fromEntries(fields) }) as ChartEvent;

type FieldsOf<E extends { type: string }> = {
  [T in E['type']]: readonly Exclude<keyof Extract<E, { type: T }>, 'type'>[];
};

const arrival = ['via', 'vm', 'epoch', 'from'] as const;

const pairingFields = {
  'manager.start': [],
  'manager.protect': ['peer'],
  'manager.power-off': [],
  'manager.suspend': [],
  'manager.resume': [],
  'manager.turn-off': [],
  'manager.restart-secondary': [],
  'manager.test-failover': [],
  'manager.replace-backup': ['peer'],
  'guest.copied': ['position', 'state'],
  'guest.saved': ['result'],
  'channel.opened': ['connection', 'peer'],
  'channel.closed': ['connection'],
  'join.due': [],
  'yield.due': [],
  'record.alone': ['epoch', 'token', 'reason'],
  'record.joining': ['epoch', 'peer'],
  'record.protected': [],
  'record.replaced': ['epoch'],
  'replacement.granted': ['peer', 'version'],
  'replacement.asked': [],
  'protection.asked': [],
  'parting.asked': [],
  'epoch.seen': ['epoch'],
  'record.taken': ['epoch', 'token'],
  'start.refused': [],
  'membership.ended': ['reason'],
  'ownership.lost': ['reason'],
  'log.drained': [],
  'log.settled': [],
  'yield.granted': [],
  'suspend.asked': [],
  'machine.condemned': ['reason'],
  'machine.stopped': ['reason'],
  'peer.misbehaved': [],
  'peer.suspected': [],
  'channel.spared': [],
  'log.resumable': ['next'],
  'resumption.refused': ['connection', 'code'],
  'resumption.taken': ['connection', 'next'],
  'alive.due': [],
  'hello.received': [...arrival, 'to', 'connection', 'next', 'replaces', 'configuration'],
  'welcome.received': [...arrival, 'next'],
  'refuse.received': [...arrival, 'code'],
  'copy.received': [...arrival, 'position', 'state', 'open', 'operations'],
  'ready.received': arrival,
  'entry.received': [...arrival, 'seq', 'position', 'entry', 'data', 'channel', 'watermark'],
  'acknowledge.received': [...arrival, 'upto', 'applied'],
  'alive.received': [...arrival, 'seq', 'watermark', 'applied'],
  'diverged.received': [...arrival, 'seq'],
  'beat.received': arrival,
} as const satisfies FieldsOf<PairingEvent>;

const loggingFields = {
  'guest.input': ['position', 'kind', 'data'],
  'guest.output': ['position', 'channel', 'data'],
  'guest.applied': ['seq', 'output'],
  'guest.diverged': ['seq'],
  'disk.answered': ['operation', 'result'],
  'log.begun': ['epoch', 'connection', 'position', 'state'],
  'log.abandoned': [],
  'copy.due': ['connection', 'position', 'state'],
  'log.renewed': ['epoch', 'connection'],
  'gate.closed': [],
  'gate.opened': ['token', 'epoch'],
  'gate.shut': [],
  'gate.silenced': [],
  'guest.paused': [],
  'guest.settled': ['for'],
  'guest.freed': [],
  'end.due': ['kind'],
  'image.loaded': ['open', 'operations'],
  'replay.begun': ['epoch', 'connection', 'open', 'operations'],
  'entry.arrived': ['seq', 'position', 'entry', 'data', 'channel', 'watermark'],
  'acknowledge.arrived': ['upto', 'applied'],
  'alive.arrived': ['watermark', 'applied'],
  'alive.due': [],
  'lag.measured': ['above'],
  'channel.lost': [],
  'channel.broken': [],
  'hello.due': [],
  'log.resumed': ['connection', 'next'],
  'resumption.asked': ['connection', 'next'],
  'resumption.granted': ['connection', 'next'],
  'log.sealed': [],
  'outputs.due': ['token', 'epoch'],
} as const satisfies FieldsOf<LoggingEvent>;

const heartbeatFields = {
  'beats.begun': ['epoch', 'peer'],
  'alives.begun': [],
  'watch.begun': [],
  'session.ended': [],
  'beat.heard': [],
  'channel.heard': [],
  'channel.lost': [],
  'channel.broken': [],
  'resumption.asked': ['connection', 'next'],
  'beat.due': [],
  'alive.due': [],
  'lag.due': [],
  'beat-timeout.due': [],
  'channel-timeout.due': [],
} as const satisfies FieldsOf<HeartbeatEvent>;

const failoverFields = {
  'start.wanted': [],
  'resume.wanted': [],
  'join.wanted': ['peer'],
  'protect.wanted': [],
  'surrender.wanted': [],
  'alone.wanted': ['reason'],
  'yield.wanted': [],
  'replacement.wanted': ['peer'],
  'replacement.readied': ['peer'],
  'replacement.dropped': [],
  'replacement.doubted': [],
  'replacement.overdue': [],
  'power-off.wanted': [],
  'suspend.wanted': [],
  'backup.joined': ['epoch', 'replaces'],
  'backup.readied': [],
  'member.left': [],
  'peer.suspected': ['lost'],
  'peer.trusted': [],
  'peer.diverged': [],
  'channel.broken': [],
  'channel.regained': [],
  'resumption.asked': ['connection', 'next'],
  'epoch.surpassed': [],
  'storage.fenced': [],
  'log.diverged': [],
  'log.consumed': [],
  'power-off.held': [],
  'yield.consumed': [],
  'outputs.reissued': [],
  'arbiter.answered': ['nonce', 'record'],
  'arbiter.failed': ['nonce'],
  'disk.answered': ['operation', 'result'],
  'guest.loaded': ['position', 'state', 'open', 'operations'],
  'retry.due': [],
} as const satisfies FieldsOf<FailoverEvent>;

const eventFields = {
  pairing: pairingFields,
  logging: loggingFields,
  heartbeat: heartbeatFields,
  failover: failoverFields,
} as const satisfies Record<ChartName, Record<string, readonly Field[]>>;

type Context = ReadonlyMap<string, unknown>;
/** What fits a state, best first; and what else there is. */
interface Values {
  fits: readonly unknown[];
  others: readonly unknown[];
}
type Choice = (context: Context) => Values;
type Field = keyof typeof choices;

const choices = {
  vm: among(['vm'], ['other']),
  from: near(['peer', 'replacement'], ['p#1', 'p#2', 'b#1', 'b#2']),
  to: near(['self'], ['p#1', 'b#1']),
  peer: among(['b#1', 'b#1', 'b#2', 'p#2']),
  via: channelNear,
  connection: channelNear,
  next: among([1, 2, 3]),
  configuration: among(['equal'], ['different']),
  code: among(['busy', 'same-host', 'superseded', 'arbitrating']),
  epoch: near(['epoch', 'epochMax'], [0, 1, 2, 3], [0, 1]),
  replaces: among([0, 1, 2, 3]),
  version: among([1, 2, 3]),
  for: among(['image', 'copy']),
  token: among([1], [2, 3]),
  seq: near(['held', 'applied'], [0, 1, 2, 3], [1, 0]),
  upto: near(['sent', 'acknowledged'], [0, 1, 2, 3], [0, 1]),
  applied: near(['sent', 'consumed'], [0, 1, 2, 3], [0, 1]),
  above: among([true, true, false]),
  watermark: near(['held'], [0, 1, 2, 3]),
  position: among([1], [0, 2, 3]),
  data: among([1], [0, 2, 3]),
  channel: among(['network', 'console', 'disk']),
  kind: among(['input', 'time-stamp', 'timer', 'completion', 'power-off', 'yield']),
  entry: among(
    ['input', 'completion', 'output', 'power-off', 'yield', 'unknown'],
    ['time-stamp', 'timer'],
  ),
  state: among([[1], [], [1, 2]]),
  open: among([[operation(1)], [], [operation(1), operation(2)]]),
  operations: among([1, 2], [0]),
  operation: among(['fence', 1, 2], [3]),
  result: among(['done', 'done', 'error', 'fenced']),
  output: among([output('network'), output('console'), output('disk'), null]),
  nonce: among(['current'], ['other']),
  reason: among([
    ...['start', 'give-up', 'takeover', 'lost-backup', 'diverged', 'superseded'],
    ...['power-off', 'suspend', 'turn-off', 'restart-secondary'],
  ]),
  lost: among([false, true]),
  record: recordsNear,
} as const satisfies Record<string, Choice>;

function among(fits: readonly unknown[], others: readonly unknown[] = []): Choice {
  return () => ({ fits, others });
}

/** What the chart holds under these names, or a little more, fits; where it holds none, any of the values does. */
function near(names: readonly string[], others: readonly unknown[], more = [0]): Choice {
  return (context) => {
    const held = names.filter((name) => context.has(name)).map((name) => context.get(name));
    const fits = more.flatMap((plus) =>
      held.map((one) => (typeof one === 'number' ? one + plus : one)),
    );
    return { fits: fits.length === 0 ? others : fits, others };
  };
}

/** The channel that the chart holds, or the next; 0 is none. */
function channelNear(context: Context): Values {
  const held = numberIn(context, 'connection');
  const other = numberIn(context, 'replacementConnection');
  const fits = held === 0 ? [1] : [held, held + 1];
  return { fits: other === 0 ? fits : [other, ...fits], others: [0, 1, 2] };
}

/** The records that may follow the one last read: of every phase, with this node as owner, as backup or as neither. */
function recordsNear(context: Context): Values {
  const last = context.get('record');
  const self = context.get('self');
  const epoch = Math.max(numberIn(last, 'epoch'), numberIn(context, 'epoch'));
  const next = { version: numberIn(last, 'version') + 1, epoch, token: 1, reason: 'start' };
  const phases = [
    { phase: 'alone', owner: self, backup: null },
    ...['joining', 'protected'].map((phase) => ({ phase, owner: self, backup: 'b#1' })),
    ...['joining', 'protected'].map((phase) => ({ phase, owner: 'b#1', backup: self })),
    { phase: 'alone', owner: 'b#1', backup: null },
    ...['off', 'suspended'].map((phase) => ({ phase, owner: null, backup: null })),
    { phase: 'protected', owner: self, backup: 'b#2' },
  ].map((one) => ({ ...next, ...one }));
  const [alone] = phases;
  return {
    fits: [
      ...phases,
      ...['takeover', 'resume', 'protect'].map((reason) => ({ ...alone, reason })),
      ...phases.map((one) => ({ ...one, epoch: epoch + 1, token: 2 })),
    ],
    others: [
      last,
      null,
      { ...alone, version: Math.max(next.version - 2, 0) },
      { ...alone, epoch: Math.max(epoch - 1, 0) },
      ...phases.map((one) => ({ ...one, version: next.version + 1, token: 3 })),
    ],
  };
}

function numberIn(holder: unknown, name: string): number {
  if (typeof holder !== 'object' || holder === null) return 0;
  const fields = holder instanceof Map ? holder : new Map(Object.entries(holder));
  const value: unknown = fields.get(name);
  return typeof value === 'number' ? value : 0;
}

function operation(number: number): unknown {
  return { operation: number, position: number, data: number };
}

function output(channel: string): unknown {
  return { channel, position: 1, data: 2 };
}
