// Position, stops, memory and the outside, as the machine around the engine sees them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, instructionToText } from '../../impl/cpu/index.ts';
import { createTestCpu } from './create-test-cpu.ts';

/** spec: cpu.step, cpu.one-iteration-one-step, cpu.runs-alike-in-pieces */
describe('position', () => {
  it('counts each iteration of a repeated string instruction, and one for a count of 0', () => {
    for (const [count, steps] of [
      [0, 1],
      [1, 1],
      [5, 5],
    ] as const) {
      const { cpu } = createTestCpu({ code: [0xb9, count, 0, 0, 0, 0xf3, 0xaa, 0xf4] });
      expect(cpu.run(100)).toEqual({ kind: 'halted' });
      expect(cpu.retired).toBe(1 + steps + 1);
    }
  });

  it('lets an event land between two iterations, with the registers up to date', () => {
    const { cpu, ram } = createTestCpu({
      code: [0xb9, 9, 0, 0, 0, 0xbf, 0, 0x50, 0, 0, 0xb0, 7, 0xf3, 0xaa],
    });
    expect(cpu.run(3 + 4)).toEqual({ kind: 'budget' });
    const { registers, rip } = cpu.save();
    expect([registers[1], registers[7], rip]).toEqual([5n, 0x5004n, 0x100cn]);
    expect([...ram.subarray(0x5000, 0x5006)]).toEqual([7, 7, 7, 7, 0, 0]);
  });

  it('does not depend on how a run is cut into pieces', () => {
    const code = [0xb9, 50, 0, 0, 0, 0xbf, 0, 0x50, 0, 0, 0xf3, 0xaa, 0x48, 0xff, 0xc0, 0xeb, 0xee];
    const whole = createTestCpu({ code });
    whole.cpu.run(500);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 20 }), (pieces) => {
        const { cpu } = createTestCpu({ code });
        for (const piece of pieces) cpu.run(Math.min(piece, 500 - cpu.retired));
        cpu.run(500 - cpu.retired);
        expect(cpu.save()).toEqual(whole.cpu.save());
      }),
      { numRuns: 30 },
    );
  });

  it('goes on from a state that was saved', () => {
    const code = [0x48, 0xff, 0xc0, 0x83, 0xe8, 3, 0x11, 0xc3, 0xeb, 0xf6];
    const first = createTestCpu({ code });
    const second = createTestCpu({ code });
    first.cpu.run(37);
    second.cpu.restore(structuredClone(first.cpu.save()));
    first.cpu.run(100);
    second.cpu.run(100);
    expect(second.cpu.save()).toEqual(first.cpu.save());
  });
});

