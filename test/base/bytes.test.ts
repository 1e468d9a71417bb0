import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createByteReader } from '../../impl/base/byte-reader.ts';
import { createByteWriter } from '../../impl/base/byte-writer.ts';
import { bytesToHex, hexToBytes } from '../../impl/base/hex.ts';

const fields = fc.tuple(
  fc.integer({ min: 0, max: 0xff }),
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.uint8Array({ maxLength: 100 }),
);

type Fields = [number, number, number, bigint, Uint8Array];

function write([u8, u16, u32, u64, bytes]: Fields): Uint8Array {
  const writer = createByteWriter();
  writer.u8(u8);
  writer.u16(u16);
  writer.u32(u32);
  writer.u64(u64);
  writer.bytes(bytes);
  return writer.toBytes();
}

describe('byte reader and writer', () => {
  it('read back what was written', () => {
    fc.assert(
      fc.property(fields, (values) => {
        const reader = createByteReader(write(values));
        const back = [reader.u8(), reader.u16(), reader.u32(), reader.u64()];
        expect([...back, reader.bytes(reader.left)]).toEqual(values);
        expect(reader.failure).toBeUndefined();
      }),
    );
  });

  it('name the first field that did not fit, at every truncation', () => {
    const whole = write([1, 2, 3, 4n, new Uint8Array(5)]);
    const starts = [0, 1, 3, 7, 15];
    for (let size = 0; size < whole.length; size += 1) {
      const reader = createByteReader(whole.slice(0, size));
      reader.u8();
      reader.u16();
      reader.u32();
      reader.u64();
      reader.bytes(5);
      const first = starts.findLast((start) => start <= size);
      expect(reader.failure).toMatchObject({ offset: first, left: size - (first ?? 0) });
    }
  });

  it('never allocate a length that is not there', () => {
    const reader = createByteReader(new Uint8Array(4));
    expect(reader.bytes(2 ** 40)).toHaveLength(0);
    expect(reader.failure).toEqual({ offset: 0, wanted: 2 ** 40, left: 4 });
  });

  it('assert that a value fits its field', () => {
    const writer = createByteWriter();
    expect(() => writer.u8(256)).toThrow('expected an integer in 0..255, got 256');
    expect(() => writer.u16(-1)).toThrow('got -1');
    expect(() => writer.u64(1n << 64n)).toThrow('does not fit 64 bits');
  });

  it('hexadecimal text goes there and back, and anything else is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes);
      }),
    );
    expect(hexToBytes('0g')).toBeUndefined();
    expect(hexToBytes('012')).toBeUndefined();
  });
});
