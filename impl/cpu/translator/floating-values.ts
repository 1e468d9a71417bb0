// Floating point on expressions, for the cases in which WebAssembly's operations give what the
// processor gives and nothing but PE can come of it: rounding to the nearest, operands that are not
// denormal, results that are normal numbers or true zeros. All else leaves the block, and the
// interpreter computes it exactly. The result of one operation is the operand of the next, so what
// is known of a value is remembered. Spec: cpu.md, "Floating point".

import type { Algebra, Floating, FloatOrder, FloatWidth } from '../algebra.ts';
import {
  hasLeastExponent,
  isDenormal,
  isFitting,
  isNan,
  isNearest,
  isSpecial,
  isTrueImage,
  isTrueProduct,
  isZero,
  perhapsInexact,
  roundingOf,
  TOWARDS_ZERO,
} from './float-conditions.ts';
import { GuardedValues } from './guarded-values.ts';
import { isConstant, type Node } from './node.ts';

/** A test that is cheap and holds too often, and what it stands for. */
type Suspicion = { readonly quick: Node; readonly precise: Node };

export abstract class FloatingValues extends GuardedValues {
  /** Values that are not denormal, and those of them that are no NaN either. */
  readonly #ordinary = new Set<Node>();
  readonly #ordered = new Set<Node>();

  /** spec: cpu.float-result */
  floatCompute(
    operation: Parameters<Algebra<Node>['floatCompute']>[0],
    width: FloatWidth,
    control: Node,
    a: Node,
    b: Node,
  ): Floating<Node> {
    this.#leaveUnlessNearest(control);
    const value = this.graph.make(OPERATIONS[operation], width, a, b);
    const isTrueZero =
      operation === 'multiply'
        ? isTrueProduct(this, width, { a, b, product: value })
        : operation === 'divide'
          ? isTrueImage(this, { from: width, a, to: width, value })
          : isZero(this, width, value);
    this.#expectNumber(width, value, { operands: [a, b], isTrueZero });
    return { value, exceptions: perhapsInexact(this) };
  }

  floatSquareRoot(width: FloatWidth, control: Node, a: Node): Floating<Node> {
    this.#leaveUnlessNearest(control);
    const value = this.graph.make('floatSquareRoot', width, a);
    this.#expectNumber(width, value, { operands: [a], isTrueZero: isZero(this, width, value) });
    return { value, exceptions: perhapsInexact(this) };
  }

  floatCompare(width: FloatWidth, _control: Node, a: Node, b: Node): FloatOrder<Node> {
    const unknown = [a, b].filter((operand) => !this.#ordered.has(operand));
    const suspicions = unknown.map((operand) => ({
      quick: isSpecial(this, width, operand),
      precise: this.or(1, isDenormal(this, width, operand), isNan(this, operand)),
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
    const isTrueZero = isTrueImage(this, { from, a, to, value });
    this.#expectNumber(to, value, { operands: [a], isTrueZero, operandWidth: from });
    return { value, exceptions: to === 32 ? perhapsInexact(this) : this.constant(8, 0) };
  }

  floatFromInteger(from: 32 | 64, to: FloatWidth, control: Node, a: Node): Floating<Node> {
    const isExact = from === 32 && to === 64;
    if (!isExact) this.#leaveUnlessNearest(control);
    const value = this.graph.make('floatFromInteger', to, a);
    this.#note([value], this.#ordered);
    return { value, exceptions: isExact ? this.constant(8, 0) : perhapsInexact(this) };
  }

  floatToInteger(from: FloatWidth, to: 32 | 64, control: Node, a: Node): Floating<Node> {
    const isTruncated = isConstant(roundingOf(this, control), TOWARDS_ZERO);
    if (!isTruncated) this.#leaveUnlessNearest(control);
    this.leaveWhen(this.not(1, isFitting(this, from, to, a)));
    const value = this.graph.make(isTruncated ? 'floatTruncate' : 'floatToInteger', to, a);
    return { value, exceptions: perhapsInexact(this) };
  }

  #leaveUnlessNearest(control: Node): void {
    this.leaveWhen(this.not(1, isNearest(this, control)));
  }

  /** Leaves for operands that are denormal, and unless the result is normal or truly zero. */
  #expectNumber(
    width: FloatWidth,
    value: Node,
    options: { operands: readonly Node[]; isTrueZero: Node; operandWidth?: FloatWidth },
  ): void {
    const { operands, isTrueZero, operandWidth = width } = options;
    const unknown = operands.filter((operand) => !this.#ordinary.has(operand));
    const denormals = unknown.map((operand) => ({
      quick: hasLeastExponent(this, operandWidth, operand),
      precise: isDenormal(this, operandWidth, operand),
    }));
    const quick = isSpecial(this, width, value);
    const result = { quick, precise: this.and(1, quick, this.not(1, isTrueZero)) };
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
}

const OPERATIONS = {
  add: 'floatAdd',
  subtract: 'floatSubtract',
  multiply: 'floatMultiply',
  divide: 'floatDivide',
} as const;
