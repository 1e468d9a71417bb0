// Executes a vector on the engine. Every exception has a gate to an HLT of its own and a stack of
// its own, so that what came of the instruction is told by where the engine halts.

import { type Cpu, type CpuState, initialState } from '../../../impl/cpu/index.ts';
import { createTestCpu } from '../create-test-cpu.ts';
import { BLOCK, BLOCK_BYTES, CODE, COMPARED_FLAGS, type Outcome, type Start } from './layout.ts';

export type Engine = (start: Start) => Outcome;

/** With a threshold of 0 what can be translated is. */
export function createEngine(options: { threshold?: number } = {}): Engine {
  const { cpu, ram } = createTestCpu({ ramBytes: 0x12_0000, ...options });
  prepareDelivery(ram);
  return (start) => {
    ram.fill(0xcc, CODE - 0x100, CODE + 0x100);
    ram.set(start.code, CODE);
    cpu.memoryChanged(CODE - 0x100, 0x200);
    ram.set(start.block, BLOCK);
    cpu.restore(stateOf(start));
    runInstruction(cpu);
    return outcomeOf(cpu.save(), ram);
  };
}

/** A repeated instruction stays at its address until it is done. */
function runInstruction(cpu: Cpu): void {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    cpu.run(1);
    if (cpu.halted || cpu.save().rip !== BigInt(CODE)) return;
  }
}

const IDT = 0x1000;
const TSS = 0x3000;
const HANDLERS = 0x4000;
const STACK_TOP = 0x6000;
const STEPS_MAX = 64;

function prepareDelivery(ram: Uint8Array): void {
  const view = new DataView(ram.buffer, ram.byteOffset);
  ram.fill(0xf4, HANDLERS, HANDLERS + 256);
  for (let vector = 0; vector < 256; vector += 1) {
    const target = BigInt(HANDLERS + vector);
    const low = (target & 0xffffn) | (0x10n << 16n) | (1n << 32n) | (0x8en << 40n);
    view.setBigUint64(IDT + 16 * vector, low, true);
  }
  view.setBigUint64(TSS + 36, BigInt(STACK_TOP), true);
}

function stateOf(start: Start): CpuState {
  return { ...BASE, registers: start.registers, rflags: start.flags };
}

function outcomeOf(state: CpuState, ram: Uint8Array): Outcome {
  const block = ram.slice(BLOCK, BLOCK + BLOCK_BYTES);
  const rest = { registers: state.registers, block, errorCode: 0n, faultAddress: 0n };
  // INT3 retires a step when it enters the handler; after a fault that step is the HLT there.
  const vector = Number(state.rip) - HANDLERS - (state.halted ? 1 : 0);
  if (vector < 0 || vector > 255) {
    return { ...rest, rip: state.rip, flags: state.rflags & COMPARED_FLAGS };
  }
  const view = new DataView(ram.buffer, ram.byteOffset);
  const hasCode = vector >= 8;
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

const BASE: CpuState = {
  ...initialState(BigInt(CODE), 0n),
  special: {
    ...initialState(0n, 0n).special,
    ...{ idtBase: BigInt(IDT), idtLimit: 0xfffn, trBase: BigInt(TSS), trLimit: 0x67n },
  },
};
