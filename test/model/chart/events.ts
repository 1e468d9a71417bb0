// Events for random walks through a chart: its own events, with small values that often, and not always, fit the state.
// A guard then goes both ways. What a chart could never be given is drawn too: an export must agree there as well.

import type { AnyMachineSnapshot } from 'xstate';
import type { FailoverEvent } from '../../../model/failover/context.ts';
import type { HeartbeatEvent } from '../../../model/heartbeat.ts';
import type { LoggingEvent } from '../../../model/logging/context.ts';
import type { PairingEvent } from '../../../model/pairing/context.ts';
import type { ChartEvent, ChartName } from '../../../model/vocabulary.ts';
import type { Random } from '../../simulator/random.ts';

/** An event that the chart may be given in this state; most often one that a state of its configuration knows. */
export function drawEvent(
  chart: ChartName,
  snapshot: AnyMachineSnapshot,
  random: Random,
): ChartEvent {
  const all = knownEvents(chart);
  const nodes = snapshot._nodes.filter((node) => node.ownEvents.length > 0);
  const isOwn = nodes.length > 0 && random.chance(0.9);
  const type = random.pick(isOwn ? random.pick(nodes).ownEvents : all);
  const known = new Map<string, readonly Field[]>(Object.entries(eventFields[chart]));
  const fields = known.get(type);
  if (fields === undefined) {
    throw new Error(
      `test/model/chart/events.ts does not know the event ${type} of ${chart}: give its fields there`,
    );
  }
  const context = new Map<string, unknown>(Object.entries(snapshot.context));
  const drawn = fields.map((field) => [field, draws[field](context, random)]);
  // The fields are those of the event with this name: `eventFields` is checked against the events' types.
  return { type, ...Object.fromEntries(drawn) } as ChartEvent;
}

export const knownEvents = (chart: ChartName): string[] => Object.keys(eventFields[chart]);

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
  'acknowledge.received': [...arrival, 'upto'],
  'alive.received': [...arrival, 'seq', 'watermark'],
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
  'acknowledge.arrived': ['upto'],
  'alive.arrived': ['watermark'],
  'alive.due': [],
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
  'replacement.doubted': ['lost'],
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
type Draw = (context: Context, random: Random) => unknown;
type Field = keyof typeof draws;

const draws = {
  vm: oneOf('vm', 'vm', 'vm', 'vm', 'other'),
  from: near(['peer', 'replacement'], ['p#1', 'p#2', 'b#1', 'b#2']),
  to: near(['self'], ['p#1', 'b#1']),
  peer: oneOf('b#1', 'b#1', 'b#2', 'p#2'),
  via: near(['connection', 'replacementConnection'], [0, 1, 2], [0, 0, 1]),
  connection: near(['connection', 'replacementConnection'], [0, 1, 2], [0, 0, 1]),
  next: oneOf(1, 1, 1, 2, 3),
  configuration: oneOf('equal', 'equal', 'equal', 'different'),
  code: oneOf('busy', 'same-host', 'superseded', 'arbitrating'),
  epoch: near(['epoch', 'epochMax'], [0, 1, 2, 3], [0, 1]),
  replaces: oneOf(0, 0, 1, 2),
  version: oneOf(1, 2, 3),
  for: oneOf('image', 'copy'),
  token: oneOf(1, 2, 3),
  seq: near(['held', 'applied'], [0, 1, 2, 3], [0, 1, 1]),
  upto: near(['sent', 'acknowledged'], [0, 1, 2, 3], [0, 1]),
  watermark: near(['held'], [0, 1, 2, 3]),
  position: oneOf(0, 1, 2, 3),
  data: oneOf(0, 1, 2, 3),
  channel: oneOf('network', 'console', 'disk'),
  kind: oneOf('input', 'time-stamp', 'timer', 'completion', 'completion', 'power-off', 'yield'),
  entry: oneOf(
    ...['input', 'time-stamp', 'timer', 'completion', 'completion', 'output'],
    ...['power-off', 'yield', 'unknown'],
  ),
  state: oneOf([], [1], [1, 2]),
  open: oneOf([], [operation(1)], [operation(1), operation(2)]),
  operations: oneOf(0, 1, 2),
  operation: oneOf('fence', 'fence', 1, 2, 3),
  result: oneOf('done', 'done', 'error', 'fenced'),
  output: oneOf(null, output('network'), output('console'), output('disk')),
  nonce: oneOf('current', 'current', 'current', 'current', 'other'),
  reason: oneOf(
    ...['start', 'give-up', 'takeover', 'lost-backup', 'diverged', 'superseded'],
    ...['power-off', 'suspend', 'turn-off', 'restart-secondary'],
  ),
  lost: oneOf(false, false, true),
  record: drawRecord,
} as const satisfies Record<string, Draw>;

function oneOf(...values: readonly unknown[]): Draw {
  return (_context, random) => random.pick(values);
}

/** Most often what the chart holds under one of these names, or that and a little more; else any of the values. */
function near(names: readonly string[], values: readonly unknown[], more = [0]): Draw {
  return (context, random) => {
    if (random.chance(0.15)) return random.pick(values);
    const known = names.filter((name) => context.has(name));
    if (known.length === 0) return random.pick(values);
    const held = context.get(random.pick(known));
    return typeof held === 'number' ? held + random.pick(more) : held;
  };
}

/** A record that is often the one last read, often a later one, and often names this node. */
function drawRecord(context: Context, random: Random): unknown {
  if (random.chance(0.1)) return null;
  const last = context.get('record');
  if (random.chance(0.15)) return last;
  const self = context.get('self');
  const version = numberIn(last, 'version') + random.pick([-1, 0, 1, 1, 2]);
  const epoch = Math.max(numberIn(last, 'epoch'), numberIn(context, 'epoch'));
  const reason = oneOf('start', 'protect', 'give-up', 'takeover', 'resume', 'diverged');
  const record = {
    version: Math.max(version, 0),
    epoch: Math.max(epoch + random.pick([-1, 0, 0, 0, 0, 1]), 0),
    token: random.below(4),
    reason: reason(context, random),
  };
  const other = random.pick(['b#1', 'b#2']);
  const alone = { phase: 'alone', backup: null };
  const unowned = { phase: random.pick(['off', 'suspended']), owner: null, backup: null };
  const pair = { phase: random.pick(['joining', 'protected']), backup: other };
  const answer = phaseAfter.get(String(context.get('intent')));
  if (answer !== undefined && random.chance(0.3)) {
    if (answer === 'off' || answer === 'suspended') return { ...record, ...unowned, phase: answer };
    return { ...record, owner: self, phase: answer, backup: answer === 'alone' ? null : other };
  }
  if (random.chance(0.2)) return { ...record, ...unowned };
  return random.chance(0.5)
    ? { ...record, owner: self, ...random.pick([alone, pair]) }
    : { ...record, owner: other, ...random.pick([alone, pair, pair, pair]), backup: self };
}

/** What the record says when a request is resolved as it was meant. */
const phaseAfter = new Map([
  ['T2', 'alone'],
  ['T3', 'joining'],
  ['T4', 'protected'],
  ['T5', 'protected'],
  ['T6', 'alone'],
  ['T7', 'alone'],
  ['T9', 'off'],
  ['T10', 'suspended'],
  ['T11', 'alone'],
  ['T12', 'off'],
  ['T14', 'protected'],
  ['T15', 'protected'],
]);

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
