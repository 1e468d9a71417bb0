// Privilege level 3 beside level 0: what a user may not do, how it enters the kernel and comes back,
// and what the kernel finds then. What single instructions do at level 3 is for the comparison with
// the processor.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Cpu, CpuState } from '../../impl/cpu/index.ts';
import { createTestCpu } from './create-test-cpu.ts';
import { KERNEL_CODE, KERNEL_DATA, USER_CODE, USER_DATA, writeSegments } from './segments.ts';

const CODE = 0x1000;
const IDT = 0x2000;
const TSS = 0x3000;
const GDT = 0x3800;
const HANDLER = 0x4000;
const USER_STACK = 0x7000;
const KERNEL_STACK = 0x8000;
const INTERRUPT_STACK = 0x9000;
const GATE = 0x38n;
const IF = 0x200n;

let cpu: Cpu;
let ram: Uint8Array;
let asked: string[];

beforeEach(() => {
  ({ cpu, ram, asked } = createTestCpu({}));
  ram.fill(0xf4, HANDLER, HANDLER + 0x400);
  for (let vector = 0; vector < 32; vector += 1) setGate(vector, { level: 0 });
  store(TSS + 4, BigInt(KERNEL_STACK));
  store(TSS + 36, BigInt(INTERRUPT_STACK));
  // The bitmap of ports begins beyond the limit: there is none.
  new DataView(ram.buffer).setUint16(TSS + 102, 0x8000, true);
});

function store(address: number, value: bigint): void {
  new DataView(ram.buffer).setBigUint64(address, value, true);
}

function word(address: number): bigint {
  return new DataView(ram.buffer).getBigUint64(address, true);
}

function setGate(vector: number, gate: { level: number; stack?: number }): void {
  const access = BigInt(0x8e | (gate.level << 5));
  const target = BigInt(HANDLER + 16 * vector);
  const stack = BigInt(gate.stack ?? 0) << 32n;
  store(IDT + 16 * vector, target | (KERNEL_CODE << 16n) | stack | (access << 40n));
}

type Change = { rflags?: bigint; special?: Partial<CpuState['special']>; registers?: bigint[] };

/** A call gate stands behind the segments, to HANDLER at level 0. */
const CALL_GATE = BigInt(HANDLER) | (KERNEL_CODE << 16n) | (0xecn << 40n);

function start(code: readonly number[], level: 0 | 3, change: Change = {}): void {
  ram.set(code, CODE);
  cpu.memoryChanged(CODE, code.length);
  const state = cpu.save();
  const [cs, ss] = level === 3 ? [USER_CODE, USER_DATA] : [KERNEL_CODE, KERNEL_DATA];
  const registers = change.registers ?? state.registers.map(() => 0n);
  registers[4] = BigInt(level === 3 ? USER_STACK : KERNEL_STACK);
  const tables = { idtBase: BigInt(IDT), idtLimit: 0x1ffn, trBase: BigInt(TSS), trLimit: 0x67n };
  cpu.restore({
    ...state,
    registers,
    rip: BigInt(CODE),
    rflags: change.rflags ?? 2n,
    halted: false,
    special: {
      ...{ ...state.special, ...tables, ...writeSegments(ram, GDT, [CALL_GATE, 0n]), cs, ss },
      ...change.special,
    },
  });
}

/** The vector whose handler halted, and the error code on its stack. */
function outcome(): { vector: number; errorCode: bigint } {
  expect(cpu.run(20)).toEqual({ kind: 'halted' });
  const { rip, registers } = cpu.save();
  return { vector: (Number(rip) - 1 - HANDLER) / 16, errorCode: word(Number(registers[4])) };
}

