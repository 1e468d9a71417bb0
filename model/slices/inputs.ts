// The symbolic inputs that slices share: what the guest, the peer, the arbiter, the disk and the clock may give a
// node. Numbers are relative to the node's own facts. Spec: protocol, "Inputs".

import type {
  ArbiterRecord,
  Channel,
  DeadlineName,
  DiskResult,
  EndKind,
  EntryKind,
  Incarnation,
  Intent,
  Message,
  MessageBody,
  NodeInput,
  Retirement,
} from '../vocabulary.ts';
import type { SliceView, SymbolicInput } from './slice.ts';

export const owner: Incarnation = 'p#1';
export const backup: Incarnation = 'b#1';

export const symbol = (
  name: string,
  resolve: (view: SliceView) => NodeInput | null,
): SymbolicInput => ({ name, resolve });

export const guestInput = (kind: 'input' | 'time-stamp' | 'timer'): SymbolicInput =>
  symbol(`guest.input ${kind}`, ({ position }) => ({
    type: 'guest.input',
    position: position + 1,
    kind,
    data: 0,
  }));

/** The guest takes the completion of the operation whose number is given. */
export const guestCompletion = (operation: number): SymbolicInput =>
  symbol(`guest.input completion ${operation}`, ({ position }) => ({
    type: 'guest.input',
    position: position + 1,
    kind: 'completion',
    data: operation,
  }));

export const guestOutput = (channel: Channel): SymbolicInput =>
  symbol(`guest.output ${channel}`, ({ position }) => ({
    type: 'guest.output',
    position: position + 1,
    channel,
    data: 0,
  }));

export const guestCopied: SymbolicInput = symbol('guest.copied', ({ position }) => ({
  type: 'guest.copied',
  position,
  state: [],
}));

export const guestSaved = (result: 'done' | 'error'): SymbolicInput =>
  symbol(`guest.saved ${result}`, ({ saving }) =>
    saving ? { type: 'guest.saved', result } : null,
  );

/** The image made last, of a guest that had no operation open. */
export const guestLoaded: SymbolicInput = symbol('guest.loaded', ({ loading, image }) =>
  loading ? { type: 'guest.loaded', position: image, state: [], open: [], operations: 0 } : null,
);

export const guestApplied: SymbolicInput = symbol('guest.applied', ({ applying }) => {
  const [first] = applying;
  return first === undefined
    ? null
    : { type: 'guest.applied', seq: first.seq, output: first.output };
});

export const guestDiverged: SymbolicInput = symbol('guest.diverged', ({ applying }) => {
  const [first] = applying;
  return first === undefined ? null : { type: 'guest.diverged', seq: first.seq };
});

export const diskAnswered = (result: DiskResult): SymbolicInput =>
  symbol(`disk.answered ${result}`, ({ operations }) => {
    const [operation] = operations;
    return operation === undefined ? null : { type: 'disk.answered', operation, result };
  });

/** The connection that the node asked for opens. */
export const channelOpened: SymbolicInput = symbol('channel.opened', ({ opening }) =>
  opening === 0 ? null : { type: 'channel.opened', connection: opening, peer: backup },
);

/** The owner opens a connection to this node, after the former has closed; twice is enough to tell them apart. */
export const ownerOpens: SymbolicInput = symbol(
  'channel.opened',
  ({ connections, connectionMax }) =>
    connections.length > 0 || connectionMax >= 2
      ? null
      : { type: 'channel.opened', connection: connectionMax + 1, peer: owner },
);
export const channelClosed: SymbolicInput = symbol('channel.closed', ({ connections, opening }) => {
  const connection = connections.at(-1) ?? opening;
  return connection === 0 ? null : { type: 'channel.closed', connection };
});

export const deadline = (name: DeadlineName): SymbolicInput =>
  symbol(`deadline ${name}`, () => ({ type: 'deadline.passed', name }));

/** K passes; the lag is above what is allowed as soon as anything is not consumed. */
export const aliveDeadline: SymbolicInput = symbol('deadline alive', ({ facts, consumed }) => ({
  type: 'deadline.passed',
  name: facts.sent > consumed ? 'lag' : 'alive',
}));

/**
 * A message of the recorded peer in the pairing's epoch, unless `envelope` says otherwise, on the connection opened
 * last; none comes where none is open.
 */
export const fromPeer = (
  peer: Incarnation,
  name: string,
  of: (view: SliceView) => MessageBody,
  envelope: (view: SliceView) => Partial<Omit<Message, 'kind'>> = () => ({}),
): SymbolicInput =>
  symbol(name, (view) => {
    const connection = view.connections.at(-1);
    if (connection === undefined) return null;
    const standard = { vm: 'vm', epoch: joinEpoch, from: peer } as const;
    const message = { ...standard, ...envelope(view), ...of(view) };
    return { type: 'channel.arrived', connection, message };
  });

export const beatFrom = (
  name: string,
  envelope: { epoch: number; from: Incarnation },
): SymbolicInput =>
  symbol(name, () => ({
    type: 'datagram.arrived',
    message: { vm: 'vm', kind: 'beat', ...envelope },
  }));

export const hello = (
  name: string,
  body: Partial<Extract<MessageBody, { kind: 'hello' }>> = {},
  envelope: Partial<Omit<Message, 'kind'>> = {},
): SymbolicInput =>
  fromPeer(
    owner,
    name,
    ({ connections }) => ({
      kind: 'hello',
      to: backup,
      connection: connections.at(-1) ?? 0,
      next: 1,
      configuration: 'equal',
      ...body,
    }),
    () => envelope,
  );

