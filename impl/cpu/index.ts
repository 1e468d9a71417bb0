// Public entry of the engine: the processor, its state, its decoder and its text.
// Spec: cpu.md.

export { type Cpu, type CpuOptions, createCpu, type Stop } from './cpu.ts';
export { IDENTITY, type IdentityLeaf } from './cpuid.ts';
export { type Decoded, decode, INSTRUCTION_BYTES_MAX } from './decode.ts';
export type { Instruction } from './instruction.ts';
export { MAPPED_BYTES } from './memory.ts';
export type { MmioWindow, Outside } from './outside.ts';
export {
  bytesToCpuState,
  type CpuState,
  cpuStateToBytes,
  DELIVERIES_MAX,
  initialState,
  type ShutdownReason,
  STATE_BYTES,
} from './state.ts';
export { instructionToText } from './text.ts';
export { createGuestMemory, type GuestMemory } from './translator/guest-memory.ts';
export type { TranslatorOptions } from './translator/translator.ts';
