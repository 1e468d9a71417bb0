// A module of several regions, with what they share: the question whether code lies at an address,
// and the upper half of a product of 64 bits. Spec: cpu.md, "Meaning".

import type { RamLayout } from './effect-writer.ts';
import { FUNCTION_BYTES_MAX, type FunctionCode, moduleToBytes, OP } from './encoder.ts';
import { FunctionWriter } from './function-writer.ts';
import type { Region } from './region.ts';
import { type RegionCode, writeRegion } from './region-writer.ts';

export type ModuleCode = {
  readonly bytes: Uint8Array;
  /** What it exports as '0', '1' and so on. */
  readonly written: readonly WrittenRegion[];
};

export type WrittenRegion = { readonly region: Region; readonly code: RegionCode };

/** A region whose code is too long gives way to what `shorten` makes of it. */
export function writeModule(
  regions: readonly Region[],
  ram: RamLayout,
  shorten: (region: Region) => Region,
): ModuleCode {
  const written = regions.flatMap((region) => {
    const whole = { region, code: writeRegion(region, KNOWN, ram) };
    if (isShort(whole)) return [whole];
    const part = shorten(region);
    const shorter = { region: part, code: writeRegion(part, KNOWN, ram) };
    return isShort(shorter) ? [shorter] : [];
  });
  const shared = [multiplyHighCode(), multiplyHighSignedCode(KNOWN.multiplyHigh)];
  const bytes = moduleToBytes({
    imports: [{ name: 'holdsCode', signature: { parameters: ['i32', 'i32'], results: ['i32'] } }],
    functions: [...shared, ...written.map(({ code }) => code.code)],
    exportFrom: shared.length,
  });
  return { bytes, written };
}

function isShort({ code }: WrittenRegion): boolean {
  return code.code.body.length <= FUNCTION_BYTES_MAX;
}

/** The import, and then what regions share. */
const KNOWN = { holdsCode: 0, multiplyHigh: 1, multiplyHighSigned: 2 };

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
