// The whole state of the processor as plain values, and as bytes in one fixed layout for digests
// and snapshots. Memory is not in it. Spec: cpu.md, "State".

import type { SpecialRegister } from './algebra.ts';
import { CONTROL_MASK } from './flags.ts';

export type ShutdownReason = 'triple-fault' | 'no-progress';

export type CpuState = {
  /** RAX RCX RDX RBX RSP RBP RSI RDI R8 to R15. */
  readonly registers: readonly bigint[];
  readonly rip: bigint;
  readonly rflags: bigint;
  readonly special: Readonly<Record<SpecialRegister, bigint>>;
  readonly retired: number;
  /** Interrupts wait until one more instruction has been executed. */
  readonly shadow: boolean;
  readonly halted: boolean;
  readonly shutdown?: ShutdownReason;
  /** Exceptions delivered since a step was last retired. */
  readonly deliveries: number;
};

/**
 * Exceptions in a row without a retired step; the next is a shutdown, because positions no longer
 * grow and so no event could ever be delivered.
 *
 * spec: cpu.no-progress
 */
export const DELIVERIES_MAX = 256;

/** In the order of the layout; `control` is part of RFLAGS there. */
export const SPECIAL_REGISTERS: readonly SpecialRegister[] = [
  ...(['cr0', 'cr2', 'cr3', 'cr4'] as const),
  ...(['gdtBase', 'gdtLimit', 'idtBase', 'idtLimit'] as const),
  ...(['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const),
  ...(['fsBase', 'gsBase', 'tr', 'trBase', 'trLimit', 'apicBase', 'efer'] as const),
  ...(['kernelGsBase', 'star', 'lstar', 'cstar', 'fmask', 'tscAux'] as const),
  ...(['ldt', 'ldtBase', 'ldtLimit', 'dataLevels'] as const),
  ...(['dr0', 'dr1', 'dr2', 'dr3', 'dr6', 'dr7'] as const),
];

/** Long mode at privilege level 0 with interrupts disabled. spec: cpu.initial-state */
export function initialState(entry: bigint, stack: bigint): CpuState {
  const registers = Array.from({ length: 16 }, (_, k) => (k === 4 ? stack : 0n));
  return {
    registers,
    rip: entry,
    rflags: 2n,
    special: {
      ...{ control: 0n, cr0: 0x8000_0011n, cr2: 0n, cr3: 0n, cr4: 0x20n },
      ...{ gdtBase: 0n, gdtLimit: 0n, idtBase: 0n, idtLimit: 0n },
      ...{ es: 0x18n, cs: 0x10n, ss: 0x18n, ds: 0x18n, fs: 0n, gs: 0n },
      ...{ fsBase: 0n, gsBase: 0n, tr: 0n, trBase: 0n, trLimit: 0n },
      ...{ apicBase: 0xfee0_0900n, efer: 0x500n },
      ...{ kernelGsBase: 0n, star: 0n, lstar: 0n, cstar: 0n, fmask: 0n, tscAux: 0n },
      ...{ ldt: 0n, ldtBase: 0n, ldtLimit: 0n, dataLevels: 0n },
      ...{ dr0: 0n, dr1: 0n, dr2: 0n, dr3: 0n, dr6: 0xffff_0ff0n, dr7: 0x400n },
    },
    retired: 0,
    shadow: false,
    halted: false,
    deliveries: 0,
  };
}

/** Words of 64 bits: registers, RIP, RFLAGS, special registers, retired, status. */
export const STATE_BYTES: number = 8 * (16 + 2 + SPECIAL_REGISTERS.length + 2);

/**
 * Status, from bit 0: halted, shadow, triple fault, no progress; deliveries from bit 16.
 *
 * spec: cpu.state-layout
 */
export function cpuStateToBytes(state: CpuState): Uint8Array {
  const status =
    Number(state.halted) |
    (Number(state.shadow) << 1) |
    (Number(state.shutdown === 'triple-fault') << 2) |
    (Number(state.shutdown === 'no-progress') << 3);
  const words = [
    ...state.registers,
    state.rip,
    state.rflags,
    ...SPECIAL_REGISTERS.map((name) => state.special[name]),
    BigInt(state.retired),
    BigInt(status) | (BigInt(state.deliveries) << 16n),
  ];
  const bytes = new Uint8Array(STATE_BYTES);
  const view = new DataView(bytes.buffer);
  words.forEach((word, k) => {
    view.setBigUint64(8 * k, word, true);
  });
  return bytes;
}

/** The inverse; undefined for bytes that are not a state. */
export function bytesToCpuState(bytes: Uint8Array): CpuState | undefined {
  if (bytes.length !== STATE_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = (k: number): bigint => view.getBigUint64(8 * k, true);
  const rflags = word(17);
  const retired = word(18 + SPECIAL_REGISTERS.length);
  const status = word(19 + SPECIAL_REGISTERS.length);
  if (retired > BigInt(Number.MAX_SAFE_INTEGER) || !isStatus(status)) return undefined;
  if ((rflags & ~RFLAGS_MASK) !== 0n || (rflags & 2n) === 0n) return undefined;
  const special = { ...initialState(0n, 0n).special, control: rflags & CONTROL_MASK };
  SPECIAL_REGISTERS.forEach((name, k) => {
    special[name] = word(18 + k);
  });
  return {
    registers: Array.from({ length: 16 }, (_, k) => word(k)),
    rip: word(16),
    rflags,
    special,
    retired: Number(retired),
    shadow: (status & 2n) !== 0n,
    halted: (status & 1n) !== 0n,
    ...((status & 4n) === 0n ? {} : { shutdown: 'triple-fault' as const }),
    ...((status & 8n) === 0n ? {} : { shutdown: 'no-progress' as const }),
    deliveries: Number(status >> 16n),
  };
}

function isStatus(status: bigint): boolean {
  const isDelivered = status >> 16n <= BigInt(DELIVERIES_MAX + 1);
  return (status & 0xfff0n) === 0n && (status & 0xcn) !== 0xcn && isDelivered;
}

const RFLAGS_MASK = CONTROL_MASK | 0x8d7n;
