// What the chapter says of SSE beyond results, which the comparison with the processor judges:
// when it is enabled, alignment, accesses, MXCSR, the saved state, faults of floating point.

import { describe, expect, it } from 'vitest';
import { type CpuState, initialState } from '../../impl/cpu/index.ts';
import { createTestCpu } from './create-test-cpu.ts';
import { writeSegments } from './segments.ts';

const CODE = 0x1000;
const HANDLERS = 0x3000;
const IDT = 0x4000;
const GDT = 0x4800;
const DATA = 0x5000;
const DEVICE = 0xfee0_0000;
const RDI = 7;
const ONES = 0xffff_ffff_ffff_ffffn;
const ONE = 0x3ff0_0000_0000_0000n;

type Setting = {
  readonly rdi?: number;
  readonly xmm?: ReadonlyMap<number, bigint>;
  readonly special?: Partial<CpuState['special']>;
  readonly memory?: Uint8Array;
};

/** One step, or an exception, whose handler halts where its vector shows. */
function execute(code: readonly number[], setting: Setting = {}) {
  const mmioWindows = [{ base: DEVICE, bytes: 0x1000 }];
  const { cpu, ram, asked } = createTestCpu({ code, entry: CODE, mmioWindows });
  const view = new DataView(ram.buffer);
  ram.fill(0xf4, HANDLERS, HANDLERS + 32);
  for (let vector = 0; vector < 32; vector += 1) {
    const gate = BigInt(HANDLERS + vector) | (0x10n << 16n) | (0x8en << 40n);
    view.setBigUint64(IDT + 16 * vector, gate, true);
  }
  ram.set(setting.memory ?? [], DATA);
  const state = initialState(BigInt(CODE), 0x8000n);
  const tables = { idtBase: BigInt(IDT), idtLimit: 0x1ffn, ...writeSegments(ram, GDT) };
  cpu.restore({
    ...state,
    registers: state.registers.map((value, k) => (k === RDI ? BigInt(setting.rdi ?? 0) : value)),
    xmm: state.xmm.map((value, k) => setting.xmm?.get(k) ?? value),
    special: { ...state.special, ...tables, ...setting.special },
  });
  cpu.run(1);
  const after = cpu.save();
  const vector = after.halted ? Number(after.rip) - HANDLERS - 1 : undefined;
  return { state: after, ram, view, asked, vector };
}

const ADDPS = [0x0f, 0x58, 0xc1];
const MOVAPS_LOAD = [0x0f, 0x28, 0x07];
const MOVUPS_LOAD = [0x0f, 0x10, 0x07];
const MOVUPS_STORE = [0x0f, 0x11, 0x07];
const LDMXCSR = [0x0f, 0xae, 0x17];
const STMXCSR = [0x0f, 0xae, 0x1f];
const FXSAVE = [0x0f, 0xae, 0x07];
const FXRSTOR = [0x0f, 0xae, 0x0f];
const MASKMOVDQU = [0x66, 0x0f, 0xf7, 0xc1];
const DIVSD = [0xf2, 0x0f, 0x5e, 0xc1];
const MULSD = [0xf2, 0x0f, 0x59, 0xc1];

const PROTECTED = 0x8000_0011n;
const EM = PROTECTED | 4n;
const TS = PROTECTED | 8n;
const WITHOUT_SAVING = 0x420n;

