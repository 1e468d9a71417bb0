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
