// The backup's side of the log: holds entries, acknowledges, feeds the replaying guest one entry at
// a time, and keeps what it made. Not the guest. Spec: protocol.md, "Logging", "Divergence".

import type { Connection, Sequence } from '../base/counters.ts';
import { greater } from '../base/counters.ts';
import { endMachine, goLiveWhenReady } from './failover.ts';
import { closeOperation, type Numbered, numberOutput } from './gate.ts';
import type { GuestApplied } from './inputs.ts';
import { envelopeOf, sendChannel } from './link.ts';
import type { Entry } from './messages.ts';
import { outputEntryData } from './output-entry.ts';
import { isEarly } from './replacement.ts';
import type { Backup, HeldEntry, Replay } from './state.ts';
import { faultPeer } from './suspicion.ts';
import { emit, setRole, type Turn } from './turn.ts';

/** spec: logging.acknowledge-held-entries */
export function entryArrived(turn: Turn, connection: Connection, entry: Entry): void {
  const { role, rules, config } = turn.node;
  if (role.kind !== 'backup' || !role.link.isOpen) return;
  if (role.replay === null || role.replacement !== null) {
    if (connection === role.link.connection && isEarly(role, config.vm, entry)) faultPeer(turn);
    return;
  }
  if (isStopped(turn, role.replay)) return;
  const { held, position, ending } = role.replay;
  const pairing = { vm: config.vm, ...role.link };
  const isEnded = ending !== null;
  const verdict = rules.acceptEntry({ connection, pairing, entry, held, position, isEnded });
  if (verdict === 'fault') faultPeer(turn);
  if (verdict === 'hold') holdEntry(turn, role.replay, entry);
  if (verdict === 'hold' || verdict === 'repeat') acknowledge(turn, entry.seq);
}

/** A higher watermark frees the bytes of outputs that have left the owner.
 *  spec: logging.issued-watermark */
export function watermarkArrived(turn: Turn, watermark: Sequence): void {
  const { role } = turn.node;
  if (role.kind !== 'backup' || role.replay === null) return;
  setReplay(turn, raiseWatermark(role.replay, watermark));
}

/** The guest consumed the first of the backlog.
 *  spec: logging.not-beyond-log */
export function guestApplied(turn: Turn, input: GuestApplied): void {
  const replay = replayOf(turn);
  const entry = replay?.backlog[0];
  if (replay === null || entry === undefined || entry.seq !== input.seq) return;
  if (isStopped(turn, replay)) return;
  const numbered = input.output && numberOutput(replay, input.seq, input.output);
  if (!fitsEntry(entry, numbered)) {
    guestDiverged(turn, input.seq);
    return;
  }
  setReplay(turn, consume(replay, input.seq, numbered));
  if (entry.kind === 'yield') readAtOnce(turn);
  emitInReplay(turn, input);
  applyNext(turn);
  goLiveWhenReady(turn);
}

/** spec: divergence.stop-and-renounce, divergence.never-live */
export function guestDiverged(turn: Turn, seq: Sequence): void {
  const replay = replayOf(turn);
  if (replay === null || replay.diverged !== null) return;
  const isConsumed = seq <= replay.applied || seq > replay.held;
  if (isConsumed) return;
  setReplay(turn, { ...replay, diverged: seq });
  if (!turn.node.rules.stopsWhenDiverged()) return;
  const { role } = turn.node;
  if (role.kind === 'promoted') endMachine(turn, 'diverged');
  if (role.kind !== 'backup') return;
  readAtOnce(turn);
  sendChannel(turn, { kind: 'diverged', ...envelopeOf(turn.node), seq });
}

/** A read that decided nothing does not put this one off. */
function readAtOnce(turn: Turn): void {
  const { role } = turn.node;
  if (role.kind === 'backup') setRole(turn, { ...role, readAgainAt: null });
}

