// The words of the model: what a node is given, what it asks for, what its four charts tell each other. Types only.
// Numbers are small integers; bytes are one number that stands for their content. Spec: protocol, "Node".

/** `host#life`. */
export type Incarnation = string;
export type Phase = 'off' | 'alone' | 'joining' | 'protected' | 'suspended';
export type Reason =
  | 'start'
  | 'protect'
  | 'give-up'
  | 'takeover'
  | 'lost-backup'
  | 'replace-backup'
  | 'diverged'
  | 'power-off'
  | 'suspend'
  | 'resume'
  | 'turn-off'
  | 'restart-secondary'
  | 'crashed';
export type Channel = 'network' | 'console' | 'disk';
/** The kinds that the guest takes in replay. */
export type GuestEntryKind = 'input' | 'time-stamp' | 'timer' | 'completion' | 'output';
/** The kinds that end a log. */
export type EndKind = 'power-off' | 'yield';
export type EntryKind = GuestEntryKind | EndKind;
export type DiskResult = 'done' | 'fenced' | 'error';
export type FtState =
  | 'notConfigured'
  | 'enabled'
  | 'needSecondary'
  | 'starting'
  | 'running'
  | 'halted';
export type RefusalCode =
  | 'same-host'
  | 'wrong-vm'
  | 'wrong-incarnation'
  | 'wrong-connection'
  | 'configuration'
  | 'busy'
  | 'arbitrating'
  | 'superseded';
export type RefusedCode =
  | 'not-owner'
  | 'not-alone'
  | 'already-started'
  | 'same-host'
  | 'joining'
  | 'not-protected'
  | 'operation-pending'
  | 'not-running';
export type DeadlineName =
  | 'beat'
  | 'alive'
  /** As `alive`, with the lag above `lagMax`. */
  | 'lag'
  | 'beat-timeout'
  | 'channel-timeout'
  | 'retry'
  | 'join'
  | 'yield';
/** The rows of the record's table, and a read that writes nothing. */
export type Intent =
  | 'read'
  | 'T2'
  | 'T3'
  | 'T4'
  | 'T5'
  | 'T6'
  | 'T7'
  | 'T8'
  | 'T9'
  | 'T10'
  | 'T11'
  | 'T12'
  | 'T14'
  | 'T15';
/** Operations of the manager by which an owner goes on without its backup. */
export type Retirement = 'turn-off' | 'restart-secondary';

/** The arbiter's record of the one virtual machine; `base` is always 0 in this revision. */
export interface ArbiterRecord {
  version: number;
  epoch: number;
  phase: Phase;
  owner: Incarnation | null;
  backup: Incarnation | null;
  token: number;
  reason: Reason;
}

/** One log entry as the guest needs it; `data` stands for the bytes, or is the operation. */
export interface Entry {
  seq: number;
  position: number;
  entry: EntryKind | 'unknown';
  data: number;
  channel: Channel | null;
}

export interface Operation {
  operation: number;
  position: number;
  data: number;
}

/** A guest as it was made durable: its state, and what its node knew of its devices. */
export interface Image {
  position: number;
  state: readonly number[];
  open: readonly Operation[];
  operations: number;
}

export interface Envelope {
  vm: 'vm' | 'other';
  epoch: number;
  from: Incarnation;
}

export type MessageBody =
  | {
      kind: 'hello';
      to: Incarnation;
      connection: number;
      next: number;
      /** The version of the record in whose `protected` the receiver is to replace the backup; absent: it is not. */
      replaces?: number;
      configuration: 'equal' | 'different';
    }
  | { kind: 'welcome'; next: number }
  | { kind: 'refuse'; code: RefusalCode }
  | {
      kind: 'copy';
      position: number;
      state: readonly number[];
      open: readonly Operation[];
      /** Disk operations made since power-on; the offsets of the byte channels follow from the positions. */
      operations: number;
    }
  | { kind: 'ready' }
  | ({ kind: 'entry'; watermark: number } & Entry)
  | { kind: 'acknowledge'; upto: number; applied: number }
  | { kind: 'alive'; seq: number; watermark: number; applied: number }
  | { kind: 'diverged'; seq: number }
  | { kind: 'beat' };
export type Message = Envelope & MessageBody;
export type MessageKind = MessageBody['kind'];

/**
 * What a node is given. A nonce is abstracted to whether it is that of the request outstanding; `clock.advanced`
 * is abstracted to the deadline that it passes.
 */
