// Exceptions and interrupts: what they raise, what lies on the stack, what becomes of a fault in
// the delivery of a fault, and that nothing of it retires a step.

import { beforeEach, describe, expect, it } from 'vitest';
import { type Cpu, type CpuState, DELIVERIES_MAX } from '../../impl/cpu/index.ts';
import { createTestCpu } from './create-test-cpu.ts';
import { writeSegments } from './segments.ts';

const IDT = 0x2000;
const TSS = 0x3000;
const GDT = 0x3800;
const HANDLER = 0x4000;
const STACK = 0x8000;
const CODE = 0x1000;

let cpu: Cpu;
let ram: Uint8Array;

type Gate = {
  type?: number;
  stack?: number;
  present?: boolean;
  target?: bigint;
  selector?: bigint;
};

function setGate(vector: number, gate: Gate = {}): void {
  const target = gate.target ?? BigInt(HANDLER + 16 * vector);
  const access = BigInt((gate.present === false ? 0 : 0x80) | (gate.type ?? 0xe));
  const selector = gate.selector ?? 0x10n;
  const low =
    (target & 0xffffn) |
    (selector << 16n) |
    (BigInt(gate.stack ?? 0) << 32n) |
    (access << 40n) |
    (((target >> 16n) & 0xffffn) << 48n);
  const view = new DataView(ram.buffer, ram.byteOffset);
  view.setBigUint64(IDT + 16 * vector, low, true);
  view.setBigUint64(IDT + 16 * vector + 8, target >> 32n, true);
}

function word(address: number): bigint {
  return new DataView(ram.buffer, ram.byteOffset).getBigUint64(address, true);
}

function start(code: readonly number[], change: Partial<CpuState> = {}): void {
  ram.set(code, CODE);
  cpu.memoryChanged(CODE, code.length);
  const state = cpu.save();
  const tables = {
    ...{ idtBase: BigInt(IDT), idtLimit: 0xfffn, trBase: BigInt(TSS), trLimit: 0x67n },
    ...writeSegments(ram, GDT),
  };
  cpu.restore({ ...state, special: { ...state.special, ...tables }, ...change });
}

beforeEach(() => {
  ({ cpu, ram } = createTestCpu({ stack: BigInt(STACK) }));
  for (let vector = 0; vector < 32; vector += 1) setGate(vector);
  ram.fill(0xf4, HANDLER, HANDLER + 0x400);
});

