import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../impl/base/hex.ts';
import { createSha256, sha256 } from '../../impl/base/sha256.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const reference = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('agrees with the published vector of %j', (input, expected) => {
    expect(bytesToHex(sha256(text(input)))).toBe(expected);
  });

  it('agrees with another implementation at every length around the block size', () => {
    for (let size = 0; size <= 260; size += 1) {
      const bytes = new Uint8Array(size).map((_, index) => index * 7);
      expect(bytesToHex(sha256(bytes))).toBe(reference(bytes));
    }
  });

  it('does not depend on how the bytes were cut', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 });
    fc.assert(
      fc.property(pieces, (chunks) => {
        const hash = createSha256();
        for (const chunk of chunks) hash.update(chunk);
        expect(bytesToHex(hash.finish())).toBe(reference(Buffer.concat(chunks)));
      }),
    );
  });

  it('refuses bytes after the digest was taken', () => {
    const hash = createSha256();
    hash.finish();
    expect(() => hash.update(text('x'))).toThrow('after the digest');
  });
});
