// Conversions of rAX: sign extension within it (CBW CWDE CDQE) and into rDX (CWD CDQ CQO), and
// BSWAP. No flags. Spec: cpu.md, "Instructions".

import type { Algebra, OperandWidth } from '../algebra.ts';
import type { Definition, Family } from '../instruction.ts';
import { RAX, RDX, readOperand, readPart, writeOperand, writePart } from '../operands.ts';

const extendWithin: Definition = {
  encoding: ['98'],
  meaning(m, i) {
    const half = i.width === 16 ? 8 : i.width === 32 ? 16 : 32;
    const value = readPart(m, RAX, half);
    writePart(m, RAX, i.width, m.signExtend(half, i.width, value));
  },
  text: 'cbw|cwde|cdqe',
};

const extendInto: Definition = {
  encoding: ['99'],
  meaning(m, i) {
    const value = readPart(m, RAX, i.width);
    const sign = m.shiftRightSigned(i.width, value, m.constant(8, i.width - 1));
    writePart(m, RDX, i.width, sign);
  },
  text: 'cwd|cdq|cqo',
};

/**
 * With 16 bits the architecture leaves the result undefined; here it is 0.
 *
 * spec: cpu.undefined-results-are-fixed
 */
const bswap: Definition = {
  encoding: ['0F C8+r Zv'],
  meaning(m, i) {
    const value = readOperand(m, i.first);
    const swapped = i.width === 16 ? m.constant(16, 0) : swapBytes(m, i.width, value);
    writeOperand(m, i.first, swapped);
  },
  text: 'bswap',
};

export function swapBytes<V>(m: Algebra<V>, width: OperandWidth, value: V): V {
  let swapped = m.constant(width, 0);
  for (let position = 0; position < width; position += 8) {
    const byte = m.shiftRight(width, value, m.constant(8, position));
    const single = m.and(width, byte, m.constant(width, 0xffn));
    const placed = m.shiftLeft(width, single, m.constant(8, BigInt(width - 8 - position)));
    swapped = m.or(width, swapped, placed);
  }
  return swapped;
}

export const conversions: Family = {
  name: 'conversions',
  definitions: [extendWithin, extendInto, bswap],
};
