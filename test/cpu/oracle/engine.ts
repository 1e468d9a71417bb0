// Executes a vector on the engine at privilege level 3, with the segments that Linux gives its
// processes. Every exception has a gate to an HLT of its own, so that what came of the instruction
// is told by where the engine halts.

import {
  type Cpu,
  type CpuState,
  createGuestMemory,
  initialState,
} from '../../../impl/cpu/index.ts';
import { createTestCpu, type TestCpu } from '../create-test-cpu.ts';
import { SEGMENTS, USER_CODE, USER_DATA, writeSegments } from '../segments.ts';
import { BLOCK, BLOCK_BYTES, CODE, COMPARED_FLAGS, type Outcome, type Start } from './layout.ts';

export type Engine = (start: Start) => Outcome;

const RAM_BYTES = 0x12_0000;

/** Executes vectors on the interpreter. */
export function createEngine(): Engine {
  const test = createTestCpu({ ramBytes: RAM_BYTES });
  prepareDelivery(test.ram);
  return (start) => execute(test, start);
}

export type TranslatedEngine = {
  readonly execute: Engine;
  /** Vectors of which translated code retired a step. */
  readonly translated: () => number;
};

/**
 * Translates each vector that can be. It takes a new processor for each: where code has changed once,
 * a translator waits long before it translates again what stands there.
 */
export function createTranslatedEngine(): TranslatedEngine {
  const memory = createGuestMemory(RAM_BYTES);
  prepareDelivery(memory.ram);
  let translated = 0;
  return {
    execute: (start) => {
      const test = createTestCpu({ memory, threshold: 0 });
      const outcome = execute(test, start);
      if (test.cpu.translated > 0) translated += 1;
      return outcome;
    },
    translated: () => translated,
  };
}

function execute({ cpu, ram }: TestCpu, start: Start): Outcome {
  ram.fill(0xcc, CODE_PAGE, CODE_PAGE + PAGE_BYTES);
  ram.set(start.code, CODE);
  cpu.memoryChanged(CODE_PAGE, PAGE_BYTES);
  ram.fill(0, BLOCK - PAGE_BYTES, BLOCK + PAGE_BYTES);
  ram.set(start.block, BLOCK);
  cpu.restore(stateOf(start));
  runInstruction(cpu);
  return outcomeOf(cpu.save(), ram);
}

/** A repeated instruction stays at its address until it is done. */
function runInstruction(cpu: Cpu): void {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    cpu.run(1);
    if (cpu.halted || cpu.save().rip !== BigInt(CODE)) return;
  }
}

const IDT = 0x1000;
const GDT = 0x2000;
const TSS = 0x3000;
const HANDLERS = 0x4000;
const STACK_TOP = 0x6000;
const STEPS_MAX = 64;
const PAGE_BYTES = 4096;
const CODE_PAGE = CODE & -PAGE_BYTES;

/** Gates that a program may enter itself. */
const USER_VECTORS: readonly number[] = [3, 4];

function prepareDelivery(ram: Uint8Array): void {
  const view = new DataView(ram.buffer, ram.byteOffset);
  ram.fill(0xf4, HANDLERS, HANDLERS + 256);
  for (let vector = 0; vector < 256; vector += 1) {
    const target = BigInt(HANDLERS + vector);
    const access = USER_VECTORS.includes(vector) ? 0xeen : 0x8en;
    view.setBigUint64(
      IDT + 16 * vector,
      (target & 0xffffn) | (0x10n << 16n) | (access << 40n),
      true,
    );
  }
  writeSegments(ram, GDT);
  view.setBigUint64(TSS + 4, BigInt(STACK_TOP), true);
  // The bitmap of ports begins beyond the limit: there is none.
  view.setUint16(TSS + 102, 0x8000, true);
}

function stateOf(start: Start): CpuState {
  const { registers, flags, fsBase, gsBase, xmm, mxcsr } = start;
  const special = { ...BASE.special, fsBase, gsBase, mxcsr };
  return { ...BASE, registers, rflags: flags, xmm, special };
}

function outcomeOf(state: CpuState, ram: Uint8Array): Outcome {
  const block = ram.slice(BLOCK, BLOCK + BLOCK_BYTES);
  const { es, ds, fs, gs, fsBase, gsBase, mxcsr } = state.special;
  const segments = es | (ds << 16n) | (fs << 32n) | (gs << 48n);
  const { registers: general, xmm } = state;
  const rest = { block, fsBase, gsBase, segments, xmm, mxcsr, registers: general };
  const done = { ...rest, errorCode: 0n, faultAddress: 0n };
  // INT3 retires a step when it enters the handler; after a fault that step is the HLT there.
  const vector = Number(state.rip) - HANDLERS - (state.halted ? 1 : 0);
  if (vector < 0 || vector > 255) {
    return { ...done, rip: state.rip, flags: state.rflags & COMPARED_FLAGS };
  }
  const view = new DataView(ram.buffer, ram.byteOffset);
  const hasCode = CODED.includes(vector);
  const frame = STACK_TOP - (hasCode ? 48 : 40);
  const word = (k: number): bigint => view.getBigUint64(frame + 8 * k + (hasCode ? 8 : 0), true);
  const registers = [...state.registers];
  registers[4] = word(3);
  return {
    ...rest,
    vector,
    errorCode: hasCode ? view.getBigUint64(frame, true) : 0n,
    faultAddress: state.special.cr2,
    rip: word(0),
    registers,
    flags: word(2) & COMPARED_FLAGS,
  };
}

/** Vectors with an error code. */
const CODED: readonly number[] = [8, 10, 11, 12, 13, 14, 17];

const SYSTEM = initialState(BigInt(CODE), 0n);
const BASE: CpuState = {
  ...SYSTEM,
  special: {
    ...SYSTEM.special,
    ...{ idtBase: BigInt(IDT), idtLimit: 0xfffn, trBase: BigInt(TSS), trLimit: 0x67n },
    ...{ gdtBase: BigInt(GDT), gdtLimit: BigInt(8 * SEGMENTS.length - 1) },
    ...{ cs: USER_CODE, ss: USER_DATA, es: 0n, ds: 0n, fs: 0n, gs: 0n },
    // Alignment checks, the instructions for FS and GS, and SYSRET are on.
    ...{ cr0: SYSTEM.special.cr0 | (1n << 18n), cr4: SYSTEM.special.cr4 | (1n << 16n) },
    ...{ efer: SYSTEM.special.efer | 1n },
  },
};
