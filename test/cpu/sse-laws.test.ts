// Laws of SSE on integers and of its conversions, which hold on every host whatever the operands.
// What single results are is for the comparison with the processor.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState } from '../../impl/cpu/index.ts';
import { createTestCpu } from './create-test-cpu.ts';

const CODE = 0x1000;
const edge = fc.constantFrom(0n, 1n, 0x7fn, 0x80n, 0x7fff_8000n, 0x8000_0000_8000_7f80n);
const half = fc.oneof(edge, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }));
const halves = fc.tuple(half, half);
type Halves = readonly [low: bigint, high: bigint];

const { cpu, ram } = createTestCpu({});

/** Runs instructions without operands in memory on XMM0 and XMM1; gives XMM0. */
function run(code: readonly (readonly number[])[], a: Halves, b: Halves): Halves {
  ram.set(code.flat(), CODE);
  cpu.memoryChanged(CODE, 64);
  const state = initialState(BigInt(CODE), 0x8000n);
  cpu.restore({ ...state, xmm: [...a, ...b, ...state.xmm.slice(4)] });
  cpu.run(code.length);
  const [low = 0n, high = 0n] = cpu.save().xmm;
  return [low, high];
}

/** An instruction of the map behind 0F with XMM0 as destination and XMM1 as source. */
const packed = (opcode: number, ...rest: number[]): number[] => [0x66, 0x0f, opcode, 0xc1, ...rest];
const onItself = (opcode: number, ...rest: number[]) => [0x66, 0x0f, opcode, 0xc0, ...rest];
const not = ([low, high]: Halves): Halves => [BigInt.asUintN(64, ~low), BigInt.asUintN(64, ~high)];

describe('packed integers', () => {
  it.each([
    ['bytes', 0xfc, 0xf8],
    ['words', 0xfd, 0xf9],
    ['doublewords', 0xfe, 0xfa],
    ['quadwords', 0xd4, 0xfb],
  ])('PSUB undoes PADD of %s', (_, add, subtract) => {
    fc.assert(
      fc.property(halves, halves, (a, b) => {
        expect(run([packed(add), packed(subtract)], a, b)).toEqual(a);
      }),
    );
  });

  it.each([
    ['unsigned bytes', 0xda, 0xde, 0xfc],
    ['signed words', 0xea, 0xee, 0xfd],
  ])('PMIN and PMAX of %s have the sum of the operands', (_, min, max, add) => {
    fc.assert(
      fc.property(halves, halves, (a, b) => {
        const [least, most] = [run([packed(min)], a, b), run([packed(max)], a, b)];
        expect(run([packed(add)], least, most)).toEqual(run([packed(add)], a, b));
      }),
    );
  });

  it.each([
    ['bytes', 0x74, 0x64],
    ['words', 0x75, 0x65],
    ['doublewords', 0x76, 0x66],
  ])('of two %s one is greater, or they are equal', (_, equal, greater) => {
    fc.assert(
      fc.property(halves, halves, (a, b) => {
        const [same, more, less] = [
          run([packed(equal)], a, b),
          run([packed(greater)], a, b),
          run([packed(greater)], b, a),
        ];
        for (const k of [0, 1] as const) {
          expect(same[k] ^ more[k] ^ less[k]).toBe((1n << 64n) - 1n);
          expect(same[k] & more[k]).toBe(0n);
        }
      }),
    );
  });

  it('PANDN is PAND with the complement; POR is what the three of them leave', () => {
    fc.assert(
      fc.property(halves, halves, (a, b) => {
        expect(run([packed(0xdf)], a, b)).toEqual(run([packed(0xdb)], not(a), b));
        const either = run([packed(0xeb)], a, b);
        expect(not(either)).toEqual(run([packed(0xdb)], not(a), not(b)));
      }),
    );
  });

  it('PMULHW and PMULLW together are the products that PMADDWD adds', () => {
    fc.assert(
      fc.property(halves, halves, (a, b) => {
        const low = run([packed(0xd5)], a, b);
        const high = run([packed(0xe5)], a, b);
        const [first, second] = [run([packed(0x61)], low, high), run([packed(0x69)], low, high)];
        const pairs = [first[0], first[1], second[0], second[1]];
        const sums = pairs.map((pair) => BigInt.asUintN(32, (pair & 0xffff_ffffn) + (pair >> 32n)));
        const added = run([packed(0xf5)], a, b);
        expect([added[0] & 0xffff_ffffn, added[0] >> 32n]).toEqual(sums.slice(0, 2));
        expect([added[1] & 0xffff_ffffn, added[1] >> 32n]).toEqual(sums.slice(2));
      }),
    );
  });
});

describe('shuffles and shifts', () => {
  it('PACKUSWB undoes PUNPCKLBW with zeros', () => {
    fc.assert(
      fc.property(halves, (a) => {
        const [low] = run([packed(0x60), packed(0x67)], a, [0n, 0n]);
        expect(low).toBe(a[0]);
      }),
    );
  });

  it('PSHUFD with 0x4e twice is nothing, and once what SHUFPD with 1 makes', () => {
    fc.assert(
      fc.property(halves, (a) => {
        const swap = onItself(0x70, 0x4e);
        expect(run([swap, swap], a, a)).toEqual(a);
        expect(run([onItself(0xc6, 1)], a, a)).toEqual(run([swap], a, a));
      }),
    );
  });

  it('PSLLDQ and PSRLDQ keep the bytes that neither shifts out', () => {
    fc.assert(
      fc.property(halves, fc.integer({ min: 0, max: 255 }), (a, count) => {
        const left = [0x66, 0x0f, 0x73, 0xf8, count];
        const right = [0x66, 0x0f, 0x73, 0xd8, count];
        const whole = (a[1] << 64n) | a[0];
        const kept = BigInt.asUintN(Math.max(0, 128 - 8 * count), whole);
        const [low, high] = run([left, right], a, a);
        expect((high << 64n) | low).toBe(kept);
      }),
    );
  });

  it('a count of the width or more gives zeros, or copies of the sign', () => {
    fc.assert(
      fc.property(halves, fc.bigInt({ min: 16n, max: 1n << 63n }), (a, count) => {
        expect(run([packed(0xd1)], a, [count, 0n])).toEqual([0n, 0n]);
        expect(run([packed(0xf1)], a, [count, 0n])).toEqual([0n, 0n]);
        expect(run([packed(0xe1)], a, [count, 0n])).toEqual(run([packed(0xe1)], a, [15n, 0n]));
      }),
    );
  });
});

describe('conversions', () => {
  it('every integer of 32 bits comes back from a double', () => {
    fc.assert(
      fc.property(halves, (a) => {
        const there = [0xf3, 0x0f, 0xe6, 0xc0];
        const back = [0xf2, 0x0f, 0xe6, 0xc0];
        expect(run([there, back], a, a)).toEqual([a[0], 0n]);
      }),
    );
  });

  it('every single but a signalling NaN comes back from a double', () => {
    const quiet = (value: bigint): bigint =>
      (value & 0x7f80_0000n) === 0x7f80_0000n && (value & 0x7f_ffffn) !== 0n
        ? value | 0x40_0000n
        : value;
    fc.assert(
      fc.property(halves, (a) => {
        const [low] = run([[0x0f, 0x5a, 0xc0], onItself(0x5a)], a, a);
        expect(low).toBe(quiet(a[0] & 0xffff_ffffn) | (quiet(a[0] >> 32n) << 32n));
      }),
    );
  });
});
