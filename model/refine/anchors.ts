// Where a trace that begins in mid-life can be followed from: a step that says all that the node's future depends on.
// Power-on, a resume of which the record is read first, a hello that is taken, and a copy that is sent: what came before does not matter to any of them.
// Spec: conformance, "Recorded traces".

import type { Host } from '../host.ts';
import { hostOf } from '../record.ts';
import type { ArbiterRecord, Incarnation, Message, NodeInput, Operation } from '../vocabulary.ts';
import { type Candidate, firstCandidate } from './candidate.ts';
import type { Items } from './items.ts';
import type { Observed } from './judge.ts';
import { operationsOf } from './message.ts';
import { offsetsOf, toNumber } from './scene.ts';
import type { TraceEffect, TraceMessage, TraceRecord } from './trace.ts';

export interface Anchors {
  /** States before this step from which it may be followed. */
  of(observed: Observed): readonly Candidate[];
  /** A step that was skipped: an anchor to come may need what it says. */
  note(observed: Observed): void;
}

export function createAnchors(host: Host, self: Incarnation, items: Items): Anchors {
  let joining: TraceRecord | null = null;

  return {
    of({ input, effects }) {
      const isStart = input?.type === 'manager.start' || input?.type === 'manager.resume';
      if (isStart || messageIn(effects, 'welcome') !== null) {
        return [firstCandidate(host.initial)];
      }
      const copy = messageIn(effects, 'copy');
      if (copy === null || joining === null) return [];
      return [copyingOwner(host, copy, { self, items, joining })];
    },
    note({ input }) {
      if (input?.type !== 'arbiter.answered') return;
      const { record } = input;
      if (record?.phase === 'joining' && record.owner === self) joining = record;
    },
  };
}

type Sent = Extract<TraceEffect, { type: 'channel.send' }>;
type Copy = Sent & { message: Extract<TraceMessage, { kind: 'copy' }> };

function messageIn(effects: readonly TraceEffect[], kind: 'copy'): Copy | null;
function messageIn(effects: readonly TraceEffect[], kind: TraceMessage['kind']): Sent | null;
function messageIn(effects: readonly TraceEffect[], kind: TraceMessage['kind']): Sent | null {
  for (const effect of effects) {
    if (effect.type === 'channel.send' && effect.message.kind === kind) return effect;
  }
  return null;
}

/** The owner that waits for the copy of its guest: the shortest life that leads there, whatever the real one was. */
function copyingOwner(
  host: Host,
  { connection, message }: Copy,
  known: { self: Incarnation; items: Items; joining: TraceRecord },
): Candidate {
  const { open, offsets } = message;
  const operations = operationsOf(open, known.items);
  const inputs = lifeOf({ ...known, operations, operationsMade: toNumber(offsets.disk) });
  const state = inputs.reduce((at, input) => host.step(at, input).next, host.initial);
  return {
    ...firstCandidate(state),
    offsets: offsetsOf(offsets),
    connections: [{ actual: connection, symbol: ownConnection, condition: 'open' }],
  };
}

/** The first was that of the life before. */
const ownConnection = 2;

/** A backup whose owner is lost takes over with these operations open, and joins this backup. */
function lifeOf({
  self,
  joining,
  operations,
  operationsMade,
}: {
  self: Incarnation;
  joining: TraceRecord;
  operations: readonly Operation[];
  operationsMade: number;
}): readonly NodeInput[] {
  const peer = joining.backup ?? '';
  const before = hostOf(peer) === hostOf(self) ? `${hostOf(self)}-before#1` : peer;
  const version = toNumber(joining.version);
  const epoch = toNumber(joining.epoch);
  const token = toNumber(joining.token);
  const answered = (record: Omit<ArbiterRecord, 'token'>): NodeInput => ({
    type: 'arbiter.answered',
    nonce: 'current',
    record: { token, ...record },
  });
  const said = (connection: number, message: Message): NodeInput => ({
    type: 'channel.arrived',
    connection,
    message,
  });
  const old = { vm: 'vm', epoch: 1, from: before } as const;
  const greeting = { to: self, connection: 1, next: 1, configuration: 'equal' } as const;
  const copied = { position: 0, state: [], open: operations, operations: operationsMade };
  const followed = { phase: 'protected', owner: before, backup: self, reason: 'protect' } as const;
  const taken = { phase: 'alone', owner: self, backup: null, reason: 'takeover' } as const;
  const joined = { phase: 'joining', owner: self, backup: peer, reason: 'protect' } as const;
  return [
    { type: 'channel.opened', connection: 1, peer: before },
    said(1, { ...old, kind: 'hello', ...greeting }),
    said(1, { ...old, kind: 'copy', ...copied }),
    { type: 'channel.closed', connection: 1 },
    answered({ ...followed, version: 1, epoch: 1 }),
    answered({ ...taken, version: version - 1, epoch: epoch - 1 }),
    { type: 'disk.answered', operation: 'fence', result: 'done' },
    { type: 'manager.protect', peer },
    answered({ ...joined, version, epoch }),
    { type: 'channel.opened', connection: ownConnection, peer },
    said(ownConnection, { vm: 'vm', epoch, from: peer, kind: 'welcome', next: 1 }),
  ];
}
