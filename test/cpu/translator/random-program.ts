// Random programs that go on for ever: blocks of random instructions of the table, joined by
// branches, calls and returns. Most accesses hit a small area of data, some the code itself; a
// fault is handled by starting over. The same seed gives the same program, with the same extras.

import { decode } from '../../../impl/cpu/index.ts';
import type { Form } from '../../../impl/cpu/instruction.ts';
import { FORMS } from '../../../impl/cpu/table.ts';
import { chooseMxcsr, createNumbers, isSse } from '../oracle/numbers.ts';
import { createRandom, type Random } from '../oracle/random.ts';

export const CODE = 0x1000;
export const DATA = 0x6000;
export const RAM_BYTES = 0x1_0000;
const IDT = 0x8000;
const STACK = 0x7f00;
const DATA_BYTES = 512;

export type Program = {
  readonly bytes: Uint8Array;
  readonly registers: readonly bigint[];
  readonly idtBase: bigint;
  readonly xmm: readonly bigint[];
  readonly mxcsr: bigint;
};

export type Extras = {
  /** Pieces of code that stand among the random instructions, each as often as any other. */
  readonly pieces: readonly (readonly number[])[];
  /** Code that a handler begins with. */
  readonly handlerStart: readonly number[];
};

export function createProgram(seed: number, extras: Extras = NO_EXTRAS): Program {
  const random = createRandom(seed);
  const { pieces, handlerStart } = extras;
  const blocks = Array.from({ length: 2 + random.below(8) }, () => createBlock(random, pieces));
  const handler = [...handlerStart, 0xbc, STACK & 0xff, STACK >> 8, 0, 0];
  const starts: number[] = [];
  let at = handler.length;
  for (const block of blocks) {
    starts.push(at);
    at += block.length + END_BYTES;
  }
  const code = [...handler, ...blocks.flatMap((block, k) => [...block, ...endOf(k)])];
  const bytes = new Uint8Array(RAM_BYTES);
  bytes.set(code, CODE);
  const view = new DataView(bytes.buffer);
  for (let vector = 0; vector < 256; vector += 1) {
    const low = BigInt(CODE) | (0x10n << 16n) | (0x8en << 40n);
    view.setBigUint64(IDT + 16 * vector, low, true);
  }
  const registers = Array.from({ length: 16 }, (_, k) =>
    k === 4 ? BigInt(STACK) : createValue(random),
  );
  const number = (): bigint => createNumbers(random.pick(SSE), random)();
  for (let at = DATA; at < DATA + DATA_BYTES; at += 8) view.setBigUint64(at, number(), true);
  const xmm = Array.from({ length: 32 }, number);
  // Mostly so that translated code may go on, its flag of inexact results set.
  const mxcsr = random.oneIn(3) ? chooseMxcsr(random) : 0x1fa0n;
  return { bytes, registers, idtBase: BigInt(IDT), xmm, mxcsr };

  /** A branch to another block at each place, then one back to the first, so that none falls off. */
  function endOf(block: number): number[] {
    const end = (starts[block] ?? 0) + (blocks[block]?.length ?? 0);
    const to = (): number => starts[random.below(starts.length)] ?? 0;
    const first = random.below(6);
    const branch =
      first === 0
        ? [0xe8, ...relative(to(), end + 5), 0x90]
        : first === 1
          ? [0x0f, 0x1f, 0x40, 0, 0xc3, 0x90]
          : [0x0f, 0x80 + random.below(16), ...relative(to(), end + 6)];
    return [...branch, 0xe9, ...relative(to(), end + END_BYTES)];
  }
}

const NO_EXTRAS: Extras = { pieces: [], handlerStart: [] };

/** Instructions for each piece. */
const PIECES_APART = 6;

/** A branch of 6 bytes and a jump of 5. */
const END_BYTES = 11;

function relative(target: number, next: number): number[] {
  const distance = target - next;
  return [
    distance & 0xff,
    (distance >> 8) & 0xff,
    (distance >> 16) & 0xff,
    (distance >> 24) & 0xff,
  ];
}

function createBlock(random: Random, pieces: Extras['pieces']): number[] {
  return Array.from({ length: 1 + random.below(9) }, () => {
    const isPiece = pieces.length > 0 && random.below(PIECES_APART) === 0;
    return isPiece ? random.pick(pieces) : createInstruction(random);
  }).flat();
}

/** Bytes that the decoder takes for one instruction of the table, and nothing behind it. */
function createInstruction(random: Random): number[] {
  for (;;) {
    const form = random.pick(USUAL);
    const prefixes = PREFIXES[random.below(PREFIXES.length)] ?? [];
    const own = form.prefix === undefined || form.prefix === 0 ? [] : [form.prefix];
    const opcode = form.map === 1 ? [0x0f, form.opcode] : [form.opcode];
    const modrm = form.hasModrm ? createModrm(random, form) : [];
    const rest = Array.from({ length: 8 }, () => random.below(256));
    const bytes = Uint8Array.from([...own, ...prefixes, ...opcode, ...modrm, ...rest]);
    const decoded = decode(bytes, 0n);
    if (decoded.kind === 'instruction') return [...bytes.subarray(0, decoded.instruction.length)];
  }
}

/** A register, an address in the data or, seldom, in the code, or one that a register holds. */
function createModrm(random: Random, form: Form): number[] {
  const middle = (form.digit ?? random.below(8)) << 3;
  const kind = random.below(16);
  if (kind < 9) return [0xc0 | middle | random.below(8)];
  if (kind > 12) return [0x40 | middle | random.pick([0, 1, 2, 3, 5, 6, 7]), random.below(256)];
  const unit = isSse(form) && random.below(4) > 0 ? 16 : 1;
  const place = random.below(kind === 12 ? 300 : 64) & -unit;
  const address = (kind === 12 ? CODE : DATA) + place;
  return [middle | 4, 0x25, address & 0xff, address >> 8, 0, 0];
}

function createValue(random: Random): bigint {
  const kind = random.below(4);
  if (kind < 2) return BigInt(DATA + random.below(256));
  if (kind === 2) return BigInt(random.below(8));
  return (BigInt(random.below(0x1_0000_0000)) << 32n) | BigInt(random.below(0x1_0000_0000));
}

const PREFIXES = [[], [], [0x48], [0x48], [0x66], [0x41], [0x44], [0x4c]];

const SSE = FORMS.filter(isSse);

const ENDING = new Set(['branches', 'control', 'ports', 'system']);

/** Branches are placed apart; what belongs to the system comes seldom. */
const USUAL = [
  ...FORMS.filter((form) => !ENDING.has(form.family)),
  ...FORMS.filter((form) => !ENDING.has(form.family)),
  ...FORMS.filter((form) => form.line === '0F A2' || form.line === '90'),
];
