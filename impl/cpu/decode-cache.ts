// Remembers decoded instructions by address and forgets those whose bytes change. A mark for each
// line of 64 bytes keeps stores beside code cheap. Not part of the meaning: without it every run
// is the same, and slower. Spec: cpu.md, "Self-modifying code".

import { INSTRUCTION_BYTES_MAX } from './decode.ts';
import type { Instruction } from './instruction.ts';

/** What follows from instructions, and must be forgotten with them. */
export type CodeListener = {
  forgotten(instruction: Instruction): void;
  allForgotten(): void;
};

/** Pages with decoded instructions; one more, and all are forgotten. */
export const DECODED_PAGES_MAX = 4096;

const PAGE_BYTES = 4096;
const LINE_BYTES = 64;
const LINE_BYTES_LOG2 = 6;
/** The widest store; a mark covers all that begin in its line. */
const STORE_BYTES_MAX = 8;

type Page = {
  readonly instructions: (Instruction | undefined)[];
  /** 1 for each byte of a decoded instruction. */
  readonly isCode: Uint8Array;
};

export class DecodeCache {
  listener: CodeListener | undefined;
  #pages: (Page | undefined)[] = [];
  #pageCount = 0;
  readonly #marks: Uint8Array;

  /**
   * Caches instructions that lie whole in the first `bytes` bytes of memory. A mark is set where a
   * store that begins in its line may change an instruction.
   */
  constructor(bytes: number, marks?: Uint8Array) {
    this.#marks = marks ?? new Uint8Array(Math.ceil(bytes / LINE_BYTES) + 1);
  }

  get(address: number): Instruction | undefined {
    return this.#pages[address >>> 12]?.instructions[address & (PAGE_BYTES - 1)];
  }

  set(address: number, instruction: Instruction): void {
    const end = address + instruction.length;
    const first = this.#pageOf(address);
    const last = this.#pageOf(end - 1);
    first.instructions[address & (PAGE_BYTES - 1)] = instruction;
    for (let at = address; at < end; at += 1) {
      const page = at >>> 12 === address >>> 12 ? first : last;
      page.isCode[at & (PAGE_BYTES - 1)] = 1;
    }
    const from = Math.max(0, address - STORE_BYTES_MAX + 1) >>> LINE_BYTES_LOG2;
    this.#marks.fill(1, from, ((end - 1) >>> LINE_BYTES_LOG2) + 1);
  }

  /** Must follow every change of memory. spec: cpu.self-modifying-code */
  forget(address: number, bytes: number): void {
    const first = address >>> LINE_BYTES_LOG2;
    if (bytes <= STORE_BYTES_MAX) {
      if (this.#marks[first] === 1) this.#forgetRange(address, bytes);
      return;
    }
    const last = (address + bytes - 1) >>> LINE_BYTES_LOG2;
    if (this.#marks.subarray(first, last + 1).includes(1)) this.#forgetRange(address, bytes);
  }

  /** Whether an instruction is decoded that has one of the bytes. */
  holdsCode(address: number, bytes: number): boolean {
    for (let at = address; at < address + bytes; at += 1) {
      if (this.#pages[at >>> 12]?.isCode[at & (PAGE_BYTES - 1)] === 1) return true;
    }
    return false;
  }

  /** An instruction that starts before the range may reach into it. */
  #forgetRange(address: number, bytes: number): void {
    const end = address + bytes;
    for (let at = Math.max(0, address - INSTRUCTION_BYTES_MAX + 1); at < end; at += 1) {
      const page = this.#pages[at >>> 12];
      if (page === undefined) {
        at |= PAGE_BYTES - 1;
        continue;
      }
      const within = at & (PAGE_BYTES - 1);
      const instruction = page.instructions[within];
      if (instruction !== undefined && at + instruction.length > address) {
        page.instructions[within] = undefined;
        this.listener?.forgotten(instruction);
      }
      if (at >= address) page.isCode[within] = 0;
    }
  }

  #pageOf(address: number): Page {
    const known = this.#pages[address >>> 12];
    if (known !== undefined) return known;
    if (this.#pageCount === DECODED_PAGES_MAX) this.#forgetAll();
    const instructions = new Array<Instruction | undefined>(PAGE_BYTES).fill(undefined);
    const page = { instructions, isCode: new Uint8Array(PAGE_BYTES) };
    this.#pages[address >>> 12] = page;
    this.#pageCount += 1;
    return page;
  }

  #forgetAll(): void {
    this.#pages = [];
    this.#pageCount = 0;
    this.#marks.fill(0);
    this.listener?.allForgotten();
  }
}
