// Executes a few bytes from a given state and returns the state afterwards: the arrange and act of
// the laws. The bytes lie at CODE, the stack pointer at STACK unless given.

import { type CpuState, initialState, type Stop } from '../../impl/cpu/index.ts';
import { createTestCpu } from './create-test-cpu.ts';

export const CODE = 0x1000n;
export const STACK = 0x8000n;

/** Numbers of registers, as in the encoding. */
export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RSI = 6;
export const RDI = 7;

export const CF = 1n;
export const ZF = 0x40n;
export const DF = 0x400n;
export const STATUS = 0x8d5n;

export type Setting = {
  registers?: Readonly<Record<number, bigint>>;
  rflags?: bigint;
  steps?: number;
  memory?: ReadonlyMap<number, Uint8Array>;
};

export type Result = { state: CpuState; ram: Uint8Array; stop: Stop };

const { cpu, ram } = createTestCpu({});

/** Runs one step unless told otherwise. */
export function execute(code: readonly number[], setting: Setting = {}): Result {
  ram.fill(0);
  ram.set(code, Number(CODE));
  for (const [address, bytes] of setting.memory ?? []) ram.set(bytes, address);
  cpu.memoryChanged(0, ram.length);
  const state = initialState(CODE, STACK);
  const registers = state.registers.map((value, k) => setting.registers?.[k] ?? value);
  cpu.restore({ ...state, registers, rflags: (setting.rflags ?? 0n) | 2n });
  const stop = cpu.run(setting.steps ?? 1);
  return { state: cpu.save(), ram, stop };
}

/** The bytes of an operation at a width: even opcodes are for 8 bits, odd ones for the others. */
export function atWidth(width: number, opcode: number, ...rest: readonly number[]): number[] {
  const prefix = width === 16 ? [0x66] : width === 64 ? [0x48] : [];
  return [...prefix, width === 8 ? opcode & ~1 : opcode, ...rest];
}
