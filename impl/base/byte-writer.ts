// Writes fixed-width little-endian fields into a buffer that grows.
// A value that does not fit its field is our own mistake, and asserted.
// Spec: conventions.md, "Bytes".

import { assert } from './assert.ts';

export interface ByteWriter {
  /** Bytes written so far. */
  readonly size: number;
  u8(value: number): void;
  u16(value: number): void;
  u32(value: number): void;
  u64(value: bigint): void;
  bytes(value: Uint8Array): void;
  /** A copy of everything written. */
  toBytes(): Uint8Array;
}

export function createByteWriter(sizeExpected = 64): ByteWriter {
  let buffer = new Uint8Array(Math.max(sizeExpected, 8));
  let view = new DataView(buffer.buffer);
  let size = 0;

  /** Makes room for `count` bytes and returns where they go. */
  function grow(count: number): number {
    const at = size;
    size += count;
    if (size > buffer.length) {
      const larger = new Uint8Array(Math.max(size, buffer.length * 2));
      larger.set(buffer);
      buffer = larger;
      view = new DataView(buffer.buffer);
    }
    return at;
  }

  function checkUnsigned(value: number, max: number): void {
    const fits = Number.isInteger(value) && value >= 0 && value <= max;
    assert(fits, `byte writer: expected an integer in 0..${max}, got ${value}`);
  }

  return {
    get size() {
      return size;
    },
    u8(value) {
      checkUnsigned(value, 0xff);
      const at = grow(1);
      view.setUint8(at, value);
    },
    u16(value) {
      checkUnsigned(value, 0xffff);
      const at = grow(2);
      view.setUint16(at, value, true);
    },
    u32(value) {
      checkUnsigned(value, 0xffff_ffff);
      const at = grow(4);
      view.setUint32(at, value, true);
    },
    u64(value) {
      assert(value >= 0n && value >> 64n === 0n, `byte writer: ${value} does not fit 64 bits`);
      const at = grow(8);
      view.setBigUint64(at, value, true);
    },
    bytes(value) {
      const at = grow(value.length);
      buffer.set(value, at);
    },
    toBytes() {
      return buffer.slice(0, size);
    },
  };
}
