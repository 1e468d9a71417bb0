// Wrong processors: an execution in which one thing goes wrong wherever an instruction asks for it. Each
// mutation replaces one operation of the algebra, so that it can be put under any meaning.

import {
  AF,
  type Algebra,
  CF,
  type Flag,
  type Floating,
  OF,
  type OperandWidth,
  PF,
  SF,
  ZF,
} from '../../../impl/cpu/algebra.ts';
import type { Value } from '../../../impl/cpu/fast-values.ts';
import type { Definition } from '../../../impl/cpu/instruction.ts';

type M = Algebra<Value>;
/** Operations to replace, made for the execution that they stand in. */
type Replace = (m: M) => Partial<M>;
export type Mutation = {
  readonly name: string;
  readonly replace: Replace;
  /** Whether the arguments of an operation are such that it makes a difference at all. */
  readonly concerns: (...all: readonly unknown[]) => boolean;
};

const FLAGS: readonly (readonly [string, Flag])[] = [
  ['CF', CF],
  ['PF', PF],
  ['AF', AF],
  ['ZF', ZF],
  ['SF', SF],
  ['OF', OF],
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
  mutation('the upper half kept', (m) => ({ writeRegister: (k, v) => keepUpperHalf(m, k, v) })),
  mutation('an XMM register wrong', (m) => ({
    writeXmm: (k, half, value) => m.writeXmm(k, half, m.xor(64, value, 1)),
  })),
  mutation('the upper half of XMM not written', (m) => ({
    writeXmm: (k, half, value) => half === 0 && m.writeXmm(k, half, value),
  })),
  mutation('the lower half of XMM not written', (m) => ({
    writeXmm: (k, half, value) => half === 1 && m.writeXmm(k, half, value),
  })),
  mutation('stored wrong', (m) => ({
    store: (width, at, value, use) => m.store(width, at, m.xor(width, value, 1), use),
  })),
  mutation('stored beside', (m) => ({
    store: (width, at, value, use) => m.store(width, m.add(64, at, 1), value, use),
  })),
  mutation('not stored', () => ({ store: () => undefined })),
  mutation('stored narrower', (m) => ({
    store: (width, at, value, use) => {
      const half = halfOf(width);
      m.store(half, at, m.truncate(width, half, value), use);
    },
  })),
  mutation('loaded from beside', (m) => ({
    load: (width, at, use) => m.load(width, m.add(64, at, 1), use),
    loadToStore: (width, at, use) => m.loadToStore(width, m.add(64, at, 1), use),
  })),
  mutation('loaded narrower', (m) => ({
    load: (width, at, use) => m.zeroExtend(halfOf(width), width, m.load(halfOf(width), at, use)),
  })),
  mutation('access not checked', () => ({ probe: () => undefined })),
  mutation('sign not extended', (m) => ({
    signExtend: (from, to, value) => m.zeroExtend(from, to, value),
  })),
  mutation('shifted without the sign', (m) => ({
    shiftRightSigned: (width, a, count) => m.shiftRight(width, a, count),
  })),
  mutation('multiplied without signs', (m) => ({
    multiplyHighSigned: (width, a, b) => m.multiplyHigh(width, a, b),
  })),
  mutation('divided without signs', (m) => ({
    divideSigned: (width, high, low, divisor) => m.divide(width, high, low, divisor),
  })),
  mutation('the other one selected', (m) => ({
    select: (width, condition, a, b) => m.select(width, condition, b, a),
  })),
  mutation('less or equal for less', (m) => ({
    less: (width, a, b) => m.or(1, m.less(width, a, b), m.equal(width, a, b)),
  })),
  mutation('always done', (m) => ({ when: (_, body) => m.when(1, body) })),
  mutation('never done', () => ({ when: () => undefined })),
  mutation('always jumps', (m) => ({ jumpWhen: (_, target) => m.jumpWhen(1, target) })),
  mutation('never jumps', () => ({ jumpWhen: () => undefined })),
  mutation(
    'never faults',
    () => ({ faultWhen: () => undefined }),
    (when) => when === 1,
  ),
  mutation(
    'no error code',
    (m) => ({ faultWhen: (when, name) => m.faultWhen(when, name) }),
    (when, _, code) => when === 1 && code !== undefined,
  ),
  mutation('a special register not written', () => ({ writeSpecial: () => undefined })),
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
    (flags) => Array.isArray(flags) && flags.includes(inverted),
  );
}

function misreadFlag(name: string, misread: Flag): Mutation {
  return mutation(
    `${name} misread`,
    (m) => ({
      readFlag: (flag) => (flag === misread ? m.not(1, m.readFlag(flag)) : m.readFlag(flag)),
    }),
    (flag) => flag === misread,
  );
}

function keepUpperHalf(m: M, index: number, value: Value): void {
  const upper = m.and(64, m.readRegister(index), m.constant(64, 0xffff_ffff_0000_0000n));
  m.writeRegister(index, m.or(64, upper, value));
}

function halfOf(width: OperandWidth): OperandWidth {
  return width === 64 ? 32 : width === 32 ? 16 : 8;
}

function spoil(m: M, { value, exceptions }: Floating<Value>): Floating<Value> {
  return { value: m.xor(32, m.truncate(64, 32, value), 1), exceptions };
}

function replaceFloats(m: M, change: (result: Floating<Value>) => Floating<Value>): Partial<M> {
  return {
    floatCompute: (...all) => change(m.floatCompute(...all)),
    floatSquareRoot: (...all) => change(m.floatSquareRoot(...all)),
    floatConvert: (...all) => change(m.floatConvert(...all)),
    floatFromInteger: (...all) => change(m.floatFromInteger(...all)),
    floatToInteger: (...all) => change(m.floatToInteger(...all)),
  };
}

/**
 * Runs the body with the mutation under the meaning of each definition, and tells whether any operation
 * that it replaces was asked for.
 */
export function withMutation(
  definitions: readonly Definition[],
  mutation: Mutation,
  body: () => void,
): boolean {
  const originals = definitions.map((definition) => definition.meaning);
  let isMet = false;
  definitions.forEach((definition, k) => {
    definition.meaning = (m, i) => {
      // The tests execute on the interpreter alone, whose values these are.
      const wrong = replaceIn(m as unknown as M, mutation, () => {
        isMet = true;
      });
      originals[k]?.call(definition, wrong as unknown as typeof m, i);
    };
  });
  try {
    body();
  } finally {
    definitions.forEach((definition, k) => {
      definition.meaning = originals[k] ?? definition.meaning;
    });
  }
  return isMet;
}

function replaceIn(m: M, { replace, concerns }: Mutation, meet: () => void): M {
  const replaced: object = replace(m);
  return new Proxy(m, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      const other: unknown = Reflect.get(replaced, name);
      if (typeof other !== 'function') return own.bind(target);
      return (...all: readonly unknown[]): unknown => {
        if (concerns(...all)) meet();
        return other(...all);
      };
    },
  });
}