/** spec: cpu.sse-enabled */
describe('enabled', () => {
  const users = [ADDPS, MOVAPS_LOAD, LDMXCSR, STMXCSR];
  it.each([
    ['#UD while CR0.EM is set', { cr0: EM }, 6],
    ['#UD while CR4.OSFXSR is clear', { cr4: WITHOUT_SAVING }, 6],
    ['#NM while CR0.TS is set', { cr0: TS }, 7],
    ['#UD rather than #NM', { cr0: TS, cr4: WITHOUT_SAVING }, 6],
  ])('%s, before an address is looked at', (_, special, vector) => {
    for (const code of users) {
      expect(execute(code, { rdi: 0x5_0000_0001, special }).vector).toBe(vector);
    }
  });

  it('initially', () => {
    for (const code of users) expect(execute(code, { rdi: DATA }).vector).toBeUndefined();
  });

  it('FXSAVE and FXRSTOR do not ask for OSFXSR', () => {
    for (const code of [FXSAVE, FXRSTOR]) {
      const rdi = DATA;
      expect(execute(code, { rdi, special: { cr4: WITHOUT_SAVING } }).vector).toBeUndefined();
      expect(execute(code, { rdi, special: { cr0: EM } }).vector).toBe(6);
      expect(execute(code, { rdi, special: { cr0: TS } }).vector).toBe(7);
    }
  });

  it('fences, hints, CLFLUSH and MOVNTI are free of it', () => {
    const free = [
      [0x0f, 0xae, 0xe8],
      [0x0f, 0xae, 0xf0],
      [0x0f, 0xae, 0xff],
      [0x0f, 0x18, 0x0f],
      [0x0f, 0xae, 0x3f],
      [0x0f, 0xc3, 0x07],
    ];
    const special = { cr0: EM | TS, cr4: WITHOUT_SAVING };
    for (const code of free) expect(execute(code, { rdi: DATA, special }).vector).toBeUndefined();
  });

  it('hints never fault, and CLFLUSH as a load does', () => {
    expect(execute([0x0f, 0x18, 0x0f], { rdi: 0x5_0000_0000 }).vector).toBeUndefined();
    expect(execute([0x0f, 0xae, 0x3f], { rdi: 0x5_0000_0000 }).vector).toBe(14);
  });

  it('MMX and later SSE are undefined', () => {
    for (const code of [
      [0x0f, 0xfc, 0xc1],
      [0x0f, 0x2a, 0xc1],
      [0xf2, 0x0f, 0xd6, 0xc1],
      [0x66, 0x0f, 0x38, 0x00, 0xc1],
      [0xf2, 0x0f, 0x7c, 0xc1],
    ]) {
      expect(execute(code).vector).toBe(6);
    }
  });
});

/** spec: cpu.sse-alignment, cpu.xmm-access */
describe('accesses of 16 bytes', () => {
  it('must be aligned but for the unaligned moves, even where nothing is mapped', () => {
    expect(execute(MOVAPS_LOAD, { rdi: DATA + 8 }).vector).toBe(13);
    expect(execute(MOVAPS_LOAD, { rdi: 0x5_0000_0008 }).vector).toBe(13);
    expect(execute([0x0f, 0x58, 0x07], { rdi: DATA + 1 }).vector).toBe(13);
    expect(execute(MOVUPS_LOAD, { rdi: DATA + 1 }).vector).toBeUndefined();
  });

  it('are made of a device as two of 8, the lower first', () => {
    const xmm = new Map([
      [0, 1n],
      [1, 2n],
    ]);
    expect(execute(MOVAPS_LOAD, { rdi: DEVICE }).asked).toEqual([
      `readMmio ${DEVICE} 8`,
      `readMmio ${DEVICE + 8} 8`,
    ]);
    expect(execute(MOVUPS_STORE, { rdi: DEVICE + 4, xmm }).asked).toEqual([
      `writeMmio ${DEVICE + 4} 8 1`,
      `writeMmio ${DEVICE + 12} 8 2`,
    ]);
  });

  it('are checked whole before they are made', () => {
    const edge = 0xffff_fff8;
    for (const code of [MOVUPS_LOAD, MOVUPS_STORE]) {
      const { vector, state, asked } = execute(code, { rdi: edge });
      expect([vector, state.special.cr2, asked]).toEqual([14, 0x1_0000_0000n, []]);
    }
    const { vector } = execute(MOVUPS_LOAD, { rdi: 0x7fff_ffff_fff8 });
    expect(vector).toBe(13);
  });

  it('of MASKMOVDQU are checked whatever the mask, and made byte by byte', () => {
    const mask = new Map([
      [0, 0x0807_0605_0403_0201n],
      [2, 0x8000_0000_0000_0080n],
    ]);
    expect(execute(MASKMOVDQU, { rdi: 0xffff_fff8 }).vector).toBe(14);
    expect(execute(MASKMOVDQU, { rdi: DEVICE, xmm: mask }).asked).toEqual([
      `writeMmio ${DEVICE} 1 1`,
      `writeMmio ${DEVICE + 7} 1 8`,
    ]);
  });
});

/** spec: cpu.mxcsr */
describe('MXCSR', () => {
  it('is stored as it was loaded, and a bit that does not exist is refused', () => {
    const bytes = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
    const loaded = execute(LDMXCSR, { rdi: DATA, memory: bytes(0xffff) });
    expect([loaded.vector, loaded.state.special.mxcsr]).toEqual([undefined, 0xffffn]);
    const refused = execute(LDMXCSR, { rdi: DATA, memory: bytes(0x1_1f80) });
    expect([refused.vector, refused.state.special.mxcsr]).toEqual([13, 0x1f80n]);
    const stored = execute(STMXCSR, { rdi: DATA, special: { mxcsr: 0x7fc0n } });
    expect(stored.view.getUint32(DATA, true)).toBe(0x7fc0);
  });
});

