// The operations on floating-point numbers as WebAssembly has them: the opcodes, and the type in
// which a value is computed. Their values are those of IEEE 754, rounded to the nearest; where they
// are the processor's, floating-values.ts says. Spec: cpu.md, "Floating point".

import { assert } from '../../base/assert.ts';
import { OP, type ValueType } from './encoder.ts';
import type { Node } from './node.ts';

/** The type of a value as it is computed; integers and bits are i32 or i64. */
export function typeOf({ operation, width }: Node): ValueType {
  if (FLOATING.has(operation)) return width === 64 ? 'f64' : 'f32';
  return width === 64 ? 'i64' : 'i32';
}

/** Whether the operands are wanted as numbers, not as bits. */
export function takesNumbers({ operation }: Node): boolean {
  return operation.startsWith('float') && operation !== 'floatFromInteger';
}

/** The instructions that compute a node from its operands on the stack. */
export function floatOpcodes({ operation, width, operands }: Node): readonly number[] {
  const from = operands[0]?.width ?? width;
  const isDouble = from === 64;
  switch (operation) {
    case 'floatAdd':
      return [isDouble ? OP.f64Add : OP.f32Add];
    case 'floatSubtract':
      return [isDouble ? OP.f64Sub : OP.f32Sub];
    case 'floatMultiply':
      return [isDouble ? OP.f64Mul : OP.f32Mul];
    case 'floatDivide':
      return [isDouble ? OP.f64Div : OP.f32Div];
    case 'floatSquareRoot':
      return [isDouble ? OP.f64Sqrt : OP.f32Sqrt];
    case 'floatLess':
      return [isDouble ? OP.f64Lt : OP.f32Lt];
    case 'floatEqual':
      return [isDouble ? OP.f64Eq : OP.f32Eq];
    case 'floatConvert':
      return [isDouble ? OP.f32DemoteF64 : OP.f64PromoteF32];
    case 'floatFromInteger':
      if (width === 64) return [isDouble ? OP.f64ConvertI64S : OP.f64ConvertI32S];
      return [isDouble ? OP.f32ConvertI64S : OP.f32ConvertI32S];
    case 'floatToInteger':
      return [isDouble ? OP.f64Nearest : OP.f32Nearest, ...truncation(isDouble, width)];
    default:
      assert(operation === 'floatTruncate', `translator: no opcode for ${operation}`);
      return truncation(isDouble, width);
  }
}

/** Those that saturate, and so never trap. */
function truncation(isDouble: boolean, to: number): readonly number[] {
  return [OP.saturating, (to === 64 ? 4 : 0) + (isDouble ? 2 : 0)];
}

const FLOATING: ReadonlySet<string> = new Set([
  ...['floatAdd', 'floatSubtract', 'floatMultiply', 'floatDivide', 'floatSquareRoot'],
  ...['floatConvert', 'floatFromInteger'],
]);
