// Floating point on expressions, for the cases in which WebAssembly's operations give what the
// processor gives and nothing but PE can come of it, flagged already or surely absent: rounding to the
// nearest, operands that are not denormal, results that are normal numbers or true zeros. All else
// leaves the block, and the interpreter computes it. The result of one operation is the operand of
// the next, so what is known of a value is remembered. Spec: cpu.md, "Floating point".

import type { Algebra, Floating, FloatOrder, FloatWidth } from '../algebra.ts';
import {
  hasLeastExponent,
  inexactIfFlagged,
  isDenormal,
  isFitting,
  isNan,
  isNearest,
  isSpecial,
  isTrueImage,
  isTrueProduct,
  isUnflagged,
  isZero,
  roundingOf,
  TOWARDS_ZERO,
} from './float-conditions.ts';
import {
  isFactorInexact,
  isIntegerInexact,
  isProductInexact,
  isRoundedToInteger,
  isSingleInexact,
  isSumInexact,
} from './float-exactness.ts';
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
    const inexact = this.#suspectInexact(
      control,
      isInexact(this, operation, width, { a, b, value }),
    );
    this.#expectNumber(width, value, { operands: [a, b], isTrueZero, inexact });
    return { value, exceptions: inexactIfFlagged(this, control) };
  }

  floatSquareRoot(width: FloatWidth, control: Node, a: Node): Floating<Node> {
    this.#leaveUnlessNearest(control);
    const value = this.graph.make('floatSquareRoot', width, a);
    const isTrueZero = isZero(this, width, value);
    const factors = { whole: a, factors: [value, value] } as const;
    const inexact = this.#suspectInexact(control, isFactorInexact(this, width, factors));
    this.#expectNumber(width, value, { operands: [a], isTrueZero, inexact });
    return { value, exceptions: inexactIfFlagged(this, control) };
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
    const value = this.graph.make('floatConvert', to, a);
    const isTrueZero = isTrueImage(this, { from, a, to, value });
    const image = { operands: [a], isTrueZero, operandWidth: from };
    if (to === 64) {
      this.#expectNumber(to, value, image);
      return { value, exceptions: this.constant(8, 0) };
    }
    this.#leaveUnlessNearest(control);
    const inexact = this.#suspectInexact(control, isSingleInexact(this, a, value));
    this.#expectNumber(to, value, { ...image, inexact });
    return { value, exceptions: inexactIfFlagged(this, control) };
  }

  floatFromInteger(from: 32 | 64, to: FloatWidth, control: Node, a: Node): Floating<Node> {
    const value = this.graph.make('floatFromInteger', to, a);
    this.#note([value], this.#ordered);
    if (from === 32 && to === 64) return { value, exceptions: this.constant(8, 0) };
    this.#leaveUnlessNearest(control);
    this.#leaveIfAny([this.#suspectInexact(control, isIntegerInexact(this, from, to, a))]);
    return { value, exceptions: inexactIfFlagged(this, control) };
  }

  floatToInteger(from: FloatWidth, to: 32 | 64, control: Node, a: Node): Floating<Node> {
    const isTruncated = isConstant(roundingOf(this, control), TOWARDS_ZERO);
    if (!isTruncated) this.#leaveUnlessNearest(control);
    this.leaveWhen(this.not(1, isFitting(this, from, to, a)));
    const value = this.graph.make(isTruncated ? 'floatTruncate' : 'floatToInteger', to, a);
    this.#leaveIfAny([this.#suspectInexact(control, isRoundedToInteger(this, from, a, value))]);
    return { value, exceptions: inexactIfFlagged(this, control) };
  }

  /** An inexact result is of interest only where its flag is clear. */
  #suspectInexact(control: Node, inexact: Node): Suspicion {
    const quick = isUnflagged(this, control);
    return { quick, precise: this.and(1, quick, inexact) };
  }

  #leaveUnlessNearest(control: Node): void {
    this.leaveWhen(this.not(1, isNearest(this, control)));
  }

  /** Leaves for operands that are denormal, and unless the result is normal or truly zero. */
  #expectNumber(
    width: FloatWidth,
    value: Node,
    options: {
      readonly operands: readonly Node[];
      readonly isTrueZero: Node;
      readonly operandWidth?: FloatWidth;
      readonly inexact?: Suspicion;
    },
  ): void {
    const { operands, isTrueZero, operandWidth = width, inexact } = options;
    const unknown = operands.filter((operand) => !this.#ordinary.has(operand));
    const denormals = unknown.map((operand) => ({
      quick: hasLeastExponent(this, operandWidth, operand),
      precise: isDenormal(this, operandWidth, operand),
    }));
    const quick = isSpecial(this, width, value);
    const result = { quick, precise: this.and(1, quick, this.not(1, isTrueZero)) };
    this.#leaveIfAny([...denormals, result, ...(inexact === undefined ? [] : [inexact])], () => {
      this.#note(unknown, this.#ordinary);
      this.#note([value], this.#ordered);
    });
  }

  /** One test for all; `note` keeps what is known where none of them holds. */
  #leaveIfAny(suspicions: readonly Suspicion[], note: () => void = () => {}): void {
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

function isInexact(
  m: GuardedValues,
  operation: keyof typeof OPERATIONS,
  width: FloatWidth,
  { a, b, value }: { readonly a: Node; readonly b: Node; readonly value: Node },
): Node {
  switch (operation) {
    case 'add':
    case 'subtract':
      return isSumInexact(m, width, operation, { a, b, value });
    case 'multiply':
      return isProductInexact(m, width, { a, b, value });
    case 'divide':
      return isFactorInexact(m, width, { whole: a, factors: [value, b] });
  }
}

const OPERATIONS = {
  add: 'floatAdd',
  subtract: 'floatSubtract',
  multiply: 'floatMultiply',
  divide: 'floatDivide',
} as const;