describe('memory', () => {
  /** spec: cpu.open-bus */
  it('reads ones and drops writes where nothing answers', () => {
    const { cpu, asked } = createTestCpu({ code: [0x48, 0x89, 0x03, 0x48, 0x8b, 0x0b] });
    const state = cpu.save();
    const registers = state.registers.map((value, k) => (k === 3 ? 0x2_0000n : value));
    cpu.restore({ ...state, registers });
    cpu.run(2);
    expect(cpu.save().registers[1]).toBe(0xffff_ffff_ffff_ffffn);
    expect(asked).toEqual([]);
  });

  it('executes ones, which are no instruction, where nothing answers or a device does', () => {
    for (const address of [0x2_0000n, 0xfee0_0000n]) {
      const { cpu, asked } = createTestCpu({ mmioWindows: [{ base: 0xfee0_0000, bytes: 4096 }] });
      cpu.restore({ ...cpu.save(), rip: address });
      // Without a table #UD cannot be delivered; zeros would be executed as ADD.
      expect(cpu.run(1)).toEqual({ kind: 'shutdown', reason: 'triple-fault' });
      expect([cpu.retired, asked]).toEqual([0, []]);
    }
  });

  it('joins RAM and open bus in an access across the end of RAM', () => {
    const { cpu, ram } = createTestCpu({ code: [0x48, 0x89, 0x03, 0x48, 0x8b, 0x0b] });
    const state = cpu.save();
    cpu.restore({ ...state, registers: state.registers.map((v, k) => (k === 3 ? 0xfffen : v)) });
    ram.fill(0x55, 0xfffe);
    cpu.run(2);
    expect(cpu.save().registers[1]).toBe(0xffff_ffff_ffff_0000n);
    expect([...ram.subarray(0xfffe)]).toEqual([0, 0]);
  });

  it('asks a device for accesses within its window, at their width', () => {
    const asked: string[] = [];
    const { cpu } = createTestCpu({
      code: [0x8b, 0x03, 0x48, 0x89, 0x03, 0x8a, 0x43, 3, 0x66, 0x89, 0x43, 0x0f],
      mmioWindows: [{ base: 0xfee0_0000, bytes: 16 }],
      outside: {
        readMmio: (address, bytes) => {
          asked.push(`r ${address.toString(16)} ${bytes}`);
          return 0x1234n;
        },
        writeMmio: (address, bytes, value) => {
          asked.push(`w ${address.toString(16)} ${bytes} ${value.toString(16)}`);
        },
      },
    });
    const state = cpu.save();
    cpu.restore({
      ...state,
      registers: state.registers.map((v, k) => (k === 3 ? 0xfee0_0000n : v)),
    });
    cpu.run(4);
    expect(asked).toEqual(['r fee00000 4', 'w fee00000 8 1234', 'r fee00003 1', 'w fee0000f 1 34']);
  });

  it('executes what was just written: by the program, and by the machine', () => {
    // mov byte [0x100b], 0xc0: makes "dec eax" behind it "inc eax"; then the jump back.
    const code = [0xc6, 0x04, 0x25, 0x0b, 0x10, 0, 0, 0xc0, 0x90, 0x90, 0xff, 0xc8, 0xeb, 0xf2];
    const { cpu, ram } = createTestCpu({ code });
    cpu.run(5);
    expect(cpu.save().registers[0]).toBe(1n);
    ram[0x1007] = 0xc8;
    cpu.memoryChanged(0x1007, 1);
    cpu.run(5);
    expect(cpu.save().registers[0]).toBe(0n);
  });
});

describe('outside', () => {
  it('ports are asked at the width of the instruction', () => {
    const answers = [0x1ff, 0x1_2345, -1];
    const { cpu, asked } = createTestCpu({
      code: [0xe4, 0x60, 0x66, 0xed, 0xed, 0xe6, 0x80, 0x66, 0xef, 0xef],
      outside: { readPort: () => answers.shift() ?? 0 },
    });
    const state = cpu.save();
    cpu.restore({ ...state, registers: state.registers.map((v, k) => (k === 2 ? 0x3f8n : v)) });
    cpu.run(1);
    expect(cpu.save().registers[0]).toBe(0xffn);
    cpu.run(1);
    expect(cpu.save().registers[0]).toBe(0x2345n);
    cpu.run(1);
    expect(cpu.save().registers[0]).toBe(0xffff_ffffn);
    cpu.run(3);
    expect(asked).toEqual([
      'writePort 128 1 255',
      'writePort 1016 2 65535',
      'writePort 1016 4 4294967295',
    ]);
  });

  /** spec: cpu.time-is-asked */
  it('RDTSC gives what the machine answers, asked once, at the position before the step', () => {
    const positions: number[] = [];
    const { cpu } = createTestCpu({
      code: [0x90, 0x0f, 0x31],
      outside: {
        readTimeStamp: () => {
          positions.push(cpu.retired);
          return 0x1234_5678_9abc_def0n;
        },
      },
    });
    cpu.run(2);
    const { registers } = cpu.save();
    expect([registers[0], registers[2]]).toEqual([0x9abc_def0n, 0x1234_5678n]);
    expect(positions).toEqual([1]);
  });

  /** spec: cpu.identity-is-configured */
  it('CPUID gives the table and zeros beyond it', () => {
    const { cpu } = createTestCpu({ code: [0x0f, 0xa2, 0xb8, 0x07, 0, 0, 0, 0x0f, 0xa2] });
    cpu.run(1);
    const { registers } = cpu.save();
    const bytes = Buffer.alloc(12);
    [3, 2, 1].forEach((register, k) => {
      bytes.writeUInt32LE(Number(registers[register]), 4 * k);
    });
    expect(bytes.toString('latin1')).toBe('Lockstep x64');
    cpu.run(2);
    expect(cpu.save().registers.slice(0, 4)).toEqual([0n, 0n, 0n, 0n]);
  });

  it('is not asked by an instruction after its fault', () => {
    const { cpu, asked } = createTestCpu({
      // movsb from an address that is not mapped to a device.
      code: [0x48, 0xbe, 0, 0, 0, 0, 1, 0, 0, 0, 0xbf, 0, 0, 0xe0, 0xfe, 0xa4],
      mmioWindows: [{ base: 0xfee0_0000, bytes: 16 }],
    });
    expect(cpu.run(10)).toEqual({ kind: 'shutdown', reason: 'triple-fault' });
    expect([asked, cpu.retired]).toEqual([[], 2]);
  });
});

