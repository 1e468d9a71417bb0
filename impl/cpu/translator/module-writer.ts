// A module of several regions, with what they share: the question whether code lies at an address,
// and the upper half of a product of 64 bits. Spec: cpu.md, "Meaning".

import type { RamLayout } from './effect-writer.ts';
import { type FunctionCode, moduleToBytes, OP } from './encoder.ts';
import { FunctionWriter } from './function-writer.ts';
import type { Region } from './region.ts';
import { type RegionCode, writeRegion } from './region-writer.ts';

export type ModuleCode = {
  readonly bytes: Uint8Array;
  /** In the order of the regions. */
  readonly codes: readonly RegionCode[];
};

/** Exports the regions as '0', '1' and so on. */
export function writeModule(regions: readonly Region[], ram: RamLayout): ModuleCode {
  const first = 1 + regions.length;
  const known = { holdsCode: 0, multiplyHigh: first, multiplyHighSigned: first + 1 };
  const codes = regions.map((region) => writeRegion(region, known, ram));
  const bytes = moduleToBytes({
    imports: [{ name: 'holdsCode', signature: { parameters: ['i32', 'i32'], results: ['i32'] } }],
    functions: [
      ...codes.map(({ code }) => code),
      multiplyHighCode(),
      multiplyHighSignedCode(known.multiplyHigh),
    ],
    exportCount: regions.length,
  });
  return { bytes, codes };
}

/** From products of halves: none of the sums overflows. */
function multiplyHighCode(): FunctionCode {
  const to = new FunctionWriter(2);
  const [a, b] = [0, 1];
  const [middle, other] = [to.addLocal('i64'), to.addLocal('i64')];
  const low = (local: number): void => {
    to.get(local);
    to.i64(0xffff_ffffn);
    to.op(OP.i64And);
  };
  const high = (local: number): void => {
    to.get(local);
    to.i64(32n);
    to.op(OP.i64ShrU);
  };
  low(a);
  low(b);
  to.op(OP.i64Mul);
  to.i64(32n);
  to.op(OP.i64ShrU);
  high(a);
  low(b);
  to.op(OP.i64Mul, OP.i64Add);
  to.set(middle);
  low(a);
  high(b);
  to.op(OP.i64Mul);
  low(middle);
  to.op(OP.i64Add);
  to.set(other);
  high(a);
  high(b);
  to.op(OP.i64Mul);
  high(middle);
  to.op(OP.i64Add);
  high(other);
  to.op(OP.i64Add);
  return { signature: BINARY, locals: to.locals, body: to.body };
}

/** Less each factor where the other one is negative. */
function multiplyHighSignedCode(multiplyHigh: number): FunctionCode {
  const to = new FunctionWriter(2);
  const [a, b] = [0, 1];
  to.get(a);
  to.get(b);
  to.call(multiplyHigh);
  for (const [factor, sign] of [
    [a, b],
    [b, a],
  ] as const) {
    to.get(sign);
    to.i64(63n);
    to.op(OP.i64ShrS);
    to.get(factor);
    to.op(OP.i64And, OP.i64Sub);
  }
  return { signature: BINARY, locals: to.locals, body: to.body };
}

const BINARY = { parameters: ['i64', 'i64'], results: ['i64'] } as const;
