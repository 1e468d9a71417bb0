// A whole machine at a position, as bytes, and back.
// It names the state's digest, so that damage shows; it is no proof of who wrote it.
// Spec: machine.md, "Snapshot".

import { type ByteReader, createByteReader } from '../base/byte-reader.ts';
import { createByteWriter } from '../base/byte-writer.ts';
import { bytesToHex } from '../base/hex.ts';
import { digestBytes } from '../base/sha256.ts';
import { bytesToCpuState } from '../cpu/state.ts';
import { isRamSize } from './configuration.ts';
import { assembleMachine, type Machine } from './machine.ts';
import { createMachineMemory, type TranslateAfter } from './machine-memory.ts';
import { createParts, loadDevices } from './machine-parts.ts';
import { pageBytes } from './memory-digest.ts';

export const snapshotVersion = 2;

export interface SnapshotError {
  readonly kind: 'snapshot-error';
  readonly reason: 'bad-magic' | 'unknown-version' | 'truncated' | 'bad-field' | 'digest';
  readonly message: string;
}

/** spec: machine.snapshot-is-whole-state */
export function machineToSnapshot(machine: Machine): Uint8Array {
  const { registers, devices, ram } = machine.state();
  const writer = createByteWriter(1024 * 1024);
  writer.bytes(magic);
  writer.u16(snapshotVersion);
  writer.u16(0);
  writer.u32(ram.length);
  writer.u32(registers.length);
  writer.bytes(registers);
  writer.u32(devices.length);
  writer.bytes(devices);
  const pages = findUsedPages(ram);
  writer.u32(pages.length);
  for (const page of pages) {
    writer.u32(page);
    writer.bytes(ram.subarray(page * pageBytes, (page + 1) * pageBytes));
  }
  writer.bytes(machine.digest());
  return writer.toBytes();
}

/**
 * A machine of its own, with nothing translated yet.
 *
 * spec: machine.snapshot-refused-when-damaged
 */
export function snapshotToMachine(
  bytes: Uint8Array,
  translateAfter?: TranslateAfter,
): Machine | SnapshotError {
  const reader = createByteReader(bytes);
  if (bytesToHex(reader.bytes(8)) !== bytesToHex(magic)) {
    return refuse('bad-magic', 'expected the magic "LOCKSNAP"');
  }
  const [version, reserved] = [reader.u16(), reader.u16()];
  if (version !== snapshotVersion || reserved !== 0) {
    return refuse('unknown-version', `expected version ${snapshotVersion}, got ${version}`);
  }
  const ramBytes = reader.u32();
  const registers = reader.bytes(reader.u32());
  const devices = reader.bytes(reader.u32());
  const pages = reader.u32();
  if (reader.failure !== undefined) return refuse('truncated', 'it ends within its head');
  if (!isRamSize(ramBytes)) return refuse('bad-field', `${ramBytes} bytes of memory`);
  if (reader.left !== pages * (4 + pageBytes) + digestBytes) {
    return refuse('truncated', `expected ${pages} pages and a digest, got ${reader.left} bytes`);
  }
  const state = bytesToCpuState(registers);
  if (state === undefined) return refuse('bad-field', 'the registers are no processor state');
  const memory = createMachineMemory(ramBytes, translateAfter);
  if (!readPages(reader, pages, memory.ram))
    return refuse('bad-field', 'a page is outside or repeated');
  const parts = createParts(memory, 0n, 0n);
  parts.cpu.restore(state);
  if (!loadDevices(parts, devices)) return refuse('bad-field', 'the devices are no device state');
  const machine = assembleMachine(parts);
  const [expected, found] = [bytesToHex(reader.bytes(digestBytes)), bytesToHex(machine.digest())];
  if (expected !== found)
    return refuse('digest', `it names digest ${expected}, its state ${found}`);
  return machine;
}

function readPages(reader: ByteReader, count: number, ram: Uint8Array): boolean {
  let next = 0;
  for (let index = 0; index < count; index += 1) {
    const page = reader.u32();
    if (page < next || (page + 1) * pageBytes > ram.length) return false;
    ram.set(reader.bytes(pageBytes), page * pageBytes);
    next = page + 1;
  }
  return true;
}

function findUsedPages(ram: Uint8Array): number[] {
  const words = new Int32Array(ram.buffer, ram.byteOffset, ram.length / 4);
  const pages: number[] = [];
  for (let page = 0; page * pageBytes < ram.length; page += 1) {
    const start = (page * pageBytes) / 4;
    for (let at = start; at < start + pageBytes / 4; at += 1) {
      if (words[at] === 0) continue;
      pages.push(page);
      break;
    }
  }
  return pages;
}

function refuse(reason: SnapshotError['reason'], what: string): SnapshotError {
  return { kind: 'snapshot-error', reason, message: `snapshot: ${what}` };
}

const magic = Uint8Array.from('LOCKSNAP', (letter) => letter.charCodeAt(0));