/** spec: cpu.saved-state */
describe('saved state', () => {
  const xmm = new Map(Array.from({ length: 32 }, (_, k) => [k, BigInt(k) * 0x0101_0101n + 7n]));

  it('has the layout of the table, and leaves what lies behind it', () => {
    const memory = new Uint8Array(512).fill(0xaa);
    const special = { mxcsr: 0x5fa1n };
    const { view, ram } = execute(FXSAVE, { rdi: DATA, xmm, memory, special });
    const word = (at: number): bigint => view.getBigUint64(DATA + at, true);
    expect([word(0), word(8), word(16)]).toEqual([0x37fn, 0n, 0n]);
    expect(word(24)).toBe(0xffff_0000_5fa1n);
    for (let at = 32; at < 160; at += 8) expect(word(at)).toBe(0n);
    for (const [k, value] of xmm) expect(word(160 + 8 * k)).toBe(value);
    expect(ram.slice(DATA + 416, DATA + 512)).toEqual(new Uint8Array(96).fill(0xaa));
  });

  it('comes back, and nothing of it when MXCSR is refused', () => {
    const { ram } = execute(FXSAVE, { rdi: DATA, xmm, special: { mxcsr: 0x7f80n } });
    const saved = ram.slice(DATA, DATA + 512);
    const { state } = execute(FXRSTOR, { rdi: DATA, memory: saved });
    expect([state.special.mxcsr, state.xmm]).toEqual([0x7f80n, [...xmm.values()]]);
    saved[26] = 1;
    const refused = execute(FXRSTOR, { rdi: DATA, memory: saved });
    expect(refused.vector).toBe(13);
    expect(refused.state.xmm).toEqual(new Array(32).fill(0n));
  });

  it('is aligned, and checked whole', () => {
    for (const code of [FXSAVE, FXRSTOR]) {
      expect(execute(code, { rdi: DATA + 8 }).vector).toBe(13);
      const { vector, asked, state } = execute(code, { rdi: 0xffff_ff00 });
      expect([vector, state.special.cr2, asked]).toEqual([14, 0x1_0000_0000n, []]);
    }
  });
});

/** spec: cpu.float-exceptions, cpu.float-fault */
describe('floating-point exceptions', () => {
  const division = new Map([
    [0, ONE],
    [1, ONES],
  ]);

  it('set flags that stay', () => {
    const special = { mxcsr: 0x1fa0n };
    const { state, vector } = execute(DIVSD, { xmm: division, special });
    expect([vector, state.special.mxcsr, state.xmm[0]]).toEqual([
      undefined,
      0x1fa4n,
      0x7ff0_0000_0000_0000n,
    ]);
  });

  it.each([
    ['#XM', 0x620n, 19],
    ['#UD while CR4.OSXMMEXCPT is clear', 0x220n, 6],
  ])(
    '%s when one is unmasked, with its flag set and the destination as it was',
    (_, cr4, number) => {
      const special = { cr4, mxcsr: 0x1d80n };
      const { state, vector } = execute(DIVSD, { xmm: division, special });
      expect([vector, state.special.mxcsr]).toEqual([number, 0x1d84n]);
      expect(state.xmm.slice(0, 2)).toEqual([ONE, ONES]);
      expect(state.retired).toBe(1);
    },
  );

  it('of an operand, unmasked, hide those of the result', () => {
    const operands = new Map([
      [0, 3n],
      [2, 0x3fd5_5555_5555_5555n],
    ]);
    const masked = execute(MULSD, { xmm: operands });
    const unmasked = execute(MULSD, { xmm: operands, special: { mxcsr: 0x1e80n } });
    expect([masked.state.special.mxcsr, masked.vector]).toEqual([0x1fb2n, undefined]);
    expect([unmasked.state.special.mxcsr, unmasked.vector]).toEqual([0x1e82n, 19]);
  });
});

/** spec: cpu.float-estimates */
describe('estimates', () => {
  it('are the rounded quotients, and leave MXCSR', () => {
    const three = new Map([[2, 0x4040_0000n]]);
    const special = { mxcsr: 0x7e80n };
    const rcp = execute([0xf3, 0x0f, 0x53, 0xc1], { xmm: three, special });
    const rsqrt = execute([0xf3, 0x0f, 0x52, 0xc1], { xmm: three, special });
    const bits = (value: number): bigint =>
      BigInt(new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0);
    expect(rcp.state.xmm[0]).toBe(bits(1 / 3));
    expect(rsqrt.state.xmm[0]).toBe(bits(1 / Math.fround(Math.sqrt(3))));
    expect([rcp.state.special.mxcsr, rsqrt.state.special.mxcsr]).toEqual([0x7e80n, 0x7e80n]);
  });
});
