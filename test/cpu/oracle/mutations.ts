// Wrong processors: an execution in which one thing goes wrong wherever an instruction asks for it. Each
// mutation replaces one operation of the algebra, so that it can be put under any meaning.

import {
  AF,
  type Algebra,
  CF,
  type Flag,
  type Floating,
  type Half,
  OF,
  type OperandWidth,
  PF,
  SF,
  type SpecialRegister,
  ZF,
} from '../../../impl/cpu/algebra.ts';
import type { Value } from '../../../impl/cpu/fast-values.ts';
import type { Instruction } from '../../../impl/cpu/instruction.ts';

type M = Algebra<Value>;
/** Operations to replace, made for the execution and the instruction that they stand in. */
type Replace = (m: M, i: Instruction) => Partial<M>;
export type Mutation = {
  readonly name: string;
  readonly replace: Replace;
  /** Whether the arguments of an operation are such that it can make a difference at all. */
  readonly concerns: (m: M, all: readonly unknown[]) => boolean;
};

const FLAGS: readonly (readonly [string, Flag])[] = [
  ['CF', CF],
  ['PF', PF],
  ['AF', AF],
  ['ZF', ZF],
  ['SF', SF],
  ['OF', OF],
];

/** The special registers of which vectors tell. */
const SEEN: readonly SpecialRegister[] = [
  ...(['control', 'es', 'ds', 'fs', 'gs'] as const),
  ...(['fsBase', 'gsBase', 'mxcsr'] as const),
];

/** All exceptions masked, to the nearest. */
const RESET_MXCSR = 0x1f80;

export const MUTATIONS: readonly Mutation[] = [
  ...FLAGS.map(([name, flag]) => invertFlag(name, flag)),
  ...FLAGS.map(([name, flag]) => misreadFlag(name, flag)),
  mutation('flags not set', () => ({ writeFlags: () => undefined })),
  mutation('a register wrong', (m) => ({
    writeRegister: (index, value) => m.writeRegister(index, m.xor(64, value, 1)),
  })),
  mutation('a register not written', () => ({ writeRegister: () => undefined })),
  mutation(
    'the upper half kept',
    (m) => ({ writeRegister: (k, v) => m.writeRegister(k, withUpperHalf(m, k, v)) }),
    (m, [k, v]) => typeof k === 'number' && isValue(v) && withUpperHalf(m, k, v) !== v,
  ),
  mutation('an XMM register wrong', (m) => ({
    writeXmm: (k, half, value) => m.writeXmm(k, half, m.xor(64, value, 1)),
  })),
  mutation(
    'the upper half of XMM not written',
    (m) => ({
      writeXmm: (k, half, value) => half === 0 && m.writeXmm(k, half, value),
    }),
    isOtherHalf(1),
  ),
  mutation(
    'the lower half of XMM not written',
    (m) => ({
      writeXmm: (k, half, value) => half === 1 && m.writeXmm(k, half, value),
    }),
    isOtherHalf(0),
  ),
  mutation('stored wrong', (m) => ({
    store: (width, at, value, use) => m.store(width, at, m.xor(width, value, 1), use),
  })),
  mutation('stored beside', (m) => ({
    store: (width, at, value, use) => m.store(width, m.add(64, at, 1), value, use),
  })),
  mutation('not stored', () => ({ store: () => undefined })),
  mutation(
    'stored narrower',
    (m) => ({
      store: (width, at, value, use) => {
        const half = halfOf(width);
        m.store(half, at, m.truncate(width, half, value), use);
      },
    }),
    isWide,
  ),
  mutation('loaded from beside', (m) => ({
    load: (width, at, use) => m.load(width, m.add(64, at, 1), use),
    loadToStore: (width, at, use) => m.loadToStore(width, m.add(64, at, 1), use),
  })),
  mutation(
    'loaded narrower',
    (m) => ({
      load: (width, at, use) => m.zeroExtend(halfOf(width), width, m.load(halfOf(width), at, use)),
    }),
    isWide,
  ),
  mutation(
    'access not checked',
    () => ({ probe: () => undefined }),
    // A load faults at the same address as its check.
    (_, [, , , access]) => access === 'store',
  ),
  mutation('sign not extended', (m) => ({
    signExtend: (from, to, value) => m.zeroExtend(from, to, value),
  })),
  mutation(
    'shifted without the sign',
    (m) => ({
      shiftRightSigned: (width, a, count) => m.shiftRight(width, a, count),
    }),
    isNegative,
  ),
  mutation('multiplied without signs', (m) => ({
    multiplyHighSigned: (width, a, b) => m.multiplyHigh(width, a, b),
  })),
  mutation('divided without signs', (m) => ({
    divideSigned: (width, high, low, divisor) => m.divide(width, high, low, divisor),
  })),
  mutation(
    'the other one selected',
    (m) => ({
      select: (width, condition, a, b) => m.select(width, condition, b, a),
    }),
    (_, [, , a, b]) => a !== b,
  ),
  mutation(
    'less or equal for less',
    (m) => ({
      less: (width, a, b) => m.or(1, m.less(width, a, b), m.equal(width, a, b)),
    }),
    (_, [, a, b]) => a === b,
  ),
  mutation('always done', (m) => ({ when: (_, body) => m.when(1, body) }), isWhen(0)),
  mutation('never done', () => ({ when: () => undefined }), isWhen(1)),
  mutation('always jumps', (m) => ({ jumpWhen: (_, target) => m.jumpWhen(1, target) }), isWhen(0)),
  mutation('never jumps', () => ({ jumpWhen: () => undefined }), isWhen(1)),
  mutation('never faults', () => ({ faultWhen: () => undefined }), isWhen(1)),
  mutation(
    'no error code',
    (m) => ({ faultWhen: (when, name) => m.faultWhen(when, name) }),
    (_, [when, , code]) => when === 1 && code !== undefined && code !== 0,
  ),
  mutation(
    'a special register not written',
    () => ({ writeSpecial: () => undefined }),
    (m, [name, value]) => SEEN.some((one) => one === name && m.readSpecial(one) !== value),
  ),
  mutation('another vector', (m) => ({ interrupt: (vector, by) => m.interrupt(vector + 1, by) })),
  mutation('a float wrong', (m) => replaceFloats(m, (result) => spoil(m, result))),
  mutation('no float exceptions', (m) =>
    replaceFloats(m, ({ value }) => ({ value, exceptions: 0 })),
  ),
  mutation('rounded to the nearest', (m) => ({
    floatCompute: (operation, width, _, a, b) =>
      m.floatCompute(operation, width, RESET_MXCSR, a, b),
    floatSquareRoot: (width, _, a) => m.floatSquareRoot(width, RESET_MXCSR, a),
    floatConvert: (from, _, a) => m.floatConvert(from, RESET_MXCSR, a),
    floatFromInteger: (from, to, _, a) => m.floatFromInteger(from, to, RESET_MXCSR, a),
    floatToInteger: (from, to, _, a) => m.floatToInteger(from, to, RESET_MXCSR, a),
  })),
  mutation('greater for less', (m) => ({
    floatCompare: (width, control, a, b) => m.floatCompare(width, control, b, a),
  })),
];

