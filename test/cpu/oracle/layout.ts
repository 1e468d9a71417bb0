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
  /** Status flags, DF and AC. */
  readonly flags: bigint;
  readonly fsBase: bigint;
  readonly gsBase: bigint;
  /** ES, DS, FS and GS, 16 bits each. */
  readonly segments: bigint;
  readonly block: Uint8Array;
};

export const COMPARED_FLAGS = 0x4_0cd5n;
const INPUT_BYTES = 8 + CODE_BYTES_MAX + 19 * 8 + BLOCK_BYTES;
const OUTPUT_BYTES = 5 * 8 + 20 * 8 + BLOCK_BYTES;
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
  start.registers.forEach((value, k) => {
    record.writeBigUInt64LE(value, 8 + CODE_BYTES_MAX + 8 * k);
  });
  record.writeBigUInt64LE(start.flags, 8 + CODE_BYTES_MAX + 128);
  record.writeBigUInt64LE(start.fsBase, 8 + CODE_BYTES_MAX + 136);
  record.writeBigUInt64LE(start.gsBase, 8 + CODE_BYTES_MAX + 144);
  record.set(start.block, 8 + CODE_BYTES_MAX + 152);
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
    block: output.subarray(at + 25 * 8, at + 25 * 8 + BLOCK_BYTES),
  };
}
