// Floating point on expressions, for the cases in which WebAssembly's operations give what the
// processor gives and nothing but PE can come of it: rounding to the nearest, operands that are not
// denormal, results that are normal numbers or true zeros. All else leaves the block, and the
// interpreter computes it exactly. The results of one operation are the operands of the next, so
// what is known of a value is remembered. Spec: cpu.md, "Floating point".

import type { Algebra, Floating, FloatOrder, FloatWidth } from '../algebra.ts';
import { PE } from '../mxcsr.ts';
import { GuardedValues } from './guarded-values.ts';
import { isConstant, type Node } from './node.ts';

/** A test that is cheap and holds too often, and what it stands for. */
type Suspicion = { readonly quick: Node; readonly precise: Node };

export abstract class FloatingValues extends GuardedValues {
  /** Values that are not denormal, and those of them that are no NaN either. */
  readonly #ordinary = new Set<Node>();
  readonly #ordered = new Set<Node>();

  floatCompute(
    operation: Parameters<Algebra<Node>['floatCompute']>[0],
    width: FloatWidth,
    control: Node,
    a: Node,
    b: Node,
  ): Floating<Node> {
    this.#leaveUnlessNearest(control);
    const value = this.graph.make(OPERATIONS[operation], width, a, b);
    const isZero = this.#isTrueZero(operation, width, { a, b, value });
    this.#expectNumber(width, value, { operands: [a, b], isZero });
    return { value, exceptions: this.#perhapsInexact() };
  }

  floatSquareRoot(width: FloatWidth, control: Node, a: Node): Floating<Node> {
    this.#leaveUnlessNearest(control);
    const value = this.graph.make('floatSquareRoot', width, a);
    this.#expectNumber(width, value, { operands: [a], isZero: this.#isZero(width, value) });
    return { value, exceptions: this.#perhapsInexact() };
  }

  floatCompare(width: FloatWidth, _control: Node, a: Node, b: Node): FloatOrder<Node> {
    const unknown = [a, b].filter((operand) => !this.#ordered.has(operand));
    const suspicions = unknown.map((operand) => ({
      quick: this.#isSpecial(width, operand),
      precise: this.or(1, this.#isDenormal(width, operand), this.#isNan(operand)),
    }));
    this.#leaveIfAny(suspicions, () => this.#note(unknown, this.#ordered));
    return {
      less: this.graph.make('floatLess', 1, a, b),
      equal: this.graph.make('floatEqual', 1, a, b),
      unordered: this.constant(1, 0),
      exceptions: this.constant(8, 0),
    };
  }

  floatConvert(from: FloatWidth, control: Node, a: Node): Floating<Node> {
    const to = from === 32 ? 64 : 32;
    if (to === 32) this.#leaveUnlessNearest(control);
    const value = this.graph.make('floatConvert', to, a);
    const isZero = this.#isZero(from, a);
    this.#expectNumber(to, value, { operands: [a], isZero, operandWidth: from });
    return { value, exceptions: to === 32 ? this.#perhapsInexact() : this.constant(8, 0) };
  }

  floatFromInteger(from: 32 | 64, to: FloatWidth, control: Node, a: Node): Floating<Node> {
    const isExact = from === 32 && to === 64;
    if (!isExact) this.#leaveUnlessNearest(control);
    const value = this.graph.make('floatFromInteger', to, a);
    this.#note([value], this.#ordered);
    return { value, exceptions: isExact ? this.constant(8, 0) : this.#perhapsInexact() };
  }

  floatToInteger(from: FloatWidth, to: 32 | 64, control: Node, a: Node): Floating<Node> {
    const isTruncated = isConstant(this.#roundingOf(control), TOWARDS_ZERO);
    if (!isTruncated) this.#leaveUnlessNearest(control);
    const bound = this.constant(from, BOUNDS[from][to]);
    const isFitting = this.graph.make('floatLess', 1, this.#magnitude(from, a), bound);
    this.leaveWhen(this.not(1, isFitting));
    const value = this.graph.make(isTruncated ? 'floatTruncate' : 'floatToInteger', to, a);
    return { value, exceptions: this.#perhapsInexact() };
  }

  /**
   * The only exception that is left. Whether it comes is not known, but where the flag is set and
   * masked it makes no difference, and elsewhere leaving it in MXCSR leaves the block.
   */
  #perhapsInexact(): Node {
    return this.constant(8, PE);
  }

  #roundingOf(control: Node): Node {
    return this.and(32, control, this.constant(32, TOWARDS_ZERO));
  }

  #leaveUnlessNearest(control: Node): void {
    const isNearest = this.equal(32, this.#roundingOf(control), this.constant(32, 0));
    this.leaveWhen(this.not(1, isNearest));
  }

  /** Leaves for operands that are denormal, and unless the result is normal or a zero that is one. */
  #expectNumber(
    width: FloatWidth,
    value: Node,
    options: { operands: readonly Node[]; isZero: Node; operandWidth?: FloatWidth },
  ): void {
    const { operands, isZero, operandWidth = width } = options;
    const unknown = operands.filter((operand) => !this.#ordinary.has(operand));
    const denormals = unknown.map((operand) => ({
      quick: this.#hasLeastExponent(operandWidth, operand),
      precise: this.#isDenormal(operandWidth, operand),
    }));
    const quick = this.#isSpecial(width, value);
    const result = { quick, precise: this.and(1, quick, this.not(1, isZero)) };
    this.#leaveIfAny([...denormals, result], () => {
      this.#note(unknown, this.#ordinary);
      this.#note([value], this.#ordered);
    });
  }

  /** One test for all; `note` keeps what is known where none of them holds. */
  #leaveIfAny(suspicions: readonly Suspicion[], note: () => void): void {
    const open = suspicions.filter(({ precise }) => !isConstant(precise, 0n));
    const any = (conditions: readonly Node[]): Node =>
      conditions.reduce((all, one) => this.or(1, all, one), this.constant(1, 0));
    const quick = any(open.map((suspicion) => suspicion.quick));
    const precise = any(open.map((suspicion) => suspicion.precise));
    if (this.leaveWhen(this.and(1, quick, precise))) note();
  }

  #note(values: readonly Node[], set: Set<Node>): void {
    for (const value of values) {
      set.add(value);
      this.#ordinary.add(value);
    }
  }

  /** A product or quotient is 0 because an operand is, or because it is too small. */
  #isTrueZero(
    operation: 'add' | 'subtract' | 'multiply' | 'divide',
    width: FloatWidth,
    { a, b, value }: { readonly a: Node; readonly b: Node; readonly value: Node },
  ): Node {
    const isZero = this.#isZero(width, value);
    if (operation === 'add' || operation === 'subtract') return isZero;
    const isFirst = this.#isZero(width, a);
    const isCause = operation === 'divide' ? isFirst : this.or(1, isFirst, this.#isZero(width, b));
    return this.and(1, isZero, isCause);
  }

  #isZero(width: FloatWidth, value: Node): Node {
    return this.equal(width, this.#magnitude(width, value), this.constant(width, 0));
  }

  #magnitude(width: FloatWidth, value: Node): Node {
    return this.and(width, value, this.constant(width, (1n << BigInt(width - 1)) - 1n));
  }

  /** Zero or denormal. */
  #hasLeastExponent(width: FloatWidth, value: Node): Node {
    return this.equal(32, this.#exponentOf(width, value), this.constant(32, 0));
  }

  #isDenormal(width: FloatWidth, value: Node): Node {
    return this.and(
      1,
      this.#hasLeastExponent(width, value),
      this.not(1, this.#isZero(width, value)),
    );
  }

  #isNan(value: Node): Node {
    return this.not(1, this.graph.make('floatEqual', 1, value, value));
  }

  /** Zero, denormal, infinite or no number: the exponent is the least or the greatest. */
  #isSpecial(width: FloatWidth, value: Node): Node {
    const { least, most } = EXPONENTS[width];
    const field = this.#exponentOf(width, value);
    const above = this.subtract(32, field, this.constant(32, least));
    return this.not(1, this.less(32, above, this.constant(32, most - least)));
  }

  /** The field of the exponent where it stands in the upper 32 bits. */
  #exponentOf(width: FloatWidth, value: Node): Node {
    const upper =
      width === 32
        ? value
        : this.truncate(64, 32, this.shiftRight(64, value, this.constant(8, 32)));
    return this.and(32, upper, this.constant(32, EXPONENTS[width].most));
  }
}

const OPERATIONS = {
  add: 'floatAdd',
  subtract: 'floatSubtract',
  multiply: 'floatMultiply',
  divide: 'floatDivide',
} as const;

/** The fields of the least normal number, and of infinities. */
const EXPONENTS = {
  32: { least: 0x80_0000n, most: 0x7f80_0000n },
  64: { least: 0x10_0000n, most: 0x7ff0_0000n },
} as const;

/** Magnitudes below them fit, however they are rounded: 2^31 - 1 or 2^31, and 2^63. */
const BOUNDS = {
  32: { 32: 0x4f00_0000n, 64: 0x5f00_0000n },
  64: { 32: 0x41df_ffff_ffc0_0000n, 64: 0x43e0_0000_0000_0000n },
} as const;

/** MXCSR.RC, as a mask and as the value for rounding towards zero. */
const TOWARDS_ZERO = 0x6000n;
