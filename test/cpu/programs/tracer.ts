// Steps an image on the processor itself with tracer.c, and holds a run of the engine against it: at
// every checkpoint position, registers, XMM registers and MXCSR; at the end also the number of steps
// and every byte of memory. Flags are left out: the architecture leaves some of them undefined, and
// those that matter show in what the program does next. Spec: cpu.md, "Position".

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { CpuState } from '../../../impl/cpu/index.ts';
import { createTestCpu } from '../create-test-cpu.ts';
import { gcc, PROGRAM_BASE, sourcePath } from '../host-tools.ts';

/** What a program sees at a position. */
type Checkpoint = {
  readonly steps: number;
  readonly registers: readonly bigint[];
  readonly rip: bigint;
  readonly mxcsr: bigint;
  readonly xmm: readonly bigint[];
};

export type NativeRun = {
  /** Steps before the HLT at the end. */
  readonly steps: number;
  /** The last one is at that HLT. */
  readonly checkpoints: readonly Checkpoint[];
  /** From PROGRAM_BASE on. */
  readonly memory: Uint8Array;
};

export type Tracer = (image: Uint8Array) => NativeRun;

/** An odd number, so that checkpoints meet loops at all their instructions. */
const EVERY = 997;
/** A run that is longer is a program gone astray. */
export const STEPS_MAX = 4_000_000;
const RECORD_BYTES = 8 * (1 + 16 + 1 + 1 + 32);
const MEMORY_BYTES = 0x30_0000;
const RAM_BYTES = PROGRAM_BASE + MEMORY_BYTES;
const OUTPUT_AT = 0x30_0000;
/** Steps of ptrace are some tens of thousands a second, fewer on a busy machine. */
const TIMEOUT_MS = 1000 * (30 + STEPS_MAX / 5000);

/** Builds tracer.c in the directory. */
export function createTracer(directory: string): Tracer {
  const program = join(directory, 'tracer');
  gcc(['-O2', sourcePath('programs/tracer.c'), '-o', program]);
  return (image) => {
    const output = execFileSync(program, [String(EVERY), String(STEPS_MAX)], {
      input: image,
      maxBuffer: (STEPS_MAX / EVERY + 2) * RECORD_BYTES + MEMORY_BYTES,
      timeout: TIMEOUT_MS,
    });
    const count = (output.length - MEMORY_BYTES) / RECORD_BYTES;
    const checkpoints = Array.from({ length: count }, (_, k) =>
      decodeRecord(output, k * RECORD_BYTES),
    );
    const steps = checkpoints.at(-1)?.steps ?? 0;
    return { steps, checkpoints, memory: output.subarray(count * RECORD_BYTES) };
  };
}

function decodeRecord(bytes: Buffer, at: number): Checkpoint {
  const word = (k: number): bigint => bytes.readBigUInt64LE(at + 8 * k);
  return {
    steps: Number(word(0)),
    registers: Array.from({ length: 16 }, (_, k) => word(1 + k)),
    rip: word(17),
    mxcsr: word(18),
    xmm: Array.from({ length: 32 }, (_, k) => word(19 + k)),
  };
}

/** What the program wrote, by output.h. */
export function outputOf(memory: Uint8Array): string {
  const at = OUTPUT_AT - PROGRAM_BASE;
  const length = Buffer.from(memory.buffer, memory.byteOffset).readBigUInt64LE(at);
  return Buffer.from(memory.subarray(at + 8, at + 8 + Number(length))).toString('latin1');
}

/**
 * The first difference between the engine and the processor, or undefined. With a threshold what is
 * arrived at more often is translated.
 *
 * spec: cpu.step, cpu.one-iteration-one-step, cpu.budget-is-exact
 */
export function findDifference(
  image: Uint8Array,
  native: NativeRun,
  threshold?: number,
): string | undefined {
  const { cpu, ram } = createTestCpu({
    ...{ code: image, entry: PROGRAM_BASE, stack: 0n, ramBytes: RAM_BYTES },
    ...(threshold === undefined ? {} : { threshold }),
  });
  for (const checkpoint of native.checkpoints) {
    cpu.run(checkpoint.steps - cpu.retired);
    const difference = differenceAt(checkpoint, cpu.save(), cpu.retired);
    if (difference !== undefined) return difference;
  }
  const stop = cpu.run(1);
  if (stop.kind !== 'halted' || cpu.retired !== native.steps + 1) {
    return `step ${native.steps + 1}: expected HLT, got ${stop.kind} at ${cpu.retired}`;
  }
  const memory = ram.subarray(PROGRAM_BASE);
  if (Buffer.compare(memory, native.memory) === 0) return undefined;
  const at = memory.findIndex((byte, k) => byte !== native.memory[k]);
  const values = `engine ${memory[at]}, processor ${native.memory[at]}`;
  return `memory at ${hex(BigInt(PROGRAM_BASE + at))}: ${values}`;
}

function differenceAt(native: Checkpoint, engine: CpuState, retired: number): string | undefined {
  const pairs: [string, bigint, bigint][] = [
    ['steps', BigInt(retired), BigInt(native.steps)],
    ['rip', engine.rip, native.rip],
    ['mxcsr', engine.special.mxcsr, native.mxcsr],
    ...engine.registers.map((value, k) => pair(`register ${k}`, value, native.registers[k])),
    ...engine.xmm.map((value, k) => pair(`xmm${k >> 1}, half ${k & 1}`, value, native.xmm[k])),
  ];
  const found = pairs.find(([, ours, theirs]) => ours !== theirs);
  if (found === undefined) return undefined;
  const [what, ours, theirs] = found;
  return `step ${native.steps}: ${what}: engine ${hex(ours)}, processor ${hex(theirs)}`;
}

function pair(what: string, ours: bigint, theirs = 0n): [string, bigint, bigint] {
  return [what, ours, theirs];
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
