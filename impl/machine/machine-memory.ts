// The memory of a machine, and with it how its processor executes: RAM that translated code runs on
// lies in WebAssembly's own memory. What a machine is at a position never depends on the choice.
// Spec: cpu.md, "Position"; machine.md, "Memory".

import { createGuestMemory, type TranslatorOptions } from '../cpu/index.ts';

/**
 * Arrivals by a jump before code is translated: 0 translates all that is executed, and 'never'
 * leaves everything to the interpreter.
 */
export type TranslateAfter = number | 'never';

/**
 * Translating costs as much as a good ten thousand interpreted steps: an arrival that is followed by
 * a thousand others is worth it, and a guest that only answers a few commands is left alone.
 */
export const translateAfterDefault: TranslateAfter = 1000;

export interface MachineMemory {
  /** Zeros. */
  readonly ram: Uint8Array;
  readonly translator: TranslatorOptions | undefined;
}

export function createMachineMemory(
  ramBytes: number,
  translateAfter: TranslateAfter = translateAfterDefault,
): MachineMemory {
  if (translateAfter === 'never') return { ram: new Uint8Array(ramBytes), translator: undefined };
  const memory = createGuestMemory(ramBytes);
  return { ram: memory.ram, translator: { memory, threshold: translateAfter } };
}