/** The copy of a guest that stands at its start. */
export const copy: SymbolicInput = fromPeer(owner, 'copy', () => ({
  kind: 'copy',
  position: 0,
  state: [],
  open: [],
  operations: 0,
}));

export const managerStart: SymbolicInput = symbol('manager.start', () => ({
  type: 'manager.start',
}));
export const managerProtect = (name: string, peer: Incarnation): SymbolicInput =>
  symbol(name, () => ({ type: 'manager.protect', peer }));

/** An operation of the manager that has no field. */
export const managerOperation = (
  operation: Retirement | 'power-off' | 'suspend' | 'resume' | 'test-failover',
): SymbolicInput => {
  const type = `manager.${operation}` as const;
  return symbol(type, () => ({ type }));
};

/** The epoch of the pairing that the preambles make: power-on is 1, the join is 2. */
export const joinEpoch = 2;

export const entry = (
  name: string,
  seq: (view: SliceView) => number,
  kind: EntryKind | 'unknown' = 'output',
  epoch = joinEpoch,
): SymbolicInput =>
  fromPeer(
    owner,
    name,
    (view) => ({
      kind: 'entry',
      seq: seq(view),
      position: view.position + 1,
      entry: kind,
      data: 0,
      channel: kind === 'output' ? 'console' : null,
      watermark: 0,
    }),
    () => ({ epoch }),
  );

/** The next entry, but none beyond this one: the slice stays finite. */
export function boundedEntry(name: string, kind: 'output' | 'input', seqMax = 2): SymbolicInput {
  const next = entry(name, ({ facts }) => facts.held + 1, kind);
  return { name, resolve: (view) => (view.facts.held < seqMax ? next.resolve(view) : null) };
}

/** The entry that ends the log, where the guest of the owner stands. */
export const endEntry = (kind: EndKind): SymbolicInput =>
  fromPeer(owner, `entry ${kind}`, ({ facts, position }) => ({
    kind: 'entry',
    seq: facts.held + 1,
    position,
    entry: kind,
    data: 0,
    channel: null,
    watermark: 0,
  }));

/** It says nothing of what is consumed. */
export const acknowledgement = (
  name: string,
  upto: (view: SliceView) => number,
  epoch = joinEpoch,
): SymbolicInput =>
  fromPeer(
    backup,
    name,
    (view) => ({ kind: 'acknowledge', upto: upto(view), applied: 0 }),
    () => ({ epoch }),
  );

/** The record as it stands while the preamble's pairing is the newest: joining v2, protected v3. */
export const records = {
  alone1: record({ version: 1, epoch: 1, phase: 'alone', owner, reason: 'start' }),
  joining: record({ version: 2, epoch: 2, phase: 'joining', owner, backup, reason: 'protect' }),
  protected: record({ version: 3, epoch: 2, phase: 'protected', owner, backup, reason: 'protect' }),
  givenUp: record({ version: 3, epoch: 3, phase: 'alone', owner, reason: 'give-up' }),
  backupStarted: record({ version: 1, epoch: 1, phase: 'alone', owner: backup, reason: 'start' }),
  ownerAlone: record({ version: 4, epoch: 3, phase: 'alone', owner, reason: 'lost-backup' }),
  taken: record({
    version: 4,
    epoch: 3,
    phase: 'alone',
    owner: backup,
    token: 3,
    reason: 'takeover',
  }),
  poweredOff: record({ version: 5, epoch: 4, phase: 'off', reason: 'power-off' }),
  suspended: record({ version: 5, epoch: 4, phase: 'suspended', reason: 'suspend' }),
  resumed: record({ version: 6, epoch: 5, phase: 'alone', owner, token: 5, reason: 'resume' }),
  resumedElsewhere: record({
    version: 6,
    epoch: 5,
    phase: 'alone',
    owner: backup,
    token: 5,
    reason: 'resume',
  }),
  off: record({ version: 5, epoch: 4, phase: 'off', owner: null, reason: 'diverged' }),
} as const;

/** An answer to the request outstanding; where there is none it carries a nonce that nobody waits for. */
export const answered = (name: string, content: ArbiterRecord | null): SymbolicInput =>
  symbol(`arbiter.answered ${name}`, ({ asking, protectAsked }) => {
    if (content?.phase === 'protected' && !protectAsked) return null;
    return {
      type: 'arbiter.answered',
      nonce: asking === null ? 'other' : 'current',
      record: content,
    };
  });

/** The answer where the request outstanding is one of these: to another this record cannot come back. */
export const onlyTo = (intents: readonly Intent[], answer: SymbolicInput): SymbolicInput =>
  symbol(answer.name, (view) => {
    const isPossible = view.asking === null || intents.includes(view.asking);
    return isPossible ? answer.resolve(view) : null;
  });

export const answeredOther: SymbolicInput = symbol('arbiter.answered other nonce', () => ({
  type: 'arbiter.answered',
  nonce: 'other',
  record: records.taken,
}));
export const arbiterFailed: SymbolicInput = symbol('arbiter.failed', ({ asking }) => ({
  type: 'arbiter.failed',
  nonce: asking === null ? 'other' : 'current',
}));

function record(
  fields: Partial<ArbiterRecord> & Pick<ArbiterRecord, 'version' | 'epoch' | 'phase' | 'reason'>,
): ArbiterRecord {
  return { owner: null, backup: null, token: 1, ...fields };
}
