// Contents of XMM registers and of the memory beside them: floating-point numbers and integers,
// most of them at an edge or related to each other, and MXCSR.

import type { Form } from '../../../impl/cpu/instruction.ts';
import type { Random } from './random.ts';

export function isSse(form: Form): boolean {
  return form.family.startsWith('sse');
}

/** Half of them round to the nearest with all exceptions masked; the others are any. */
export function chooseMxcsr(random: Random): bigint {
  const flags = random.oneIn(3) ? random.below(64) : 0;
  if (random.oneIn(2)) return BigInt(0x1f80 | flags);
  const rounding = random.below(4) << 13;
  const zeros = (random.oneIn(3) ? 0x40 : 0) | (random.oneIn(3) ? 0x8000 : 0);
  const masks = random.oneIn(3) ? random.below(64) << 7 : 0x1f80;
  return BigInt(rounding | zeros | masks | flags);
}

/** Bit 17 exists on some processors. */
export function loadableMxcsr(random: Random): bigint {
  const foreign = random.oneIn(8) ? 1n << BigInt(random.pick([16, 18, 24, 31])) : 0n;
  return chooseMxcsr(random) | foreign;
}

type Layout = { readonly width: 32 | 64; readonly fractionBits: number; readonly bias: number };
const SINGLE: Layout = { width: 32, fractionBits: 23, bias: 127 };
const DOUBLE: Layout = { width: 64, fractionBits: 52, bias: 1023 };

/** Gives 64 bits a time, of the kind that the instruction works on. */
export function createNumbers(form: Form, random: Random): () => bigint {
  const { text } = form.definition;
  if (text === 'ldmxcsr') return () => loadableMxcsr(random) | (loadableMxcsr(random) << 32n);
  const isInteger = !isSse(form) || /^(p|mov|fx|mask)/.test(text);
  if (isInteger) return () => (random.oneIn(4) ? packedBytes(random) : random.word());
  const isDouble = /(sd|pd|2si)$|^cvt[ts]*[sp]d2|2pd/.test(text);
  const isSingle = /(ss|ps|2si)$|^cvtt?[sp]s2/.test(text);
  const layout = isDouble && (!isSingle || random.oneIn(2)) ? DOUBLE : SINGLE;
  const fresh = createFloats(layout, random);
  if (layout.width === 64) return fresh;
  return () => fresh() | (fresh() << 32n);
}

function packedBytes(random: Random): bigint {
  let word = 0n;
  for (let k = 0; k < 8; k += 1) word = (word << 8n) | BigInt(random.byte());
  return word;
}

/** Half of the numbers are related to one before them. */
function createFloats(layout: Layout, random: Random): () => bigint {
  const earlier: bigint[] = [];
  return () => {
    const base = earlier[random.below(earlier.length + 1)];
    const isFresh = base === undefined || random.oneIn(2);
    const number = isFresh ? chooseFloat(layout, random) : relative(layout, random, base);
    earlier.push(number);
    return number;
  };
}

function chooseFloat(layout: Layout, random: Random): bigint {
  const { width, fractionBits, bias } = layout;
  const sign = BigInt(random.below(2)) << BigInt(width - 1);
  const fraction = chooseFraction(layout, random);
  const one = 1n << BigInt(fractionBits);
  switch (random.below(8)) {
    case 0:
      return sign | (random.oneIn(2) ? 0n : infinity(layout));
    case 1:
      return sign | infinity(layout) | (fraction === 0n ? 1n : fraction);
    case 2:
      return sign | fraction;
    case 3:
      return sign | (random.pick([1n, 2n, BigInt(2 * bias)]) * one) | fraction;
    case 4:
      return sign | (BigInt(bias + random.below(70) - 3) * one) | fraction;
    case 5:
      return sign | (BigInt(bias - 1 + random.below(3)) * one) | fraction;
    default:
      return BigInt.asUintN(width, random.word() ^ (random.word() << 13n));
  }
}

/** All zeros, all ones, few bits at either end, or any. */
function chooseFraction({ fractionBits }: Layout, random: Random): bigint {
  const mask = (1n << BigInt(fractionBits)) - 1n;
  const few = BigInt(random.below(4));
  switch (random.below(6)) {
    case 0:
      return few;
    case 1:
      return mask - few;
    case 2:
      return few << BigInt(fractionBits - 2);
    case 3:
      return (1n << BigInt(random.below(fractionBits))) + few - 1n;
    case 4:
      return mask & (mask << BigInt(random.below(fractionBits)));
    default:
      return (random.word() ^ (random.word() << 31n)) & mask;
  }
}

/** The same number, its opposite, a neighbour, or one that lies a precision away. */
function relative(layout: Layout, random: Random, base: bigint): bigint {
  const { width, fractionBits } = layout;
  const one = 1n << BigInt(fractionBits);
  const away = BigInt(fractionBits + random.below(4) - 1) * one;
  const changed = [
    base,
    base ^ (1n << BigInt(width - 1)),
    base + BigInt(random.below(5) - 2),
    base + away,
    base - away,
    base + one,
  ];
  return BigInt.asUintN(width, random.pick(changed));
}

function infinity({ width, fractionBits }: Layout): bigint {
  return (1n << BigInt(width - 1)) - (1n << BigInt(fractionBits));
}
