import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../impl/base/crc32c.ts';

describe('CRC-32C', () => {
  it.each([
    ['nine digits', new TextEncoder().encode('123456789'), 0xe306_9283],
    ['32 zeros', new Uint8Array(32), 0x8a91_36aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8_ab43],
    ['0 to 31', new Uint8Array(32).map((_, index) => index), 0x46dd_794e],
  ])('agrees with the published vector: %s', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('can be continued', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (left, right) => {
        const joined = new Uint8Array([...left, ...right]);
        expect(crc32c(right, crc32c(left))).toBe(crc32c(joined));
      }),
    );
  });
});
