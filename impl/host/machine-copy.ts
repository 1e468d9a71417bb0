// A copy of a machine as it goes to another host: a snapshot, and what the machine did that its node
// was not told. Not an image, which stays in a store.
// Spec: protocol.md, "Migration"; machine.md, "Snapshot".

import { type ByteReader, createByteReader } from '../base/byte-reader.ts';
import { createByteWriter } from '../base/byte-writer.ts';
import { type Position, toCounter } from '../base/counters.ts';
import { crc32c } from '../base/crc32c.ts';
import {
  type Machine,
  machineToSnapshot,
  type SnapshotError,
  snapshotToMachine,
  type TranslateAfter,
} from '../machine/index.ts';
import type { Channel, GuestInputKind, Input } from '../protocol/index.ts';

/** What a running machine tells its node, and what needs an entry. */
export type Act = Extract<Input, { type: 'guest.input' | 'guest.output' }>;

export interface MachineCopy {
  readonly kind: 'copy';
  readonly machine: Machine;
  /** The machine's state is already that after all of these. */
  readonly untold: readonly Act[];
}

export interface CopyError {
  readonly kind: 'copy-error';
  readonly message: string;
}

export function isAct(input: Input): input is Act {
  return input.type === 'guest.input' || input.type === 'guest.output';
}

export function machineToCopy(machine: Machine, untold: readonly Act[]): Uint8Array {
  const acts = createByteWriter(1024);
  for (const act of untold) {
    const { position, data } = act;
    acts.u8(codeOf(act));
    acts.u64(position);
    acts.u32(data.length);
    acts.bytes(data);
  }
  const writer = createByteWriter(1024 * 1024);
  const actsBytes = acts.toBytes();
  writer.u32(actsBytes.length);
  writer.u32(crc32c(actsBytes));
  writer.bytes(actsBytes);
  writer.bytes(machineToSnapshot(machine));
  return writer.toBytes();
}

export function copyToMachine(
  bytes: Uint8Array,
  translateAfter?: TranslateAfter,
): MachineCopy | CopyError | SnapshotError {
  const reader = createByteReader(bytes);
  const [size, check] = [reader.u32(), reader.u32()];
  const actsBytes = reader.bytes(size);
  if (reader.failure !== undefined || crc32c(actsBytes) !== check) return damaged;
  const untold = readActs(createByteReader(actsBytes));
  if (untold === undefined) return damaged;
  const machine = snapshotToMachine(reader.bytes(reader.left), translateAfter);
  return machine.kind === 'machine' ? { kind: 'copy', machine, untold } : machine;
}

function readActs(reader: ByteReader): Act[] | undefined {
  const acts: Act[] = [];
  while (reader.left > 0) {
    const code = reader.u8();
    const position = toCounter<Position>(reader.u64());
    const data = reader.bytes(reader.u32()).slice();
    const kind = inputKinds[code];
    const channel = channels[code - inputKinds.length];
    if (reader.failure !== undefined) return undefined;
    if (kind !== undefined) acts.push({ type: 'guest.input', position, kind, data });
    else if (channel === undefined) return undefined;
    else acts.push({ type: 'guest.output', position, channel, data });
  }
  return acts;
}

/** Kinds of inputs, then channels of outputs. */
function codeOf(act: Act): number {
  if (act.type === 'guest.input') return inputKinds.indexOf(act.kind);
  return inputKinds.length + channels.indexOf(act.channel);
}

const inputKinds: readonly GuestInputKind[] = ['input', 'time-stamp', 'timer', 'completion'];
const channels: readonly Channel[] = ['console', 'network', 'disk'];
const damaged: CopyError = { kind: 'copy-error', message: 'copy: what was untold is damaged' };
