// The owner's side of the log: numbers entries, sends them, counts acknowledgements, and holds the
// guest before the log is full. Not the backup's side: replaying.ts. Not the bytes of an entry's
// frame. Spec: protocol.md, "Logging", "Flow".

import { assert } from '../base/assert.ts';
import type { Connection, Position, Sequence } from '../base/counters.ts';
import { greater, successor } from '../base/counters.ts';
import { closeOperation, issue, noSequence, numberOutput, release } from './gate.ts';
import type { GuestInput, GuestOutput } from './inputs.ts';
import { withInstant } from './lag.ts';
import { envelopeOf, linkOf, sendChannel } from './link.ts';
import type { Acknowledge, EndingKind, EntryKind } from './messages.ts';
import { outputEntryData } from './output-entry.ts';
import type { HeldEntry, Log, Output } from './state.ts';
import { faultPeer } from './suspicion.ts';
import { holdsGuest } from './task.ts';
import { holdGuest, ownerOf, runGuest, setOwner, type Turn } from './turn.ts';

export function guestInput(turn: Turn, input: GuestInput): void {
  if (!isRunning(turn)) return;
  const { operations, log } = ownerOf(turn);
  if (input.kind === 'completion') {
    setOwner(turn, { operations: closeOperation(operations, input.data) });
  }
  if (log === null) return;
  assign(turn, log, input.position);
  sendNext(turn, input.kind, input.data);
  holdWhenFull(turn);
}

/** spec: output.own-entry */
export function guestOutput(turn: Turn, input: GuestOutput): void {
  if (!isRunning(turn)) return;
  const owner = ownerOf(turn);
  const seq = owner.log === null ? noSequence : successor(owner.log.sent);
  const { output, offsets, operations } = numberOutput(owner, seq, input);
  setOwner(turn, { offsets, operations });
  if (owner.log === null) {
    issue(turn, output);
    return;
  }
  assign(turn, owner.log, input.position);
  hold(turn, output);
  sendNext(turn, 'output', outputEntryData(output));
  holdWhenFull(turn);
}

/** spec: logging.cumulative-acknowledgement, output.release-exactly-acknowledged */
export function acknowledgeArrived(
  turn: Turn,
  connection: Connection,
  acknowledge: Acknowledge,
): void {
  const { pairing, log } = ownerOf(turn);
  if (pairing === null || !pairing.link.isOpen) return;
  // Before the copy nothing was sent, so that whatever is acknowledged is beyond it.
  const verdict = turn.node.rules.acceptAcknowledge({
    connection,
    pairing: { vm: turn.node.config.vm, ...pairing.link },
    acknowledge,
    acknowledged: log?.acknowledged ?? noSequence,
    sent: log?.sent ?? noSequence,
  });
  if (verdict === 'fault') faultPeer(turn);
  if (verdict !== 'count' || log === null) return;
  countAcknowledged(turn, acknowledge.upto);
  letGuestRun(turn);
}

/** What is acknowledged is kept no longer, and what waited for it leaves. */
export function countAcknowledged(turn: Turn, acknowledged: Sequence): void {
  const { log } = ownerOf(turn);
  if (log === null) return;
  const kept = log.kept.filter(({ seq }) => seq > acknowledged);
  setOwner(turn, { log: { ...log, acknowledged, kept } });
  release(turn);
}

/** Sends again what is kept from this sequence on.
 *  spec: logging.keep-unacknowledged, logging.resume-at-next */
export function sendKept(turn: Turn, from: Sequence): void {
  for (const entry of ownerOf(turn).log?.kept ?? []) {
    if (entry.seq >= from) sendEntry(turn, entry);
  }
}

/** The entry that ends the log stands where the last one stood, and needs no room in it. */
export function sendEnding(turn: Turn, kind: EndingKind): void {
  const { log } = ownerOf(turn);
  if (log === null) return;
  assign(turn, log, log.position);
  sendNext(turn, kind, new Uint8Array(0));
}

/** A held guest goes on where there is room and no operation of the manager holds it. */
export function letGuestRun(turn: Turn): void {
  if (turn.node.guest !== 'held' || holdsGuest(ownerOf(turn).task)) return;
  if (!isFull(turn)) runGuest(turn);
}

/** An input or output of a guest that does not run is refused: it cannot have happened. */
function isRunning(turn: Turn): boolean {
  const { guest, role } = turn.node;
  if (guest === 'running' && role.kind === 'owner') return true;
  turn.refusal = 'not-running';
  return false;
}

/** spec: logging.consecutive-sequence */
function assign(turn: Turn, log: Log, position: Position): void {
  const isForward = position >= log.position;
  assert(isForward, `guest: expected a position from ${log.position} on, got ${position}`);
  const sent = successor(log.sent);
  const instants = withInstant(log, { seq: sent, at: turn.node.now });
  setOwner(turn, { log: { ...log, sent, instants, position } });
}

/** Behind an open gate the output leaves before its entry is sent. */
function hold(turn: Turn, output: Output): void {
  setOwner(turn, { waiting: [...ownerOf(turn).waiting, output] });
  release(turn);
}

/** Sends the entry that was numbered last, and keeps it where it may be needed again. */
function sendNext(turn: Turn, kind: EntryKind, data: Uint8Array): void {
  const { log } = ownerOf(turn);
  if (log === null) return;
  const entry = { seq: log.sent, position: log.position, kind, data };
  const { config, rules } = turn.node;
  const isSent = linkOf(turn.node)?.isOpen === true;
  if (config.reconnect && rules.keepsEntry({ isSent })) {
    setOwner(turn, { log: { ...log, kept: [...log.kept, entry] } });
  }
  sendEntry(turn, entry);
}

/** spec: logging.issued-watermark */
function sendEntry(turn: Turn, { seq, position, kind: entry, data }: HeldEntry): void {
  const { log, waiting } = ownerOf(turn);
  if (log === null) return;
  const firstHeld = waiting[0]?.seq ?? null;
  const watermark = turn.node.rules.watermark({ sent: log.sent, firstHeld });
  if (linkOf(turn.node)?.isOpen) {
    setOwner(turn, { log: { ...log, transmitted: greater(log.transmitted, seq) } });
  }
  const envelope = envelopeOf(turn.node);
  sendChannel(turn, { kind: 'entry', ...envelope, seq, position, entry, data, watermark });
}

/** spec: flow.stop-before-full */
function holdWhenFull(turn: Turn): void {
  if (turn.node.guest === 'running' && isFull(turn)) holdGuest(turn);
}

function isFull(turn: Turn): boolean {
  const { log } = ownerOf(turn);
  if (log === null) return false;
  const unacknowledged = log.sent - log.acknowledged;
  return turn.node.rules.isFull({ unacknowledged, entriesMax: turn.node.config.entriesMax });
}
