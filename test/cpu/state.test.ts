// The state as bytes: the same state back, and bytes that are no state refused.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesToCpuState,
  type CpuState,
  cpuStateToBytes,
  initialState,
  STATE_BYTES,
} from '../../impl/cpu/index.ts';
import { SPECIAL_REGISTERS } from '../../impl/cpu/state.ts';
import { createTestCpu } from './create-test-cpu.ts';

const MXCSR_AT = 8 * (18 + SPECIAL_REGISTERS.indexOf('mxcsr'));
const STATUS_AT = 8 * (19 + SPECIAL_REGISTERS.length);
const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

const anyState: fc.Arbitrary<CpuState> = fc
  .record({
    words: fc.array(word, { minLength: 17, maxLength: 17 }),
    special: fc.array(word, { minLength: 32, maxLength: 32 }),
    xmm: fc.array(word, { minLength: 32, maxLength: 32 }),
    flags: fc.bigInt({ min: 0n, max: (1n << 22n) - 1n }),
    retired: fc.maxSafeNat(),
    shadow: fc.boolean(),
    halted: fc.boolean(),
    shutdown: fc.constantFrom(undefined, 'triple-fault' as const, 'no-progress' as const),
    deliveries: fc.integer({ min: 0, max: 257 }),
  })
  .map(({ words, special, flags, shutdown, ...rest }) => {
    const values = { ...initialState(0n, 0n).special, control: flags & 0x24_7700n };
    SPECIAL_REGISTERS.forEach((name, k) => {
      values[name] = special[k] ?? 0n;
    });
    values.mxcsr &= 0xffffn;
    return {
      registers: words.slice(0, 16),
      rip: words[16] ?? 0n,
      rflags: (flags & 0x24_7fd5n) | 2n,
      special: values,
      ...rest,
      ...(shutdown === undefined ? {} : { shutdown }),
    };
  });

/** spec: cpu.state-layout, cpu.initial-state */
describe('the first state', () => {
  const words = (bytes: Uint8Array): bigint[] => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return Array.from({ length: 90 }, (_, k) => view.getBigUint64(8 * k, true));
  };

  it('is that of the chapter, word by word', () => {
    const { cpu } = createTestCpu({ entry: 0x1000, stack: 0x8000n });
    const values = new Map<number, bigint>([
      ...([
        [4, 0x8000n],
        [16, 0x1000n],
        [17, 2n],
      ] as const),
      ...([
        [18, 0x8000_0011n],
        [21, 0x620n],
        [26, 0x18n],
        [27, 0x10n],
      ] as const),
      ...([
        [28, 0x18n],
        [29, 0x18n],
        [37, 0xfee0_0900n],
        [38, 0x500n],
      ] as const),
      ...([
        [53, 0xffff_0ff0n],
        [54, 0x400n],
        [55, 0x1f80n],
      ] as const),
    ]);
    const expected = Array.from({ length: 90 }, (_, k) => values.get(k) ?? 0n);
    const bytes = cpuStateToBytes(cpu.save());
    expect(bytes.length).toBe(90 * 8);
    expect(words(bytes)).toEqual(expected);
  });

  it('has registers, steps, status and XMM registers where the table puts them', () => {
    const first = initialState(0n, 0n);
    const registers = first.registers.map((_, k) => BigInt(k + 1));
    const xmm = first.xmm.map((_, k) => BigInt(k + 100));
    const state = { ...first, registers, xmm, retired: 7, halted: true, shadow: true };
    const laid = words(cpuStateToBytes({ ...state, deliveries: 3 }));
    expect(laid.slice(0, 16)).toEqual(registers);
    expect(laid.slice(56, 58)).toEqual([7n, 0x3_0003n]);
    expect(laid.slice(58)).toEqual(xmm);
  });
});

describe('state', () => {
  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        expect(bytesToCpuState(cpuStateToBytes(state))).toEqual(state);
      }),
    );
  });

  it('is what a processor saves after it was restored', () => {
    const { cpu } = createTestCpu({});
    fc.assert(
      fc.property(anyState, (state) => {
        cpu.restore(state);
        expect(cpu.save()).toEqual(state);
      }),
    );
  });

  it('gives the same bytes for the same bytes, or refuses them', () => {
    fc.assert(
      fc.property(anyState, fc.nat(STATE_BYTES - 1), fc.nat(255), (state, at, byte) => {
        const bytes = cpuStateToBytes(state);
        bytes[at] = byte;
        const back = bytesToCpuState(bytes);
        if (back !== undefined) expect(cpuStateToBytes(back)).toEqual(bytes);
      }),
    );
  });

  it('refuses another length, flags that do not exist, a status without meaning, MXCSR', () => {
    const bytes = cpuStateToBytes(initialState(0n, 0n));
    expect(bytesToCpuState(bytes.subarray(1))).toBeUndefined();
    for (const [at, byte] of [
      [136, 0],
      [136 + 2, 0x80],
      [STATUS_AT, 0x0c],
      [MXCSR_AT + 2, 1],
    ] as const) {
      const wrong = Uint8Array.from(bytes);
      wrong[at] = byte;
      expect(bytesToCpuState(wrong)).toBeUndefined();
    }
  });
});
