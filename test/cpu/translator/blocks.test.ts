// Where a block ends: before an instruction that is sure to leave it, which shows only once what stands
// before it is known.

import { describe, expect, it } from 'vitest';
import { createTestCpu } from '../create-test-cpu.ts';

/** mov eax, 5; xor ecx, ecx; div ecx; mov eax, 7; hlt: the third one faults. */
const DIVIDING = [
  ...[0xb8, 5, 0, 0, 0],
  ...[0x31, 0xc9],
  ...[0xf7, 0xf1],
  ...[0xb8, 7, 0, 0, 0],
  0xf4,
];

/** pxor xmm0, xmm0; cvtsi2sd xmm1, eax; divsd xmm1, xmm0; mov eax, 7; hlt: a flag of MXCSR comes. */
const DIVIDING_NUMBERS = [
  ...[0x66, 0x0f, 0xef, 0xc0],
  ...[0xf2, 0x0f, 0x2a, 0xc8],
  ...[0xf2, 0x0f, 0x5e, 0xc8],
  ...[0xb8, 7, 0, 0, 0],
  0xf4,
];

describe('a block ends', () => {
  it.each([
    ['a division by a register that was cleared', DIVIDING, 2],
    ['a quotient of a number and a zero that was made', DIVIDING_NUMBERS, 5],
  ] as const)('before %s', (_, code, steps) => {
    const plain = createTestCpu({ code }).cpu;
    const fast = createTestCpu({ code, threshold: 0 }).cpu;
    for (const cpu of [plain, fast]) cpu.run(10);
    expect(plain.retired).toBe(steps);
    expect(fast.save()).toEqual(plain.save());
    expect(fast.translated).toBeGreaterThan(1);
  });
});

describe('a long run of instructions with many ways out', () => {
  it('is translated in parts, whatever it takes', () => {
    // L: adc r, [rbp + k], over and over, for all registers but RSP and RBP; jmp L
    const registers = [0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    const code = Array.from({ length: 800 }, (_, k) => {
      const register = registers[k % registers.length] ?? 0;
      return [register < 8 ? 0x48 : 0x4c, 0x13, 0x45 | ((register & 7) << 3), k & 0x7f];
    }).flat();
    const jump = [0xe9, 0x7b, 0xf3, 0xff, 0xff];
    const [plain, fast] = [{}, { threshold: 20 }].map((way) => {
      const { cpu, ram } = createTestCpu({ code: [...code, ...jump], ...way });
      ram.fill(0x9c, 0x8000, 0x9000);
      const state = cpu.save();
      const registers = state.registers.map((value, k) => (k === 5 ? 0x8000n : value));
      cpu.restore({ ...state, registers });
      cpu.run(250_000);
      return cpu;
    });
    expect(fast?.save()).toEqual(plain?.save());
    expect(fast?.translated).toBeGreaterThan(50_000);
  });
});
