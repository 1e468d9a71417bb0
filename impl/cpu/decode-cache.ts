// Remembers decoded instructions by address and forgets those whose bytes change. A mark for each
// line of 64 bytes keeps stores beside code cheap. Not part of the meaning: without it every run
// is the same, and slower. Spec: cpu.md, "Self-modifying code".

import { INSTRUCTION_BYTES_MAX } from './decode.ts';
import type { Instruction } from './instruction.ts';

const PAGE_BYTES = 4096;
const LINE_BYTES = 64;
const LINE_BYTES_LOG2 = 6;

export class DecodeCache {
  readonly #pages: (Instruction | undefined)[][] = [];
  readonly #hasCode: Uint8Array;

  /** Caches instructions that lie whole in the first `bytes` bytes of memory. */
  constructor(bytes: number) {
    this.#hasCode = new Uint8Array(Math.ceil(bytes / LINE_BYTES) + 1);
  }

  get(address: number): Instruction | undefined {
    return this.#pages[address >>> 12]?.[address & (PAGE_BYTES - 1)];
  }

  set(address: number, instruction: Instruction): void {
    const known = this.#pages[address >>> 12];
    const page = known ?? new Array<Instruction | undefined>(PAGE_BYTES).fill(undefined);
    if (known === undefined) this.#pages[address >>> 12] = page;
    page[address & (PAGE_BYTES - 1)] = instruction;
    this.#hasCode[address >>> LINE_BYTES_LOG2] = 1;
    this.#hasCode[(address + instruction.length - 1) >>> LINE_BYTES_LOG2] = 1;
  }

  /** Must follow every change of memory. spec: cpu.self-modifying-code */
  forget(address: number, bytes: number): void {
    const first = address >>> LINE_BYTES_LOG2;
    const last = (address + bytes - 1) >>> LINE_BYTES_LOG2;
    for (let line = first; line <= last; line += 1) {
      if (this.#hasCode[line] === 1) {
        this.#forgetRange(address, bytes);
        return;
      }
    }
  }

  /** An instruction that starts before the range may reach into it. */
  #forgetRange(address: number, bytes: number): void {
    const start = Math.max(0, address - INSTRUCTION_BYTES_MAX + 1);
    for (let at = start; at < address + bytes; at += 1) {
      const page = this.#pages[at >>> 12];
      if (page === undefined) at |= PAGE_BYTES - 1;
      else page[at & (PAGE_BYTES - 1)] = undefined;
    }
  }
}
