// Floating point, translated and interpreted: short blocks of random instructions on a few
// registers, each from many states. Numbers are mostly at an edge, MXCSR is mostly so that
// translated code may go on. Used by floating.test.ts, on the translator as it is and with one of
// its conditions broken.

import { type Cpu, type CpuState, decode, initialState } from '../../../impl/cpu/index.ts';
import type { Form } from '../../../impl/cpu/instruction.ts';
import { FORMS } from '../../../impl/cpu/table.ts';
import { chooseMxcsr, createNumbers } from '../oracle/numbers.ts';
import { createRandom, type Random } from '../oracle/random.ts';

export const FLOAT_FORMS: readonly Form[] = FORMS.filter(({ family }) =>
  ['sse-arithmetic', 'sse-conversions'].includes(family),
);

type Side = { readonly cpu: Cpu; readonly ram: Uint8Array };

export type BatteryOptions = {
  readonly createSide: (options: { threshold?: number }) => Side;
  readonly seed: number;
  /** Blocks that begin with each form, and states for each block. */
  readonly blocks: number;
  readonly states: number;
  readonly instructionsMax: number;
};

export type Finding = {
  /** The first difference, or undefined. */
  readonly difference: string | undefined;
  readonly retired: number;
  readonly translated: number;
};

export function runBattery(options: BatteryOptions): Finding {
  const random = createRandom(options.seed);
  const sides = [options.createSide({}), options.createSide({ threshold: 0 })];
  let retired = 0;
  let blocks = 0;
  for (const form of FLOAT_FORMS) {
    for (let k = 0; k < options.blocks; k += 1) {
      const rest = random.below(options.instructionsMax);
      const forms = [form, ...Array.from({ length: rest }, () => random.pick(FLOAT_FORMS))];
      const at = CODE + BLOCK_BYTES * (blocks % BLOCKS_MAX);
      blocks += 1;
      const difference = compareBlock(forms, random, { ...options, sides, at });
      if (difference !== undefined) return { difference, retired, translated: 0 };
      retired += forms.length * options.states;
    }
  }
  return { difference: undefined, retired, translated: sides[1]?.cpu.translated ?? 0 };
}

function compareBlock(
  forms: readonly Form[],
  random: Random,
  where: { readonly sides: readonly Side[]; readonly at: number; readonly states: number },
): string | undefined {
  const { sides, at, states } = where;
  const code = [...forms.flatMap((form) => createInstruction(form, random)), HLT];
  for (const { cpu, ram } of sides) {
    ram.set(code, at);
    cpu.memoryChanged(at, code.length);
  }
  for (let k = 0; k < states; k += 1) {
    const state = createState(forms, random, at);
    const [expected, actual] = sides.map(({ cpu }) => {
      cpu.restore(state);
      cpu.run(forms.length);
      return textOf(cpu.save());
    });
    if (expected === actual) continue;
    return `${forms.map(({ line }) => line).join('; ')}\n${textOf(state)}\n${expected}\n${actual}`;
  }
  return undefined;
}

/** An address that was translated to no end is not tried again soon: each block has its own. */
const CODE = 0x1000;
const BLOCK_BYTES = 64;
const BLOCKS_MAX = 900;
/** Is not translated, and so ends the block. */
export const HLT = 0xf4;

/** XMM0 to XMM3, and the general registers of the same numbers. */
export function createInstruction(form: Form, random: Random): number[] {
  const opcode = [...(form.prefix === 0 ? [] : [form.prefix ?? 0]), 0x0f, form.opcode];
  const modrm = 0xc0 | (random.below(4) << 3) | random.below(4);
  const bytes = Uint8Array.from([...opcode, modrm, random.below(8), ...new Array(8).fill(0x90)]);
  const decoded = decode(bytes, 0n);
  if (decoded.kind !== 'instruction') throw new Error(`battery: ${form.line} is no instruction`);
  return [...bytes.subarray(0, decoded.instruction.length)];
}

function createState(forms: readonly Form[], random: Random, at: number): CpuState {
  const base = initialState(BigInt(at), 0x8000n);
  const numbers = forms.map((form) => createNumbers(form, random));
  const word = (): bigint => {
    if (random.oneIn(3)) return random.oneIn(2) ? ordinary(random) : simple(random);
    return random.pick(numbers)();
  };
  return {
    ...base,
    registers: base.registers.map((value, k) => (k < 4 ? random.word() >> shift(random) : value)),
    xmm: base.xmm.map((value, k) => (k < 8 ? word() : value)),
    special: { ...base.special, mxcsr: random.pick([chooseMxcsr(random), ...CALM]) },
  };
}

/** A double, or two singles, between 1 and 4. */
function ordinary(random: Random): bigint {
  const fraction = random.word() & 0xf_ffff_ffff_ffffn;
  if (random.oneIn(2)) return 0x3ff0_0000_0000_0000n + fraction;
  return 0x3f80_0000_3f80_0000n | (fraction & 0x3f_ffff_003f_ffffn);
}

/** Numbers of few bits, with which much is exact. */
function simple(random: Random): bigint {
  const sign = BigInt(random.below(2));
  const [exponent, fraction] = [random.below(24), random.below(4)].map(BigInt);
  const isDouble = random.oneIn(2);
  const [head, bits, field] = isDouble ? ([63n, 52n, 1011n] as const) : ([31n, 23n, 115n] as const);
  const number =
    (sign << head) | ((field + (exponent ?? 0n)) << bits) | ((fraction ?? 0n) << (bits - 2n));
  return isDouble ? number : number | (number << 32n);
}

function shift(random: Random): bigint {
  return BigInt(random.below(64));
}

/** All exceptions masked, to the nearest; PE set, and clear. */
const CALM = [0x1fa0n, 0x1f80n];

function textOf({ registers, rip, rflags, xmm, special, retired }: CpuState): string {
  const words = [...registers.slice(0, 4), rip, rflags, special.mxcsr, ...xmm.slice(0, 8)];
  return `${retired}: ${words.map((value) => value.toString(16)).join(' ')}`;
}
