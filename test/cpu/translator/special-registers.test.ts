// What translated code reads of the special registers: the direction of strings, the bases of FS and
// GS, what CR0, CR4 and MXCSR say of SSE. It sees each as it was last written.

import { describe, expect, it } from 'vitest';
import { createTestCpu } from '../create-test-cpu.ts';

const RCX = 1;
const RDI = 7;

/** RDI 0x4000, RCX 1000, AL 0x5a; the code in between; hlt */
function fill(...code: readonly number[]): ReturnType<typeof createTestCpu> {
  const setUp = [0xbf, 0, 0x40, 0, 0, 0xb9, 0xe8, 3, 0, 0, 0xb0, 0x5a];
  return createTestCpu({ code: [...setUp, ...code, 0xf4], threshold: 0 });
}

describe('translated strings', () => {
  it('repeat one step an iteration, and stop where the budget ends', () => {
    const { cpu, ram } = fill(0xf3, 0xaa);
    expect(cpu.run(3 + 400)).toEqual({ kind: 'budget' });
    expect([cpu.save().registers[RCX], cpu.save().registers[RDI]]).toEqual([600n, 0x4190n]);
    expect(cpu.run(10_000)).toEqual({ kind: 'halted' });
    expect(cpu.retired).toBe(3 + 1000 + 1);
    expect(cpu.translated).toBeGreaterThan(990);
    expect(ram.subarray(0x3fff, 0x43e9)).toEqual(
      Uint8Array.from({ length: 1002 }, (_, k) => (k === 0 || k === 1001 ? 0 : 0x5a)),
    );
  });

  it('go down once the interpreter has set the direction', () => {
    const { cpu } = fill(0xfd, 0xf3, 0xaa, 0xfc, 0xb9, 10, 0, 0, 0, 0xf3, 0xaa);
    cpu.run(10_000);
    expect(cpu.save().registers[RDI]).toBe(BigInt(0x4000 - 1000 + 10));
    expect(cpu.translated).toBeGreaterThan(1000);
  });
});

describe('translated accesses by FS', () => {
  it('use the base of the moment', () => {
    // L: inc dword [fs:0x10]; jmp L
    const { cpu, ram } = createTestCpu({
      code: [0x64, 0xff, 0x04, 0x25, 0x10, 0, 0, 0, 0xeb, 0xf6],
      threshold: 0,
    });
    for (const fsBase of [0x4000n, 0x5000n]) {
      const state = cpu.save();
      cpu.restore({ ...state, special: { ...state.special, fsBase } });
      cpu.run(200);
    }
    const view = new DataView(ram.buffer, ram.byteOffset);
    expect([0x4010, 0x5010].map((at) => view.getUint32(at, true))).toEqual([100, 100]);
    expect(cpu.translated).toBeGreaterThan(390);
  });
});

describe('translated SSE', () => {
  it.each([
    ['CR0.TS', { cr0: 0x8000_0019n }],
    ['CR0.EM', { cr0: 0x8000_0015n }],
    ['CR4 without OSFXSR', { cr4: 0x420n }],
  ])('faults from the moment on that %s says so', (_, changed) => {
    // L: movaps xmm0, xmm1; jmp L
    const { cpu } = createTestCpu({ code: [0x0f, 0x28, 0xc1, 0xeb, 0xfb], threshold: 0 });
    cpu.run(100);
    expect(cpu.translated).toBeGreaterThan(90);
    const state = cpu.save();
    cpu.restore({ ...state, special: { ...state.special, ...changed } });
    expect(cpu.run(100)).toEqual({ kind: 'shutdown', reason: 'triple-fault' });
    expect(cpu.retired).toBe(100);
  });

  it('rounds as MXCSR says after each LDMXCSR', () => {
    // L: ldmxcsr [0x3000]; jmp A; nop; A: divsd xmm0, xmm2; ldmxcsr [0x3004]; jmp B; nop;
    // B: divsd xmm1, xmm2; jmp L
    const load = (at: number): number[] => [0x0f, 0xae, 0x14, 0x25, at, 0x30, 0, 0];
    const code = [
      ...[...load(0), 0xeb, 1, 0x90, 0xf2, 0x0f, 0x5e, 0xc2],
      ...[...load(4), 0xeb, 1, 0x90, 0xf2, 0x0f, 0x5e, 0xca],
      ...[0xeb, 0xe0],
    ];
    const [plain, fast] = [{}, { threshold: 0 }].map((way) => {
      const { cpu, ram } = createTestCpu({ code, ...way });
      const view = new DataView(ram.buffer, ram.byteOffset);
      view.setUint32(0x3000, 0x1fa0, true);
      view.setUint32(0x3004, 0x5fa0, true);
      const numbers = [ONE, ONE, THREE].flatMap((low) => [low, 0n]);
      const state = cpu.save();
      cpu.restore({ ...state, xmm: state.xmm.map((value, k) => numbers[k] ?? value) });
      cpu.run(100);
      return cpu;
    });
    expect(fast?.save()).toEqual(plain?.save());
    expect(fast?.save().xmm[0]).not.toBe(fast?.save().xmm[2]);
    expect(fast?.translated).toBeGreaterThan(10);
  });
});

/** Doubles. */
const ONE = 0x3ff0_0000_0000_0000n;
const THREE = 0x4008_0000_0000_0000n;