describe('what a user may not do', () => {
  const privileged: [string, readonly number[]][] = [
    ['HLT', [0xf4]],
    ['MOV from CR0', [0x0f, 0x20, 0xc0]],
    ['MOV to CR3', [0x0f, 0x22, 0xd8]],
    ['MOV to CR8', [0x44, 0x0f, 0x22, 0xc0]],
    ['MOV from DR7', [0x0f, 0x21, 0xf8]],
    ['LMSW', [0x0f, 0x01, 0xf0]],
    ['CLTS', [0x0f, 0x06]],
    ['LGDT', [0x0f, 0x01, 0x14, 0x25, 0, 0x50, 0, 0]],
    ['LIDT', [0x0f, 0x01, 0x1c, 0x25, 0, 0x50, 0, 0]],
    ['LLDT', [0x0f, 0x00, 0xd0]],
    ['LTR', [0x0f, 0x00, 0xd8]],
    ['RDMSR', [0x0f, 0x32]],
    ['WRMSR', [0x0f, 0x30]],
    ['SWAPGS', [0x0f, 0x01, 0xf8]],
    ['INVD', [0x0f, 0x08]],
    ['WBINVD', [0x0f, 0x09]],
    ['INVLPG', [0x0f, 0x01, 0x38]],
    ['CLI', [0xfa]],
    ['STI', [0xfb]],
    ['IN', [0xe4, 0x60]],
    ['OUT', [0xee]],
    ['INS', [0x6c]],
    ['REP OUTS, even 0 times', [0xf3, 0x6e]],
    ['INT n through a gate of level 0', [0xcd, 0x10]],
  ];
  it.each(privileged)('%s: #GP, and nothing is changed or asked', (name, code) => {
    start(code, 3);
    const before = cpu.save();
    const errorCode = name.startsWith('INT n') ? 0x10n * 8n + 2n : 0n;
    expect(outcome()).toEqual({ vector: 13, errorCode });
    expect(cpu.save().registers.filter((_, k) => k !== 4)).toEqual(
      before.registers.filter((_, k) => k !== 4),
    );
    expect(asked).toEqual([]);
  });

  it.each([
    ['SGDT under UMIP', [0x0f, 0x01, 0x04, 0x25, 0, 0x50, 0, 0], 1n << 11n],
    ['STR under UMIP', [0x0f, 0x00, 0xc8], 1n << 11n],
    ['SMSW under UMIP', [0x0f, 0x01, 0xe0], 1n << 11n],
    ['RDTSC under TSD', [0x0f, 0x31], 1n << 2n],
    ['RDTSCP under TSD', [0x0f, 0x01, 0xf9], 1n << 2n],
  ] as const)('%s: #GP; without it, and at level 0, it is done', (_, code, bit) => {
    for (const [level, cr4, isAllowed] of [
      [3, 0x20n | bit, false],
      [3, 0x20n, true],
      [0, 0x20n | bit, true],
    ] as const) {
      start(code, level, { special: { cr4 } });
      cpu.run(1);
      expect(cpu.save().rip === BigInt(CODE + code.length)).toBe(isAllowed);
    }
  });

  it('RDGSBASE needs FSGSBASE: #UD', () => {
    start([0xf3, 0x0f, 0xae, 0xc8], 3);
    expect(outcome().vector).toBe(6);
  });

  it('an access that is not aligned: #AC with AC and AM; not at level 0, not of the tables', () => {
    const [am, ac] = [0x8004_0011n, 0x4_0002n];
    const code = [0x8b, 0x04, 0x25, 0x01, 0x50, 0, 0];
    start(code, 3, { rflags: ac, special: { cr0: am } });
    expect(outcome()).toEqual({ vector: 17, errorCode: 0n });
    for (const [level, rflags, cr0] of [
      [0, ac, am],
      [3, 2n, am],
      [3, ac, 0x8000_0011n],
    ] as const) {
      start(code, level, { rflags, special: { cr0 } });
      cpu.run(1);
      expect(cpu.save().rip).toBe(BigInt(CODE + code.length));
    }
    start([0xcc], 3, { rflags: ac, special: { cr0: am, trBase: BigInt(TSS + 1) } });
    store(TSS + 5, BigInt(KERNEL_STACK));
    setGate(3, { level: 3 });
    expect(outcome().vector).toBe(3);
  });
});

describe('ports and flags by IOPL', () => {
  it('a level up to IOPL has CLI, STI and every port', () => {
    start([0xfa, 0xfb, 0xe4, 0x60], 3, { rflags: 0x3002n });
    cpu.run(3);
    expect([cpu.save().rip, asked]).toEqual([BigInt(CODE + 4), ['readPort 96 1']]);
  });

  it('beyond IOPL the bitmap decides, for each port of the access', () => {
    new DataView(ram.buffer).setUint16(TSS + 102, 0x68, true);
    ram.fill(0xff, TSS + 0x68, TSS + 0x80);
    // Ports 0x60 to 0x62 are allowed.
    ram[TSS + 0x68 + 12] = 0xf8;
    for (const [code, isAllowed] of [
      [[0xe4, 0x60], true],
      [[0x66, 0xe5, 0x61], true],
      [[0x66, 0xe5, 0x62], false],
      [[0xe4, 0x63], false],
    ] as const) {
      start(code, 3, { special: { trLimit: 0x7fn } });
      cpu.run(1);
      expect(cpu.save().rip === BigInt(CODE + code.length)).toBe(isAllowed);
    }
    start([0xe4, 0x60], 3, { special: { trLimit: BigInt(0x68 + 12) } });
    expect(outcome()).toEqual({ vector: 13, errorCode: 0n });
  });

  it('POPF leaves IOPL above level 0, and IF above IOPL', () => {
    const image = 0x3202n;
    for (const [level, rflags, expected] of [
      [0, 2n, image],
      [3, 2n, 2n],
      [3, 0x3002n, image],
    ] as const) {
      start([0x9d], level, { rflags });
      store(level === 0 ? KERNEL_STACK : USER_STACK, image);
      cpu.run(1);
      expect(cpu.save().rflags).toBe(expected);
    }
  });
});

