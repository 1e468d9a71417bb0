// Entries of the machine's log as inputs of a node, and back: the node numbers and stamps its
// own, so kind, position and payload pass.
// Spec: protocol.md, "Node"; replay.md, "Entries".

import { assert, unreachable } from '../base/assert.ts';
import { type Epoch, type Position, toCounter } from '../base/counters.ts';
import type { Input, ReplayEntry } from '../protocol/index.ts';
import {
  bigintToEpoch,
  bigintToPosition,
  bigintToSequence,
  bytesToPayload,
  type LogEntry,
  type NumberedOutput,
  payloadToBytes,
  placeEntry,
  type Recorded,
} from '../replay/index.ts';
import type { Act } from './machine-copy.ts';

/** Recorder and node each number entries themselves: numbers do not pass. */
export function recordedToInputs({ entries, outputs }: Recorded): Input[] {
  return entries.flatMap((entry) => entryToInput(entry, outputs) ?? []);
}

/** Undefined for what the protocol of this revision does not carry: power-off and digests. */
function entryToInput(entry: LogEntry, outputs: readonly NumberedOutput[]): Input | undefined {
  const position = toCounter<Position>(entry.position);
  switch (entry.kind) {
    case 'time-stamp':
    case 'input':
    case 'timer':
      return { type: 'guest.input', position, kind: entry.kind, data: payloadToBytes(entry) };
    case 'output': {
      const output = outputs.find((one) => one.seq === entry.seq);
      assert(output !== undefined, 'engine guest: an output entry without its output');
      return { type: 'guest.output', position, channel: 'console', data: output.bytes };
    }
    case 'disk-completion':
    case 'power-off':
    case 'digest':
      return undefined;
    default:
      return unreachable(entry);
  }
}

/** What an output's entry says of its bytes is compared by the node. */
export function isEntryOf(act: Act, { kind, position, data }: ReplayEntry): boolean {
  if (act.position !== position) return false;
  if (act.type === 'guest.output') return kind === 'output';
  return act.kind === kind && Buffer.compare(act.data, data) === 0;
}

export function replayEntryToLogEntry(entry: ReplayEntry): LogEntry | undefined {
  if (entry.kind === 'completion' || entry.kind === 'yield') return undefined;
  const body = bytesToPayload(entry.kind, entry.data);
  if (body === undefined) return undefined;
  return placeEntry(body, {
    epoch: anyEpoch,
    seq: bigintToSequence(entry.seq),
    position: bigintToPosition(entry.position),
  });
}

/** The node keeps the epoch; recorder and replayer live within one pairing and need only agree. */
export const anyEpoch: Epoch = bigintToEpoch(1n);