export type NodeInput =
  | { type: 'manager.start' }
  | { type: 'manager.protect'; peer: Incarnation }
  | { type: 'manager.power-off' }
  | { type: 'manager.suspend' }
  | { type: 'manager.resume' }
  | { type: 'manager.turn-off' }
  | { type: 'manager.restart-secondary' }
  | { type: 'manager.test-failover' }
  | { type: 'manager.replace-backup'; peer: Incarnation }
  | {
      type: 'guest.input';
      position: number;
      kind: Exclude<GuestEntryKind, 'output'>;
      data: number;
    }
  | { type: 'guest.output'; position: number; channel: Channel; data: number }
  | { type: 'guest.copied'; position: number; state: readonly number[] }
  | { type: 'guest.saved'; result: 'done' | 'error' }
  | ({ type: 'guest.loaded' } & Image)
  | {
      type: 'guest.applied';
      seq: number;
      output: { channel: Channel; position: number; data: number } | null;
    }
  | { type: 'guest.diverged'; seq: number }
  | { type: 'channel.opened'; connection: number; peer: Incarnation }
  | { type: 'channel.arrived'; connection: number; message: Message }
  | { type: 'channel.closed'; connection: number }
  | { type: 'datagram.arrived'; message: Message }
  | { type: 'arbiter.answered'; nonce: 'current' | 'other'; record: ArbiterRecord | null }
  | { type: 'arbiter.failed'; nonce: 'current' | 'other' }
  | { type: 'disk.answered'; operation: number | 'fence'; result: DiskResult }
  | { type: 'deadline.passed'; name: DeadlineName };

/** What a node asks of the world, in the order in which it must be carried out. */
export type NodeEffect =
  | { type: 'channel.open'; peer: Incarnation; connection: number }
  | { type: 'channel.close'; connection: number }
  | { type: 'channel.send'; connection: number; message: Message }
  | { type: 'datagram.send'; to: Incarnation; message: Message }
  | { type: 'arbiter.request'; intent: Intent; version: number; record: ArbiterRecord | null }
  | { type: 'disk.fence'; token: number }
  | { type: 'disk.write'; token: number; operation: number; position: number; data: number }
  | { type: 'output.emit'; channel: Channel; position: number; data: number }
  | { type: 'address.announce' }
  | { type: 'guest.run' }
  | { type: 'guest.hold' }
  | { type: 'guest.throttle'; share: number }
  | { type: 'guest.copy' }
  | { type: 'guest.restore'; position: number; state: readonly number[] }
  | { type: 'guest.apply'; entry: Entry }
  | { type: 'guest.complete'; operation: number; result: DiskResult }
  | { type: 'guest.save'; token: number; open: readonly Operation[]; operations: number }
  | { type: 'guest.load'; token: number }
  | { type: 'guest.halt'; reason: string }
  | { type: 'report'; state: FtState; reason: string }
  | { type: 'refused'; code: RefusedCode };

export type ChartName = 'pairing' | 'logging' | 'heartbeat' | 'failover';

/** What one chart tells another on the same host. */
export type PairingTell =
  | { type: 'record.alone'; epoch: number; token: number; reason: Reason }
  | { type: 'record.joining'; epoch: number; peer: Incarnation }
  | { type: 'record.protected' }
  /** The record names the replacement: the owner's, or this node itself. */
  | { type: 'record.replaced'; epoch: number }
  | { type: 'replacement.granted'; peer: Incarnation; version: number }
  | { type: 'replacement.asked' }
  | { type: 'protection.asked' }
  | { type: 'parting.asked' }
  | { type: 'epoch.seen'; epoch: number }
  | { type: 'record.taken'; epoch: number; token: number }
  | { type: 'start.refused' }
  | { type: 'membership.ended'; reason: string }
  | { type: 'ownership.lost'; reason: string }
  | { type: 'log.drained' }
  | { type: 'log.settled' }
  | { type: 'yield.granted' }
  | { type: 'suspend.asked' }
  | { type: 'machine.condemned'; reason: 'power-off' }
  | { type: 'machine.stopped'; reason: 'power-off' | 'suspend' }
  | { type: 'peer.misbehaved' }
  | { type: 'peer.suspected' }
  /** The pair runs: its closed channel is taken for a silent one. */
  | { type: 'channel.spared' }
  /** What a hello of the same epoch says of the log, and what comes of the owner's question. */
  | { type: 'log.resumable'; next: number }
  | { type: 'resumption.refused'; connection: number; code: RefusalCode }
  | ({ type: 'resumption.taken' } & Resumption);
/** A hello of the epoch of the pairing: the connection that it came on, and the first entry that its owner keeps. */
export interface Resumption {
  connection: number;
  next: number;
}
export type LoggingTell =
  | {
      type: 'log.begun';
      epoch: number;
      connection: number;
      position: number;
      state: readonly number[];
    }
  | { type: 'log.abandoned' }
  | { type: 'copy.due'; connection: number; position: number; state: readonly number[] }
  | { type: 'log.renewed'; epoch: number; connection: number }
  | { type: 'gate.closed' }
  | { type: 'gate.opened'; token: number; epoch: number }
  | { type: 'gate.shut' }
  /** The guest is held and the gate shut, for good: only the record can say more. */
  | { type: 'gate.silenced' }
  | { type: 'guest.paused' }
  /** Paused, and what it made is to be acknowledged, issued and answered. */
  | { type: 'guest.settled'; for: 'image' | 'copy' }
  | { type: 'guest.freed' }
  | { type: 'end.due'; kind: EndKind }
  | { type: 'image.loaded'; open: readonly Operation[]; operations: number }
  | {
      type: 'replay.begun';
      epoch: number;
      connection: number;
      open: readonly Operation[];
      operations: number;
    }
  | ({ type: 'entry.arrived'; watermark: number } & Entry)
  | { type: 'acknowledge.arrived'; upto: number; applied: number }
  | { type: 'alive.arrived'; watermark: number; applied: number }
  | { type: 'alive.due' }
  | { type: 'lag.measured'; above: boolean }
  | { type: 'channel.lost' }
  /** Closed, and it is to be found out whether that is a suspicion. */
  | { type: 'channel.broken' }
  | { type: 'hello.due' }
  | { type: 'log.resumed'; connection: number; next: number }
  | ({ type: 'resumption.asked' } & Resumption)
  | ({ type: 'resumption.granted' } & Resumption)
  | { type: 'log.sealed' }
  | { type: 'outputs.due'; token: number; epoch: number };