/** spec: cpu.handler-level, cpu.system-calls, cpu.outer-data-segments */
describe('into the kernel and back', () => {
  it('an exception: the stack of level 0, SS null, the frame of the user; IRETQ goes back', () => {
    ram.set([0x48, 0xcf], HANDLER + 16 * 3);
    setGate(3, { level: 3 });
    start([0xcc], 3, { rflags: IF | 2n });
    cpu.run(1);
    const { registers, special } = cpu.save();
    expect([registers[4], special.cs, special.ss]).toEqual([0x8000n - 40n, KERNEL_CODE, 0n]);
    const frame = [0, 8, 16, 24, 32].map((offset) => word(KERNEL_STACK - 40 + offset));
    expect(frame).toEqual([0x1001n, USER_CODE, IF | 2n, BigInt(USER_STACK), USER_DATA]);
    cpu.run(1);
    const back = cpu.save();
    expect([back.rip, back.registers[4], back.rflags]).toEqual([0x1001n, 0x7000n, IF | 2n]);
    expect([back.special.cs, back.special.ss]).toEqual([USER_CODE, USER_DATA]);
  });

  it('an interrupt comes on the stack that its gate asks for', () => {
    setGate(0x1f, { level: 0, stack: 1 });
    start([0x90], 3, { rflags: IF | 2n });
    cpu.deliverInterrupt(0x1f);
    expect(cpu.save().registers[4]).toBe(BigInt(INTERRUPT_STACK - 40));
  });

  it('#PF of a user has bit 2 and CR2; of the processor for its tables it has not', () => {
    start([0x48, 0xa1, 0, 0, 0, 0, 1, 0, 0, 0], 3);
    expect(outcome()).toEqual({ vector: 14, errorCode: 4n });
    expect(cpu.save().special.cr2).toBe(0x1_0000_0000n);
    start([0x8e, 0xe0], 3, {
      registers: [0x33n, ...new Array<bigint>(15).fill(0n)],
      special: { gdtBase: 0x2_0000_0000n },
    });
    // Neither the handler's segment can be read: the fault meets itself.
    expect(cpu.run(1)).toEqual({ kind: 'shutdown', reason: 'triple-fault' });
    expect(cpu.save().special.cr2).toBe(0x2_0000_0010n);
  });

  it('SYSCALL keeps RIP and RFLAGS, clears what FMASK names; SYSRETQ goes back', () => {
    const star = (0x23n << 48n) | (KERNEL_CODE << 32n);
    ram.set([0x48, 0x0f, 0x07], HANDLER);
    start([0x0f, 0x05], 3, {
      rflags: IF | 3n,
      special: { efer: 0x501n, star, lstar: BigInt(HANDLER), fmask: IF },
    });
    cpu.run(1);
    const inside = cpu.save();
    expect([inside.rip, inside.rflags]).toEqual([BigInt(HANDLER), 3n]);
    expect([inside.registers[1], inside.registers[11]]).toEqual([0x1002n, IF | 3n]);
    expect([inside.special.cs, inside.special.ss]).toEqual([KERNEL_CODE, KERNEL_DATA]);
    expect(inside.registers[4]).toBe(BigInt(USER_STACK));
    cpu.run(1);
    const back = cpu.save();
    expect([back.rip, back.rflags]).toEqual([0x1002n, IF | 3n]);
    expect([back.special.cs, back.special.ss]).toEqual([USER_CODE, USER_DATA]);
  });

  it('SYSCALL without SCE: #UD; SYSRETQ at level 3, or to what is not canonical: #GP', () => {
    start([0x0f, 0x05], 3);
    expect(outcome().vector).toBe(6);
    start([0x48, 0x0f, 0x07], 3, { special: { efer: 0x501n } });
    expect(outcome().vector).toBe(13);
    const registers = new Array<bigint>(16).fill(1n << 63n);
    start([0x48, 0x0f, 0x07], 0, { registers, special: { efer: 0x501n } });
    expect(outcome().vector).toBe(13);
  });

  it('a return to level 3 drops what only the kernel may have, and keeps bases', () => {
    start([0x48, 0xcf], 0, {
      special: { ds: 0x18n, es: USER_DATA, dataLevels: 3n, fs: 0x18n, fsBase: 0x1234n },
    });
    const frame = [BigInt(CODE), USER_CODE, 2n, BigInt(USER_STACK), USER_DATA];
    frame.forEach((value, k) => {
      store(KERNEL_STACK + 8 * k, value);
    });
    cpu.run(1);
    const { ds, es, fs, fsBase, cs } = cpu.save().special;
    expect([ds, es, fs, fsBase, cs]).toEqual([0n, USER_DATA, 0n, 0x1234n, USER_CODE]);
  });

  it('a call through a gate goes to the inner stack; the far return goes back', () => {
    const pointer = [0, 0, 0, 0, Number(GATE) | 3, 0];
    ram.set(pointer, 0x5000);
    ram.set([0x48, 0xcb], HANDLER);
    start([0xff, 0x1c, 0x25, 0, 0x50, 0, 0], 3);
    cpu.run(1);
    const inside = cpu.save();
    expect([inside.rip, inside.special.cs, inside.special.ss]).toEqual([0x4000n, KERNEL_CODE, 0n]);
    const frame = [0, 8, 16, 24].map((offset) => word(KERNEL_STACK - 32 + offset));
    expect(frame).toEqual([BigInt(CODE + 7), USER_CODE, BigInt(USER_STACK), USER_DATA]);
    cpu.run(1);
    const back = cpu.save();
    expect([back.rip, back.registers[4]]).toEqual([BigInt(CODE + 7), BigInt(USER_STACK)]);
    expect([back.special.cs, back.special.ss]).toEqual([USER_CODE, USER_DATA]);
  });

  it('a gate of level 0 is not for users: #GP with the selector', () => {
    ram.set([0, 0, 0, 0, Number(GATE), 0], 0x5000);
    start([0xff, 0x1c, 0x25, 0, 0x50, 0, 0], 3);
    store(GDT + Number(GATE), CALL_GATE & ~(3n << 45n));
    expect(outcome()).toEqual({ vector: 13, errorCode: GATE });
  });

  it('a far jump to a selector of the kernel: #GP; a far return inwards: #GP', () => {
    ram.set([0, 0x40, 0, 0, 0x10, 0], 0x5000);
    start([0xff, 0x2c, 0x25, 0, 0x50, 0, 0], 3);
    expect(outcome()).toEqual({ vector: 13, errorCode: KERNEL_CODE });
    start([0x48, 0xcb], 3);
    store(USER_STACK, BigInt(HANDLER));
    store(USER_STACK + 8, KERNEL_CODE);
    expect(outcome()).toEqual({ vector: 13, errorCode: KERNEL_CODE });
  });
});