/** spec: cpu.control-registers, cpu.model-specific-registers */
describe('exceptions', () => {
  const cases: [string, readonly number[], number, bigint | undefined][] = [
    ['#DE: division by 0', [0xf7, 0xf1], 0, undefined],
    ['#UD: UD2', [0x0f, 0x0b], 6, undefined],
    ['#UD: an opcode that is not there', [0x06], 6, undefined],
    ['#UD: LOCK on a register', [0xf0, 0x01, 0xc0], 6, undefined],
    ['#UD: MOV to CS', [0x8e, 0xc8], 6, undefined],
    ['#GP: sixteen bytes', new Array(15).fill(0x2e).concat([0x90]), 13, 0n],
    ['#GP: an address that is not canonical', [0x48, 0xa1, 0, 0, 0, 0, 0, 0, 0, 0x80], 13, 0n],
    ['#GP: a model specific register that is not there', [0x0f, 0x32], 13, 0n],
    ['#GP: a write of one that is not there', [0x0f, 0x30], 13, 0n],
    ['#GP: leaving protected mode', [0x0f, 0x22, 0xc0], 13, 0n],
    ['#GP: a bit that CR0 has not', [0xb8, 0x51, 0, 0, 0x80, 0x0f, 0x22, 0xc0], 13, 0n],
    ['#GP: a bit that CR4 has not', [0xb8, 0x20, 0x16, 0, 0, 0x0f, 0x22, 0xe0], 13, 0n],
    ['#GP: leaving long mode by CR4', [0x0f, 0x22, 0xe0], 13, 0n],
    ['#GP: a selector beyond the table', [0xb8, 0x4b, 0, 0, 0, 0x8e, 0xe0], 13, 0x48n],
    ['#PF: a read above 4 GiB', [0x48, 0xa1, 0, 0, 0, 0, 1, 0, 0, 0], 14, 0n],
    ['#PF: a write above 4 GiB', [0x48, 0xa3, 0, 0, 0, 0, 1, 0, 0, 0], 14, 2n],
  ];

  it.each(cases)('%s', (_, code, vector, errorCode) => {
    start(code);

    const stop = cpu.run(10);

    const { rip, registers, retired } = cpu.save();
    // A case that begins with MOV to EAX faults in the instruction behind it.
    const isSecond = code[0] === 0xb8;
    const frame = STACK - (errorCode === undefined ? 40 : 48);
    expect(stop).toEqual({ kind: 'halted' });
    expect(rip).toBe(BigInt(HANDLER + 16 * vector + 1));
    expect(retired).toBe(isSecond ? 2 : 1);
    expect(registers[4]).toBe(BigInt(frame));
    if (errorCode !== undefined) expect(word(frame)).toBe(errorCode);
    expect(word(STACK - 40)).toBe(BigInt(isSecond ? CODE + 5 : CODE));
    const words = [8, 16, 24, 32].map((offset) => word(STACK - 40 + offset));
    expect(words).toEqual([0x10n, 2n, BigInt(STACK), 0x18n]);
  });

  it('#SS: a stack that is not canonical', () => {
    setGate(12, { stack: 1 });
    new DataView(ram.buffer, ram.byteOffset).setBigUint64(TSS + 36, 0x7000n, true);
    const registers = cpu.save().registers.map((value, k) => (k === 4 ? 1n << 63n : value));
    start([0x58], { registers });
    expect(cpu.run(1)).toEqual({ kind: 'halted' });
    expect(cpu.save().rip).toBe(BigInt(HANDLER + 16 * 12 + 1));
    expect(cpu.save().registers[4]).toBe(0x7000n - 48n);
  });

  it('#PF gives the first address that is not mapped, also of a fetch', () => {
    start([0x48, 0xa1, 0xfc, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    cpu.run(1);
    expect(cpu.save().special.cr2).toBe(0x1_0000_0000n);
    start([], { rip: 0x5_0000_0123n, halted: false });
    cpu.run(1);
    expect(cpu.save().special.cr2).toBe(0x5_0000_0123n);
    expect(word(Number(cpu.save().registers[4]))).toBe(16n);
  });

  it('a faulting instruction changes nothing: half of a push, an exchange, a division', () => {
    const registers = cpu.save().registers.map((_, k) => (k === 4 ? 0x8000n : 0x5_0000_0000n));
    for (const code of [
      [0xff, 0x30],
      [0x48, 0x87, 0x18],
      [0x48, 0xf7, 0x30],
    ]) {
      start(code, { registers, rip: BigInt(CODE), halted: false, rflags: 0x8d7n });
      cpu.run(1);
      const after = cpu.save();
      expect(after.registers.filter((_, k) => k !== 4)).toEqual(
        registers.filter((_, k) => k !== 4),
      );
      expect(after.rflags).toBe(0x8d7n);
    }
  });
});

/** spec: cpu.delivery, cpu.double-fault, cpu.no-progress */
describe('delivery', () => {
  it('an interrupt gate clears IF, a trap gate does not; IRETQ brings everything back', () => {
    ram.set([0x48, 0xcf], HANDLER + 16 * 6);
    for (const [type, enabled] of [
      [0xe, false],
      [0xf, true],
    ] as const) {
      setGate(3, { type, target: BigInt(HANDLER + 16 * 6) });
      start([0xcc, 0x90], { rip: BigInt(CODE), rflags: 0xa97n, halted: false });
      cpu.run(1);
      expect(cpu.isInterruptible()).toBe(enabled);
      cpu.run(1);
      const { rip, registers, rflags } = cpu.save();
      expect([rip, registers[4], rflags]).toEqual([BigInt(CODE + 1), BigInt(STACK), 0xa97n]);
    }
  });

  it('the stack is aligned to 16 bytes before the frame', () => {
    const registers = cpu.save().registers.map((value, k) => (k === 4 ? 0x7ffbn : value));
    start([0xcc], { registers });
    cpu.run(1);
    expect(cpu.save().registers[4]).toBe(0x7ff0n - 40n);
    expect(word(0x7ff0 - 16)).toBe(0x7ffbn);
  });

  it('INT n retires a step and returns behind itself', () => {
    setGate(0x1f, { target: BigInt(HANDLER) });
    start([0xcd, 0x1f]);
    expect(cpu.run(1)).toEqual({ kind: 'budget' });
    expect([cpu.retired, word(STACK - 40)]).toEqual([1, BigInt(CODE + 2)]);
  });

  const broken: [string, Gate, number, bigint][] = [
    ['a gate that is not present: #NP', { present: false }, 11, 6n * 8n + 3n],
    ['a gate of another type: #GP', { type: 5 }, 13, 6n * 8n + 3n],
    ['a null selector: #GP', { selector: 0n }, 13, 1n],
    ['a selector beyond the table: #GP', { selector: 0x48n }, 13, 0x49n],
    ['a selector of data: #GP', { selector: 0x18n }, 13, 0x19n],
    ['a selector of code of 32 bits: #GP', { selector: 0x20n }, 13, 0x21n],
    ['a selector of code of an outer level: #GP', { selector: 0x30n }, 13, 0x31n],
    ['a target that is not canonical: #GP', { target: 1n << 62n }, 13, 1n],
  ];
  it.each(broken)('%s', (_, gate, vector, errorCode) => {
    setGate(6, gate);
    start([0x0f, 0x0b]);
    cpu.run(1);
    expect(cpu.save().rip).toBe(BigInt(HANDLER + 16 * vector + 1));
    expect(word(STACK - 48)).toBe(errorCode);
  });

  it('an interrupt stack beyond the task state segment: #TS', () => {
    setGate(6, { stack: 7 });
    start([0x0f, 0x0b]);
    const state = cpu.save();
    cpu.restore({ ...state, special: { ...state.special, trLimit: 0x20n } });
    cpu.run(1);
    expect(cpu.save().rip).toBe(BigInt(HANDLER + 16 * 10 + 1));
  });

  it('a contributory fault in the delivery of another: #DF with error code 0', () => {
    setGate(13, { present: false });
    start([0x0f, 0x32]);
    cpu.run(1);
    expect(cpu.save().rip).toBe(BigInt(HANDLER + 16 * 8 + 1));
    expect(word(STACK - 48)).toBe(0n);
  });

  it('#PF in the delivery of #PF: #DF, on the stack of its own', () => {
    setGate(8, { stack: 1 });
    new DataView(ram.buffer, ram.byteOffset).setBigUint64(TSS + 36, 0x7000n, true);
    const registers = cpu.save().registers.map((value, k) => (k === 4 ? 0x5_0000_0000n : value));
    start([0x58], { registers });
    expect(cpu.run(1)).toEqual({ kind: 'halted' });
    expect([cpu.save().rip, word(0x7000 - 48)]).toEqual([BigInt(HANDLER + 16 * 8 + 1), 0n]);
    expect(word(0x7000 - 40)).toBe(BigInt(CODE));
  });

  it('IRETQ faults with NT set, to another privilege level, and to a null selector', () => {
    const frame = (selector: bigint): void => {
      const view = new DataView(ram.buffer, ram.byteOffset);
      [BigInt(CODE), selector, 2n, BigInt(STACK), 0x18n].forEach((value, k) => {
        view.setBigUint64(STACK - 40 + 8 * k, value, true);
      });
    };
    for (const [selector, rflags] of [
      [0x10n, 0x4002n],
      [0x13n, 2n],
      [0n, 2n],
    ] as const) {
      frame(selector);
      const registers = cpu.save().registers.map((v, k) => (k === 4 ? BigInt(STACK - 40) : v));
      start([0x48, 0xcf], { registers, rflags, rip: BigInt(CODE), halted: false });
      cpu.run(1);
      expect(cpu.save().rip).toBe(BigInt(HANDLER + 16 * 13 + 1));
    }
  });

  it('a fault in the delivery of #DF: shutdown, for good', () => {
    setGate(13, { present: false });
    setGate(8, { present: false });
    start([0x0f, 0x32]);
    const shutdown = { kind: 'shutdown', reason: 'triple-fault' };
    expect([cpu.run(10), cpu.run(10)]).toEqual([shutdown, shutdown]);
    expect([cpu.retired, cpu.isInterruptible()]).toEqual([0, false]);
  });

  it('exceptions without an end and without a step: shutdown', () => {
    setGate(6, { stack: 1, target: BigInt(CODE) });
    new DataView(ram.buffer, ram.byteOffset).setBigUint64(TSS + 36, 0x7000n, true);
    start([0x0f, 0x0b]);
    expect(cpu.run(1)).toEqual({ kind: 'shutdown', reason: 'no-progress' });
    expect(cpu.save().deliveries).toBe(DELIVERIES_MAX + 1);
  });

  it('TF raises #DB after the next instruction', () => {
    start([0x90, 0x90], { rflags: 0x102n });
    expect(cpu.run(1)).toEqual({ kind: 'budget' });
    expect(cpu.save().rip).toBe(BigInt(HANDLER + 16));
    expect([word(STACK - 40), word(STACK - 24)]).toEqual([BigInt(CODE + 1), 0x102n]);
    expect(cpu.save().rflags).toBe(2n);
  });
});

/** spec: cpu.interrupts-between-steps, cpu.interrupt-shadow */
describe('interrupts', () => {
  beforeEach(() => setGate(0x20 - 1, { target: BigInt(HANDLER) }));

  it('stop the run before a step when requested and enabled, and only then', () => {
    start([0x90, 0x90, 0x90]);
    cpu.interruptRequested = true;
    expect(cpu.run(1)).toEqual({ kind: 'budget' });
    start([], { rflags: 0x202n });
    expect(cpu.run(1)).toEqual({ kind: 'interruptible' });
    expect(cpu.deliverInterrupt(0x1f)).toBeUndefined();
    expect([cpu.retired, cpu.save().rip]).toEqual([1, BigInt(HANDLER)]);
    expect(word(STACK - 40)).toBe(BigInt(CODE + 1));
  });

  it('wait for the instruction behind STI, and behind a load of SS', () => {
    for (const [code, flags] of [
      [[0xfb], 0x2n],
      [[0x8e, 0xd0], 0x202n],
    ] as const) {
      start([...code, 0x90, 0x90], { rflags: flags, rip: BigInt(CODE), shadow: false });
      cpu.interruptRequested = true;
      const before = cpu.retired;
      if (flags === 0x202n) {
        cpu.interruptRequested = false;
        cpu.run(1);
        cpu.interruptRequested = true;
      }
      expect(cpu.run(10)).toEqual({ kind: 'interruptible' });
      expect(cpu.retired).toBe(before + 2);
    }
  });

  it('STI when interrupts are enabled already casts no shadow', () => {
    start([0xfb, 0x90], { rflags: 0x202n });
    cpu.run(1);
    expect(cpu.isInterruptible()).toBe(true);
  });

  it('end a halt, and return behind it', () => {
    start([0xf4, 0x90], { rflags: 0x202n });
    expect(cpu.run(5)).toEqual({ kind: 'halted' });
    expect(cpu.run(5)).toEqual({ kind: 'halted' });
    expect(cpu.retired).toBe(1);
    cpu.interruptRequested = true;
    expect(cpu.run(5)).toEqual({ kind: 'interruptible' });
    cpu.deliverInterrupt(0x1f);
    expect([cpu.halted, word(STACK - 40)]).toEqual([false, BigInt(CODE + 1)]);
  });

  it('are refused while they are held back', () => {
    start([0x90]);
    expect(() => cpu.deliverInterrupt(0x1f)).toThrow(/interruptible/);
  });
});