export function replayOf(turn: Turn): Replay | null {
  const { role } = turn.node;
  return role.kind === 'backup' || role.kind === 'promoted' ? role.replay : null;
}

function isStopped(turn: Turn, replay: Replay): boolean {
  return replay.diverged !== null && turn.node.rules.stopsWhenDiverged();
}

function holdEntry(turn: Turn, replay: Replay, entry: Entry): void {
  const { seq, position, data } = entry;
  if (entry.entry === 'unknown') return;
  const { entry: kind } = entry;
  const backlog = [...replay.backlog, { seq, position, kind, data }];
  const ending = kind === 'power-off' || kind === 'yield' ? kind : null;
  const holding = { ...replay, held: seq, position, backlog, ending };
  setReplay(turn, raiseWatermark(holding, entry.watermark));
  if (backlog.length === 1) applyNext(turn);
}

/** A power-off is not for the guest: it consumes what stands before it, and nothing after.
 *  spec: flow.backup-waits-when-empty, lifecycle.power-off-entry-ends-replay */
function applyNext(turn: Turn): void {
  const replay = replayOf(turn);
  const entry = replay?.backlog[0];
  if (replay === null || entry === undefined) return;
  const { kind, seq } = entry;
  if (kind !== 'power-off') emit(turn, { type: 'guest.apply', entry: { ...entry, kind } });
  else if (!turn.node.rules.endsReplay()) setReplay(turn, consume(replay, seq, null));
}

/** spec: logging.cumulative-acknowledgement */
function acknowledge(turn: Turn, seq: Sequence): void {
  const replay = replayOf(turn);
  if (replay === null) return;
  const upto = turn.node.rules.acknowledgedUpto({ held: replay.held, seq });
  setReplay(turn, { ...replay, acknowledged: upto });
  const applied = turn.node.rules.consumedUpto(replay);
  sendChannel(turn, { kind: 'acknowledge', ...envelopeOf(turn.node), upto, applied });
}

/** An entry of an output fits the very output that the guest made, and no other entry has one.
 *  spec: divergence.check-output */
function fitsEntry({ kind, data }: HeldEntry, made: Numbered | null): boolean {
  if (kind !== 'output' || made === null) return kind !== 'output' && made === null;
  const expected = outputEntryData(made.output);
  return data.length === expected.length && data.every((byte, at) => byte === expected[at]);
}

function consume(replay: Replay, seq: Sequence, numbered: Numbered | null): Replay {
  const [entry, ...backlog] = replay.backlog;
  const applied = { ...replay, applied: seq, backlog };
  if (numbered !== null) {
    const { output, offsets, operations } = numbered;
    const isAbove = seq > replay.watermark;
    const outputs = isAbove ? [...replay.outputs, output] : replay.outputs;
    return { ...applied, outputs, offsets, operations };
  }
  if (entry?.kind !== 'completion') return applied;
  return { ...applied, operations: closeOperation(replay.operations, entry.data) };
}

function raiseWatermark(replay: Replay, watermark: Sequence): Replay {
  const raised = greater(replay.watermark, watermark);
  const outputs = replay.outputs.filter(({ seq }) => seq > raised);
  return { ...replay, watermark: raised, outputs };
}

/** spec: output.silent-in-replay */
function emitInReplay(turn: Turn, { output, seq }: GuestApplied): void {
  if (output === null || output.channel === 'disk' || !turn.node.rules.emitsInReplay()) return;
  const made = replayOf(turn)?.outputs.find((one) => one.seq === seq);
  if (made === undefined || made.channel === 'disk') return;
  const { channel, offset, data } = made;
  emit(turn, { type: 'output.emit', channel, offset, data });
}

function setReplay(turn: Turn, replay: Replay): void {
  const { role } = turn.node;
  if (role.kind === 'promoted') setRole(turn, { ...role, replay });
  if (role.kind === 'backup') setRole(turn, { ...(role satisfies Backup), replay });
}
