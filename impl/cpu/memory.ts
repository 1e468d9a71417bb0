// Physical memory: RAM from address 0, windows of devices, and open bus in between, which reads
// as ones and swallows writes. The low 4 GiB are mapped one to one; nothing else is mapped.
// Spec: cpu.md, "Memory".

import { assert } from '../base/assert.ts';
import type { OperandWidth } from './algebra.ts';
import type { MmioWindow, Outside } from './outside.ts';
import { maskOf } from './values.ts';

/** The end of what is mapped. spec: cpu.mapped-memory */
export const MAPPED_BYTES = 0x1_0000_0000n;

export type BadAddress =
  | { readonly kind: 'not-canonical' }
  /** The first byte of the access that is not mapped. */
  | { readonly kind: 'not-mapped'; readonly address: bigint };

/** Whether `bytes` bytes at a linear address can be accessed, and why not. */
export function findBadAddress(address: bigint, bytes: number): BadAddress | undefined {
  const last = BigInt.asUintN(64, address + BigInt(bytes - 1));
  if (last < MAPPED_BYTES && address <= last) return undefined;
  if (!isCanonical(address) || !isCanonical(last)) return { kind: 'not-canonical' };
  return { kind: 'not-mapped', address: address < MAPPED_BYTES ? MAPPED_BYTES : address };
}

export function isCanonical(address: bigint): boolean {
  return BigInt.asUintN(64, BigInt.asIntN(48, address)) === address;
}

/** Mapped memory; every address given to it must be below MAPPED_BYTES. */
export type PhysicalMemory = {
  readonly ram: Uint8Array;
  read(address: number, width: OperandWidth): bigint;
  /** Returns whether RAM changed. */
  write(address: number, width: OperandWidth, value: bigint): boolean;
  /** Code is never fetched from a device: its window reads as open bus. */
  fetch(address: number, bytesMax: number): Uint8Array;
};

export function createMemory(
  ram: Uint8Array,
  windows: readonly MmioWindow[],
  outside: Outside,
): PhysicalMemory {
  assert(BigInt(ram.length) <= MAPPED_BYTES, `memory: RAM has at most 4 GiB, got ${ram.length}`);
  for (const { base, bytes } of windows) {
    const isApart = base >= ram.length && bytes > 0 && BigInt(base + bytes) <= MAPPED_BYTES;
    assert(isApart, `memory: a window lies between RAM and 4 GiB, got ${base} + ${bytes}`);
  }
  return new Memory(ram, windows, outside);
}

class Memory implements PhysicalMemory {
  readonly ram: Uint8Array;
  readonly #windows: readonly MmioWindow[];
  readonly #outside: Outside;

  constructor(ram: Uint8Array, windows: readonly MmioWindow[], outside: Outside) {
    this.ram = ram;
    this.#windows = windows;
    this.#outside = outside;
  }

  read(address: number, width: OperandWidth): bigint {
    if (this.#isDevice(address, width / 8)) {
      return this.#outside.readMmio(address, bytesOf(width)) & maskOf(width);
    }
    let value = 0n;
    for (let k = 0; k < width / 8; k += 1) value |= this.#readByte(address + k) << BigInt(8 * k);
    return value;
  }

  write(address: number, width: OperandWidth, value: bigint): boolean {
    if (this.#isDevice(address, width / 8)) {
      this.#outside.writeMmio(address, bytesOf(width), value);
      return false;
    }
    for (let k = 0; k < width / 8; k += 1) {
      this.#writeByte(address + k, (value >> BigInt(8 * k)) & 0xffn);
    }
    return address < this.ram.length;
  }

  fetch(address: number, bytesMax: number): Uint8Array {
    if (address + bytesMax <= this.ram.length) {
      return this.ram.subarray(address, address + bytesMax);
    }
    const mapped = Math.min(bytesMax, Number(MAPPED_BYTES) - address);
    return Uint8Array.from({ length: mapped }, (_, k) => this.ram[address + k] ?? 0xff);
  }

  #isDevice(address: number, bytes: number): boolean {
    return this.#windows.some(
      (window) => address >= window.base && address + bytes <= window.base + window.bytes,
    );
  }

  /** An access that lies across an edge is made byte by byte. spec: cpu.open-bus */
  #readByte(address: number): bigint {
    const byte = this.ram[address];
    if (byte !== undefined) return BigInt(byte);
    return this.#isDevice(address, 1) ? this.#outside.readMmio(address, 1) & 0xffn : 0xffn;
  }

  #writeByte(address: number, value: bigint): void {
    if (address < this.ram.length) this.ram[address] = Number(value);
    else if (this.#isDevice(address, 1)) this.#outside.writeMmio(address, 1, value);
  }
}

function bytesOf(width: OperandWidth): 1 | 2 | 4 | 8 {
  return width === 8 ? 1 : width === 16 ? 2 : width === 32 ? 4 : 8;
}