export type HeartbeatTell =
  | { type: 'beats.begun'; epoch: number; peer: Incarnation }
  | { type: 'alives.begun' }
  | { type: 'watch.begun' }
  | { type: 'session.ended' }
  | { type: 'beat.heard' }
  | { type: 'channel.heard' }
  | { type: 'channel.lost' }
  | { type: 'channel.broken' }
  | ({ type: 'resumption.asked' } & Resumption);
export type FailoverTell =
  | { type: 'start.wanted' }
  | { type: 'resume.wanted' }
  | { type: 'join.wanted'; peer: Incarnation }
  | { type: 'protect.wanted' }
  | { type: 'surrender.wanted' }
  | { type: 'alone.wanted'; reason: Retirement | 'lost-backup' }
  | { type: 'yield.wanted' }
  | { type: 'replacement.wanted'; peer: Incarnation }
  | { type: 'replacement.readied'; peer: Incarnation }
  | { type: 'replacement.dropped' }
  /** Its channel is closed. */
  | { type: 'replacement.doubted' }
  /** J has passed. */
  | { type: 'replacement.overdue' }
  | { type: 'power-off.wanted' }
  | { type: 'suspend.wanted' }
  | { type: 'backup.joined'; epoch: number; replaces: number }
  | { type: 'backup.readied' }
  | { type: 'member.left' }
  | { type: 'peer.suspected'; lost: boolean }
  | { type: 'peer.trusted' }
  | { type: 'peer.diverged' }
  | { type: 'channel.broken' }
  | { type: 'channel.regained' }
  | ({ type: 'resumption.asked' } & Resumption)
  | { type: 'epoch.surpassed' }
  | { type: 'storage.fenced' }
  | { type: 'log.diverged' }
  | { type: 'log.consumed' }
  | { type: 'power-off.held' }
  | { type: 'yield.consumed' }
  | { type: 'outputs.reissued' };
export type Tell =
  | { type: 'host.tell'; to: 'pairing'; event: PairingTell }
  | { type: 'host.tell'; to: 'logging'; event: LoggingTell }
  | { type: 'host.tell'; to: 'heartbeat'; event: HeartbeatTell }
  | { type: 'host.tell'; to: 'failover'; event: FailoverTell };

/** An input as the charts see it: an arrival by its kind, a deadline by its name. */
export type Arrival<K extends MessageKind> = {
  type: `${K}.received`;
  /** The connection that it came on; 0 for a datagram. */
  via: number;
} & Envelope &
  Omit<Extract<MessageBody, { kind: K }>, 'kind'>;
export type AnyArrival = { [K in MessageKind]: Arrival<K> }[MessageKind];
export type Deadline = { [N in DeadlineName]: { type: `${N}.due` } }[DeadlineName];
export type Input<T extends NodeInput['type']> = Extract<NodeInput, { type: T }>;
export type ChartEvent =
  | Exclude<NodeInput, { type: 'channel.arrived' | 'datagram.arrived' | 'deadline.passed' }>
  | AnyArrival
  | Deadline
  | PairingTell
  | LoggingTell
  | HeartbeatTell
  | FailoverTell;

/** What a chart may emit. */
export type Effect = NodeEffect | Tell;

/** What a chart is made with; the bounds keep the counters finite. */
export interface ChartInput {
  self: Incarnation;
  entriesMax: number;
  network: 'at-least-once' | 'may-be-lost';
  /** Steps of 5 percent that may be taken from the share of the guest; 0: nothing is known of lag. */
  throttleMax: number;
  /** Whether a closed channel of a running pair is opened again. */
  reconnect: boolean;
}

/** spec/conformance.md, "Observed facts". */
export interface Facts {
  state: FtState;
  role: 'none' | 'owner' | 'backup';
  epoch: number;
  version: number;
  token: number;
  gate: 'open' | 'acked' | 'shut';
  sent: number;
  acknowledged: number;
  held: number;
  applied: number;
  waiting: number;
  /** Of the processor, in percent. The status of the lag is measured time, which the model has not. */
  share: number;
  suspicion: boolean;
  guest: 'none' | 'running' | 'held' | 'replaying' | 'halted';
}
