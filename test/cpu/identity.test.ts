// What CPUID announces is there: each bit that is set has an instruction here, which must not be undefined.
// A bit that stands here and is not announced says nothing: an instruction more is no fault.

import { describe, expect, it } from 'vitest';
import { createTestCpu } from './create-test-cpu.ts';

const EBX = 3;
const ECX = 1;
const EDX = 2;

/** Leaf, register, and by bit the name and the bytes of one instruction; memory is at RDI. */
const FEATURES: readonly (readonly [
  number,
  number,
  ReadonlyMap<number, readonly [string, string]>,
])[] = [
  [
    1,
    EDX,
    new Map([
      [4, ['TSC', '0f31']],
      [5, ['MSR', '0f32']],
      [8, ['CX8', '0fc70f']],
      [9, ['APIC', '90']],
      [15, ['CMOV', '0f44c1']],
      [19, ['CLFLUSH', '0fae3f']],
      [24, ['FXSR', '0fae07']],
      [25, ['SSE', '0f58c1']],
      [26, ['SSE2', '660f58c1']],
    ]),
  ],
  [
    1,
    ECX,
    new Map([
      [13, ['CX16', '480fc70f']],
      [22, ['MOVBE', '0f38f007']],
      [23, ['POPCNT', 'f30fb8c1']],
    ]),
  ],
  [
    7,
    EBX,
    new Map([
      [0, ['FSGSBASE', 'f3480faec0']],
      [3, ['BMI1', 'c4e278f2c1']],
      [8, ['BMI2', 'c4e279f7c1']],
      [19, ['ADX', '660f38f6c1']],
      [23, ['CLFLUSHOPT', '660fae3f']],
      [24, ['CLWB', '660fae37']],
    ]),
  ],
  [
    7,
    ECX,
    new Map([
      [2, ['UMIP', '0f20e0']],
      [22, ['RDPID', 'f30fc7f8']],
    ]),
  ],
  [
    0x8000_0001,
    ECX,
    new Map([
      [0, ['LAHF', '9f']],
      [5, ['LZCNT', 'f30fbdc1']],
      [8, ['PREFETCHW', '0f0d0f']],
    ]),
  ],
  [
    0x8000_0001,
    EDX,
    new Map([
      [11, ['SYSCALL', '0f05']],
      [27, ['RDTSCP', '0f01f9']],
      [29, ['long mode', '4890']],
    ]),
  ],
];

/** One step; without a table of gates an exception is a shutdown. */
function run(
  code: string,
  eax: number,
): { readonly kind: string; readonly registers: readonly bigint[] } {
  const { cpu } = createTestCpu({ code: Buffer.from(code, 'hex') });
  const state = cpu.save();
  const registers = state.registers.map((value, k) => (k === 7 ? 0x5000n : value));
  registers[0] = BigInt(eax);
  // The number of EFER, for RDMSR; leaf 7 has subleaf 0.
  registers[1] = code === '0f32' ? 0xc000_0080n : 0n;
  const { cr4, efer } = state.special;
  // FSGSBASE and SCE are on.
  const special = { ...state.special, cr4: cr4 | (1n << 16n), efer: efer | 1n };
  cpu.restore({ ...state, registers, special });
  const { kind } = cpu.run(1);
  return { kind, registers: cpu.save().registers };
}

/** spec: cpu.announces-what-it-has */
describe('CPUID', () => {
  it.each(FEATURES)(
    'leaf %i, register %i: each bit that is set is kept',
    (leaf, register, features) => {
      const word = Number(run('0fa2', leaf).registers[register]);
      const bits = Array.from({ length: 32 }, (_, k) => k).filter((k) => ((word >>> k) & 1) === 1);

      expect(bits.length).toBeGreaterThan(0);
      const broken = bits.filter((bit) => {
        const code = features.get(bit)?.[1];
        return code === undefined || run(code, 0).kind !== 'budget';
      });
      expect(broken).toEqual([]);
    },
  );

  it('would show one that is not', () => {
    expect(run('0f38c8c1', 0).kind).toBe('shutdown');
  });
});
