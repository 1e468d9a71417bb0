import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToElfImage, type ElfImage, type ImageError } from '../../impl/machine/elf.ts';

const ramBytes = 16 * 1024 * 1024;
const kv = new Uint8Array(readFileSync(new URL('../../impl/guests/kv.elf', import.meta.url)));

/** The image with one field replaced. */
function patched(offset: number, size: 1 | 2 | 4 | 8, value: bigint): Uint8Array {
  const bytes = kv.slice();
  for (let index = 0; index < size; index += 1) {
    bytes[offset + index] = Number((value >> BigInt(8 * index)) & 0xffn);
  }
  return bytes;
}

function reasonOf(result: ElfImage | ImageError): string {
  return result.kind === 'image-error' ? result.reason : 'image';
}

const firstProgramHeader = 64;

describe('ELF images', () => {
  it('reads the segments and the entry of a static executable', () => {
    const image = bytesToElfImage(kv, ramBytes);
    expect(image).toMatchObject({ kind: 'image', entry: 0x10_0000 });
    if (image.kind !== 'image') return;
    expect(image.segments.map((segment) => segment.address)).toEqual([0x10_0000, 0x10_1000]);
    expect(image.segments[1]?.bytes).toHaveLength(0);
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'not-elf'],
    ['a text', new TextEncoder().encode('#!/bin/sh\n'.repeat(9)), 'not-elf'],
    ['32 bits', patched(4, 1, 1n), 'wrong-target'],
    ['another processor', patched(18, 2, 40n), 'wrong-target'],
    ['a shared object', patched(16, 2, 3n), 'not-static'],
    ['no program headers', patched(56, 2, 0n), 'bad-segment'],
    ['65535 program headers', patched(56, 2, 0xffffn), 'bad-segment'],
    ['program headers outside', patched(32, 8, 1n << 63n), 'truncated'],
    ['an interpreter', patched(firstProgramHeader, 4, 3n), 'not-static'],
    ['bytes outside the file', patched(firstProgramHeader + 8, 8, (1n << 64n) - 1n), 'truncated'],
    ['more in the file than in memory', patched(firstProgramHeader + 40, 8, 1n), 'bad-segment'],
    ['a hostile size', patched(firstProgramHeader + 40, 8, (1n << 64n) - 1n), 'does-not-fit'],
    ['an address below the tables', patched(firstProgramHeader + 24, 8, 0n), 'does-not-fit'],
    ['an address beyond memory', patched(firstProgramHeader + 24, 8, 1n << 40n), 'does-not-fit'],
    ['overlapping segments', patched(firstProgramHeader + 40, 8, 0x2000n), 'bad-segment'],
    ['an entry outside', patched(24, 8, 0x20_0000n), 'bad-entry'],
  ])('refuses %s', (_name, bytes, reason) => {
    const result = bytesToElfImage(bytes, ramBytes);
    expect(reasonOf(result)).toBe(reason);
    if (result.kind === 'image-error') expect(result.message).toMatch(/^guest image: /);
  });

  it('refuses the image cut anywhere before the end of its last segment', () => {
    const end = 0x1000 + 0xdb2;
    for (let size = 0; size < end; size += 1) {
      const result = bytesToElfImage(kv.subarray(0, size), ramBytes);
      expect(['not-elf', 'truncated']).toContain(reasonOf(result));
    }
    expect(reasonOf(bytesToElfImage(kv, ramBytes))).toBe('image');
  });

  it('never throws, and what it accepts lies within memory, whatever the bytes', () => {
    const flips = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = kv.slice();
        for (const [offset, value] of changes) bytes[offset] = value;
        const image = bytesToElfImage(bytes, ramBytes);
        if (image.kind !== 'image') return;
        for (const segment of image.segments) {
          expect(segment.address + segment.size).toBeLessThanOrEqual(ramBytes);
          expect(segment.bytes.length).toBeLessThanOrEqual(segment.size);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