describe('of level 0', () => {
  it('SWAPGS exchanges the two bases', () => {
    start([0x0f, 0x01, 0xf8], 0, { special: { gsBase: 1n, kernelGsBase: 2n } });
    cpu.run(1);
    expect([cpu.save().special.gsBase, cpu.save().special.kernelGsBase]).toEqual([2n, 1n]);
  });

  it('LTR marks its segment busy, and refuses a busy one', () => {
    const code = [0x0f, 0x00, 0xd8];
    const registers = [GATE, ...new Array<bigint>(15).fill(0n)];
    start(code, 0, { registers });
    store(GDT + Number(GATE), 0x0000_8900_5000_0067n);
    cpu.run(1);
    expect(cpu.save().special.trBase).toBe(0x5000n);
    expect(word(GDT + Number(GATE)) >> 40n).toBe(0x8bn);
    start(code, 0, { registers });
    store(GDT + Number(GATE), 0x0000_8b00_5000_0067n);
    expect(outcome()).toEqual({ vector: 13, errorCode: GATE });
  });

  it('CR8 is the task priority of the APIC', () => {
    const writes: string[] = [];
    ({ cpu, ram, asked } = createTestCpu({
      mmioWindows: [{ base: 0xfee0_0000, bytes: 4096 }],
      outside: {
        readMmio: (address) => (address === 0xfee0_0080 ? 0x57n : 0n),
        writeMmio: (address, bytes, value) => {
          writes.push(`${address.toString(16)} ${bytes} ${value.toString(16)}`);
        },
      },
    }));
    start([0x44, 0x0f, 0x20, 0xc0, 0x44, 0x0f, 0x22, 0xc0], 0);
    cpu.run(2);
    expect([cpu.save().registers[0], writes]).toEqual([5n, ['fee00080 4 50']]);
  });

  it('RDTSCP gives TSC_AUX beside the time, RDPID gives it alone', () => {
    start([0x0f, 0x01, 0xf9, 0xf3, 0x0f, 0xc7, 0xfb], 0, { special: { tscAux: 7n } });
    cpu.run(2);
    const { registers } = cpu.save();
    expect([registers[1], registers[3], asked]).toEqual([7n, 7n, ['readTimeStamp']]);
  });
});
