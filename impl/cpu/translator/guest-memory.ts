// One WebAssembly memory for everything that translated code touches: a page of state, a mark for
// each line of RAM that holds code, and RAM itself. JavaScript sees the same bytes through views,
// so no 64-bit number crosses the boundary between the two. Spec: cpu.md, "Memory".

import { assert } from '../../base/assert.ts';
import type { SpecialRegister } from '../algebra.ts';
import { createWasmMemory, type WasmMemory } from './web-assembly.ts';

/** What lies in the page of state, in bytes from its start. */
export const STATE_AT = {
  /** The general registers, and behind them the halves of the XMM registers. */
  registers: 0,
  xmm: 128,
  rip: 384,
  /** The descriptor of the flags: the words, then the number of the site. */
  flagWords: 392,
  flagSite: 424,
  /** The address of the indirect jump that left the region. */
  source: 428,
  /** The special registers that translated code reads, in the order of SPECIALS_READ. */
  specials: 432,
} as const;

/** Those that strings, the segments FS and GS, and SSE need. */
export const SPECIALS_READ: readonly SpecialRegister[] = [
  ...(['control', 'fsBase', 'gsBase'] as const),
  ...(['cr0', 'cr4', 'mxcsr'] as const),
];

/** General registers and halves of XMM registers together: XMM0 begins at FIRST_XMM. */
export const REGISTER_COUNT = 48;
export const FIRST_XMM = 16;

/** Lines of RAM with a mark of their own. */
export const LINE_BYTES_LOG2 = 6;

export const MARKS_AT = 0x1_0000;

/** RAM and what lies beside it have at most 4 GiB together. */
export const TRANSLATED_RAM_BYTES_MAX: number = 0xf000_0000;

export type GuestMemory = {
  readonly memory: WasmMemory;
  readonly ram: Uint8Array;
  /** 1 where a line of RAM holds, or has held, decoded code. */
  readonly marks: Uint8Array;
  readonly registers: BigUint64Array;
  /** Two halves for each, the lower first. */
  readonly xmm: BigUint64Array;
  readonly state: DataView;
  /** Where RAM begins in the memory. */
  readonly ramAt: number;
};

export function createGuestMemory(ramBytes: number): GuestMemory {
  const isFitting = Number.isInteger(ramBytes) && ramBytes <= TRANSLATED_RAM_BYTES_MAX;
  assert(isFitting, `memory: RAM of at most ${TRANSLATED_RAM_BYTES_MAX} bytes, got ${ramBytes}`);
  const marksBytes = markCount(ramBytes);
  const ramAt = roundUp(MARKS_AT + marksBytes);
  const pages = roundUp(ramAt + ramBytes) / PAGE_BYTES;
  const memory = createWasmMemory(pages);
  return {
    memory,
    ram: new Uint8Array(memory.buffer, ramAt, ramBytes),
    marks: new Uint8Array(memory.buffer, MARKS_AT, marksBytes),
    registers: new BigUint64Array(memory.buffer, STATE_AT.registers, 16),
    xmm: new BigUint64Array(memory.buffer, STATE_AT.xmm, 32),
    state: new DataView(memory.buffer, 0, MARKS_AT),
    ramAt,
  };
}

/** One for each line, the one that RAM ends in too. */
export function markCount(ramBytes: number): number {
  return Math.ceil(ramBytes / (1 << LINE_BYTES_LOG2)) + 1;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

/** A page of WebAssembly. */
const PAGE_BYTES = 0x1_0000;
