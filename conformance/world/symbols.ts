// Between the small numbers of a case and the values on the wire: positions, data, messages,
// records. It knows the case's names and nothing of the implementation.
// Spec: conformance.md, "Cases".

import { createHash } from 'node:crypto';
import type { CaseMessage, CaseRecord } from '../case.ts';
import type { Bytes, Channel, Counter, Message, Record } from '../wire.ts';
import { type GuestOutput, positionSteps } from './guest.ts';

export const vmName = 'vm-1';
const otherVm = 'vm-2';

export function toPosition(events: number): Counter {
  return String(BigInt(events) * positionSteps);
}

export function toEvents(position: Counter): number {
  return Number(BigInt(position) / positionSteps);
}

export function toBytes(data: Uint8Array): Bytes {
  return Buffer.from(data).toString('base64');
}

export function fromBytes(data: Bytes): Uint8Array {
  return new Uint8Array(Buffer.from(data, 'base64'));
}

/** Bytes that a seed and a name decide. */
export function seededBytes(seed: bigint, name: string, count: number): Uint8Array {
  const digest = createHash('sha256').update(`${seed} ${name}`).digest();
  return new Uint8Array(digest.subarray(0, count));
}

/** The data of a `completion`: the operation in decimal digits. */
export function completionData(operation: bigint): Uint8Array {
  return Buffer.from(String(operation), 'utf8');
}

/**
 * The data of an `output` entry, little-endian: channel, offset (of a disk output its operation),
 * size, and the first bytes of the SHA-256 of what was put out. Spec: replay.md, "Payloads".
 */
export function outputEntryData({ channel, offset, operation, data }: GuestOutput): Uint8Array {
  const bytes = Buffer.alloc(14 + checkBytes);
  bytes.writeUInt16LE(channelNumbers[channel], 0);
  bytes.writeBigUInt64LE(operation ?? offset, 2);
  bytes.writeUInt32LE(data.length, 10);
  createHash('sha256').update(data).digest().copy(bytes, 14, 0, checkBytes);
  return bytes;
}
const channelNumbers = { console: 0, network: 1, disk: 2 } as const;
const checkBytes = 8;

export function toRecord(record: CaseRecord | null): Record | null {
  if (record === null) return null;
  return {
    vm: vmName,
    version: String(record.version),
    epoch: String(record.epoch),
    phase: record.phase,
    owner: record.owner,
    backup: record.backup,
    token: String(record.token),
    base: '0',
    reason: record.reason,
  };
}

export interface MessageContext {
  readonly configuration: Bytes;
  readonly from: string;
  readonly epoch: number;
  /** What the scripted peer's machine gives: the bytes of a copy or an entry. */
  copy(message: CaseMessage): { state: Bytes; offsets: { [channel in Channel]: Counter } };
  operationData(operation: number): Bytes;
  entryData(message: CaseMessage): Bytes;
}

/** The message on the wire. Throws where its kind is none that the protocol has. */
export function toMessage(message: CaseMessage, context: MessageContext): Message {
  const vm = message.vm === 'other' ? otherVm : vmName;
  const epoch = String(message.epoch ?? context.epoch);
  const envelope = { vm, epoch, from: message.from ?? context.from };
  const seq = String(message.seq ?? 0);
  const watermark = String(message.watermark ?? 0);
  const applied = String(message.applied ?? 0);
  switch (message.kind) {
    case 'hello':
      return {
        ...envelope,
        kind: 'hello',
        to: message.to ?? '',
        connection: String(message.connection ?? 0),
        next: String(message.next ?? 1),
        ...(message.replaces === undefined ? {} : { replaces: String(message.replaces) }),
        configuration:
          message.configuration === 'different'
            ? toBytes(Buffer.from('another configuration'))
            : context.configuration,
      };
    case 'welcome':
      return { ...envelope, kind: 'welcome', next: String(message.next ?? 1) };
    case 'copy': {
      // The copy first: it makes the operations whose data are open.
      const copy = context.copy(message);
      const open = (message.open ?? []).map(({ operation }) => {
        return { operation: String(operation), data: context.operationData(operation) };
      });
      const position = toPosition(message.position ?? 0);
      return { ...envelope, kind: 'copy', position, open, ...copy };
    }
    case 'ready':
      return { ...envelope, kind: 'ready' };
    case 'entry':
      return {
        ...envelope,
        kind: 'entry',
        seq,
        position: toPosition(message.position ?? 0),
        entry: message.entry ?? 'input',
        data: context.entryData(message),
        watermark,
      };
    case 'acknowledge':
      return { ...envelope, kind: 'acknowledge', upto: String(message.upto ?? 0), applied };
    case 'alive':
      return { ...envelope, kind: 'alive', seq, watermark, applied };
    case 'diverged':
      return { ...envelope, kind: 'diverged', seq };
    case 'beat':
      return { ...envelope, kind: 'beat', number: seq };
    case 'refuse':
      return { ...envelope, kind: 'refuse', code: refuseCode(message.code) };
    default:
      throw new Error(`no message of kind ${message.kind}`);
  }
}

const refuseCodes = [
  'same-host',
  'wrong-vm',
  'wrong-incarnation',
  'wrong-connection',
  'configuration',
  'busy',
  'arbitrating',
  'superseded',
] as const;

function refuseCode(code: string | undefined): (typeof refuseCodes)[number] {
  const known = refuseCodes.find((one) => one === code);
  if (known === undefined) throw new Error(`no refusal with code ${code}`);
  return known;
}