export function mutation(
  name: string,
  replace: Replace,
  concerns: Mutation['concerns'] = () => true,
): Mutation {
  return { name, replace, concerns };
}

function invertFlag(name: string, inverted: Flag): Mutation {
  return mutation(
    `${name} inverted`,
    (m) => ({
      writeFlags: (flags, recipe) =>
        m.writeFlags(flags, (flag) => (flag === inverted ? m.not(1, recipe(flag)) : recipe(flag))),
    }),
    (_, [flags]) => Array.isArray(flags) && flags.includes(inverted),
  );
}

function misreadFlag(name: string, misread: Flag): Mutation {
  return mutation(
    `${name} misread`,
    (m) => ({
      readFlag: (flag) => (flag === misread ? m.not(1, m.readFlag(flag)) : m.readFlag(flag)),
    }),
    (_, [flag]) => flag === misread,
  );
}

function withUpperHalf(m: M, index: number, value: Value): Value {
  const upper = m.and(64, m.readRegister(index), m.constant(64, 0xffff_ffff_0000_0000n));
  return m.or(64, upper, value);
}

function isValue(value: unknown): value is Value {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Another value for that half than it has. */
function isOtherHalf(half: Half): Mutation['concerns'] {
  return (m, [k, written, value]) =>
    written === half && typeof k === 'number' && m.readXmm(k, half) !== value;
}

function isWhen(wanted: 0 | 1): Mutation['concerns'] {
  return (_, [when]) => when === wanted;
}

function isWide(_: M, [width]: readonly unknown[]): boolean {
  return width !== 8;
}

function isNegative(_: M, [width, value]: readonly unknown[]): boolean {
  if (typeof width !== 'number' || !isValue(value)) return false;
  return BigInt.asIntN(width, BigInt(value)) < 0n;
}

function halfOf(width: OperandWidth): OperandWidth {
  return width === 64 ? 32 : width === 32 ? 16 : 8;
}

function spoil(m: M, { value, exceptions }: Floating<Value>): Floating<Value> {
  return { value: m.xor(32, m.truncate(64, 32, value), 1), exceptions };
}

export function replaceFloats(
  m: M,
  change: (result: Floating<Value>) => Floating<Value>,
): Partial<M> {
  return {
    floatCompute: (...all) => change(m.floatCompute(...all)),
    floatSquareRoot: (...all) => change(m.floatSquareRoot(...all)),
    floatConvert: (...all) => change(m.floatConvert(...all)),
    floatFromInteger: (...all) => change(m.floatFromInteger(...all)),
    floatToInteger: (...all) => change(m.floatToInteger(...all)),
  };
}