describe('system registers', () => {
  it('LIDT, LGDT, LTR, MOV to FS: tables and bases are kept', () => {
    const code = [
      ...[0x0f, 0x01, 0x14, 0x25, 0, 0x20, 0, 0, 0x0f, 0x01, 0x1c, 0x25, 0, 0x20, 0, 0],
      ...[0xb8, 8, 0, 0, 0, 0x0f, 0x00, 0xd8, 0xb0, 0x18, 0x8e, 0xe0],
    ];
    const { cpu, ram } = createTestCpu({ code });
    ram.set([0xff, 0x01, 0, 0x21, 0, 0, 0, 0, 0, 0], 0x2000);
    ram.set([0x67, 0, 0x56, 0x34, 0x12, 0x89, 0, 0x78, 1, 0, 0, 0], 0x2108);
    // Data at 0x2110 + 8, with the base 0x78123456.
    ram.set([0xff, 0xff, 0x56, 0x34, 0x12, 0x93, 0, 0x78], 0x2118);
    cpu.run(6);
    const { gdtBase, gdtLimit, idtBase, tr, trBase, trLimit, fsBase } = cpu.save().special;
    expect([gdtBase, gdtLimit, idtBase]).toEqual([0x2100n, 0x1ffn, 0x2100n]);
    expect([tr, trBase, trLimit, fsBase]).toEqual([8n, 0x1_7812_3456n, 0x67n, 0x7812_3456n]);
  });

  it('WRMSR and RDMSR: the base of GS, used by an address through GS', () => {
    const code = [
      ...[0xb9, 1, 1, 0, 0xc0, 0xb8, 0, 0x50, 0, 0, 0x0f, 0x30, 0x0f, 0x32],
      ...[0x65, 0x8b, 0x1c, 0x25, 4, 0, 0, 0],
    ];
    const { cpu, ram } = createTestCpu({ code });
    ram.set([0x78, 0x56, 0x34, 0x12], 0x5004);
    cpu.run(5);
    const { registers } = cpu.save();
    expect([registers[0], registers[3]]).toEqual([0x5000n, 0x1234_5678n]);
  });
});

describe('text', () => {
  const cases: [readonly number[], string][] = [
    [[0xf0, 0x48, 0x01, 0x44, 0x8b, 0x10], 'lock add qword [rbx+rcx*4+0x10], rax'],
    [[0x64, 0x8a, 0x25, 0xfc, 0xff, 0xff, 0xff], 'mov ah, byte [fs:0x1003]'],
    [[0xf3, 0x48, 0xa5], 'rep movsq'],
    [[0xf2, 0xae], 'repne scasb'],
    [[0x67, 0xe3, 0xfe], 'jecxz 0x1001'],
    [[0x44, 0x0f, 0xb6, 0xc8], 'movzx r9d, al'],
    [[0x48, 0x0f, 0xc7, 0x0e], 'cmpxchg16b qword [rsi]'],
    [
      [0x48, 0x69, 0x45, 0xf8, 0xff, 0xff, 0xff, 0xff],
      'imul rax, qword [rbp-0x8], 0xffffffffffffffff',
    ],
  ];
  it.each(cases)('%j is %s', (code, text) => {
    const decoded = decode(Uint8Array.from(code), 0x1000n);
    expect(decoded.kind === 'instruction' && instructionToText(decoded.instruction)).toBe(text);
  });
});
