// Code that changes code, translated before it is executed: the next step always sees the store.

import { describe, expect, it } from 'vitest';
import { createTestCpu } from '../create-test-cpu.ts';

/** mov ecx, 6; L: inc eax (its ModRM is flipped between EAX and EBX); xor byte [L+1], 3; loop L; hlt */
const FLIPPING = [
  ...[0xb9, 6, 0, 0, 0],
  ...[0xff, 0xc0],
  ...[0x80, 0x34, 0x25, 0x06, 0x10, 0, 0, 3],
  ...[0xe2, 0xf4],
  0xf4,
];

/** spec: cpu.self-modifying-code */
describe('self-modifying code, translated', () => {
  it.each([0, 1, 2])(
    'a loop that changes its own body, translating after %i arrivals',
    (threshold) => {
      const { cpu } = createTestCpu({ code: FLIPPING, threshold });

      expect(cpu.run(100)).toEqual({ kind: 'halted' });

      const { registers } = cpu.save();
      expect([registers[0], registers[3]]).toEqual([3n, 3n]);
    },
  );

  it('a store into the rest of its own block', () => {
    // mov byte [next+1], 0x2a; next: mov al, 1; hlt
    const code = [0xc6, 0x04, 0x25, 0x09, 0x10, 0, 0, 0x2a, 0xb0, 1, 0xf4];
    const { cpu } = createTestCpu({ code, threshold: 0 });
    cpu.run(10);
    expect(cpu.save().registers[0]).toBe(0x2an);
  });

  it('a store by the machine between two runs', () => {
    const { cpu, ram } = createTestCpu({ code: [0xb0, 1, 0xeb, 0xfc], threshold: 0 });
    cpu.run(100);
    expect(cpu.translated).toBeGreaterThan(50);
    ram[0x1001] = 7;
    cpu.memoryChanged(0x1001, 1);
    cpu.run(2);
    expect(cpu.save().registers[0]).toBe(7n);
  });

  it('data in the same line as running code is stored without leaving the translation', () => {
    // L: inc dword [0x1030]; jmp L
    const code = [0xff, 0x04, 0x25, 0x30, 0x10, 0, 0, 0xeb, 0xf7];
    const { cpu, ram } = createTestCpu({ code, threshold: 0 });
    cpu.run(2000);
    expect(new DataView(ram.buffer, ram.byteOffset).getUint32(0x1030, true)).toBe(1000);
    expect(cpu.translated).toBeGreaterThan(1900);
  });

  it('a store of eight bytes that begins in the line before the code', () => {
    // At 0x1040, its line's start: mov al, 1; jmp -4. The store is made from elsewhere.
    const { cpu, ram } = createTestCpu({ code: [], entry: 0x1040, threshold: 0 });
    ram.set([0xb0, 1, 0xeb, 0xfc], 0x1040);
    cpu.run(50);
    // mov rax, 0xfceb2ab0_00000000; mov [0x103c], rax; jmp 0x1040
    ram.set([0x48, 0xb8, 0, 0, 0, 0, 0xb0, 0x2a, 0xeb, 0xfc], 0x2000);
    ram.set([0x48, 0x89, 0x04, 0x25, 0x3c, 0x10, 0, 0, 0xe9, 0x29, 0xf0, 0xff, 0xff], 0x200a);
    cpu.restore({ ...cpu.save(), rip: 0x2000n });
    cpu.run(4);
    expect(cpu.save().rip).toBe(0x1042n);
    expect((cpu.save().registers[0] ?? 0n) & 0xffn).toBe(0x2an);
  });
});
