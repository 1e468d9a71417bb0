// The records that pass between the tests and oracle.c, and the addresses that both sides use.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gcc, sourcePath } from '../host-tools.ts';

export const CODE = 0x10_0800;
export const CODE_BYTES_MAX = 16;
/** Across the edge between two pages. */
export const BLOCK = 0x11_0f00;
export const BLOCK_BYTES = 512;

/** What an instruction starts from. */
export type Start = {
  readonly code: Uint8Array;
  readonly registers: readonly bigint[];
  readonly flags: bigint;
  readonly fsBase: bigint;
  readonly gsBase: bigint;
  /** Halves of XMM0 to XMM15, the lower ones first. */
  readonly xmm: readonly bigint[];
  readonly mxcsr: bigint;
  /** The memory at BLOCK. */
  readonly block: Uint8Array;
};

/** What came of it; `vector` is the exception, if there was one. */
export type Outcome = {
  readonly vector?: number;
  readonly errorCode: bigint;
  readonly faultAddress: bigint;
  readonly rip: bigint;
  readonly registers: readonly bigint[];
  /** Status flags, IF, DF, IOPL and AC. */
  readonly flags: bigint;
  readonly fsBase: bigint;
  readonly gsBase: bigint;
  /** ES, DS, FS and GS, 16 bits each. */
  readonly segments: bigint;
  readonly xmm: readonly bigint[];
  readonly mxcsr: bigint;
  readonly block: Uint8Array;
};

export const COMPARED_FLAGS = 0x4_3ed5n;
/** Registers, flags, bases of FS and GS, halves of XMM registers, MXCSR. */
const WORDS = 16 + 3 + 32 + 1;
const INPUT_BYTES = 8 + CODE_BYTES_MAX + WORDS * 8 + BLOCK_BYTES;
/** The selectors stand behind the bases. */
const OUTPUT_BYTES = 5 * 8 + (WORDS + 1) * 8 + BLOCK_BYTES;
const SIGTRAP = 5;

export type NativeOracle = (starts: readonly Start[]) => Outcome[];

/** Builds oracle.c in the directory. */
export function createNativeOracle(directory: string): NativeOracle {
  const program = join(directory, 'oracle');
  const options = ['-O2', '-fno-pie', '-no-pie', '-fcf-protection=none', '-mfsgsbase'];
  gcc([...options, sourcePath('oracle/oracle.c'), '-o', program]);
  return (starts) => {
    const input = Buffer.concat(starts.map(encodeStart));
    const maxBuffer = starts.length * OUTPUT_BYTES + 1;
    const output = execFileSync(program, { input, maxBuffer, timeout: 120_000 });
    return starts.map((start, k) => decodeOutcome(output, k * OUTPUT_BYTES, start));
  };
}

function encodeStart(start: Start): Buffer {
  const record = Buffer.alloc(INPUT_BYTES);
  record.writeBigUInt64LE(BigInt(start.code.length), 0);
  record.set(start.code, 8);
  const { registers, flags, fsBase, gsBase, xmm, mxcsr } = start;
  const words = [...registers, flags, fsBase, gsBase, ...xmm, mxcsr];
  words.forEach((value, k) => {
    record.writeBigUInt64LE(value, 8 + CODE_BYTES_MAX + 8 * k);
  });
  record.set(start.block, 8 + CODE_BYTES_MAX + 8 * WORDS);
  return record;
}

/** A breakpoint anywhere but in the instruction itself is where a branch landed. */
function decodeOutcome(output: Buffer, at: number, start: Start): Outcome {
  const word = (k: number): bigint => output.readBigUInt64LE(at + 8 * k);
  const signal = Number(word(0));
  const landed = word(4) - 1n;
  const isInside = landed >= BigInt(CODE) && landed < BigInt(CODE + start.code.length);
  const isBranch = signal === SIGTRAP && !isInside;
  const isException = signal !== 0 && !isBranch;
  return {
    ...(isException ? { vector: Number(word(1)) } : {}),
    errorCode: word(2),
    faultAddress: word(3),
    rip: isBranch ? landed : word(4),
    registers: Array.from({ length: 16 }, (_, k) => word(5 + k)),
    flags: word(21),
    fsBase: word(22),
    gsBase: word(23),
    segments: word(24),
    xmm: Array.from({ length: 32 }, (_, k) => word(25 + k)),
    mxcsr: word(57),
    block: output.subarray(at + 58 * 8, at + 58 * 8 + BLOCK_BYTES),
  };
}
