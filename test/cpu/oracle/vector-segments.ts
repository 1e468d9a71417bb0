// What vectors of segments and far transfers start from: selectors that mean the same in the table
// of a Linux process and in that of the engine, and frames to return by.

import type { Form } from '../../../impl/cpu/instruction.ts';
import { type Draft, RSP, registerOf } from './draft.ts';
import { BLOCK } from './layout.ts';

/** Null, kernel, user of each level asked for, in the local table, beyond the table. */
export const SELECTORS: readonly number[] = [
  ...[0, 1, 2, 3, 0x10, 0x13, 0x18, 0x1b, 0x23, 0x2b, 0x28, 0x29, 0x33, 0x30, 0x31],
  ...[0x7, 0xf, 0x37, 0x100, 0xfff3],
];

/** Code of 32 bits can be entered on the host alone. */
const NOT_ENTERED: readonly number[] = [0x20, 0x21, 0x22, 0x23];
export const FAR_SELECTORS: readonly number[] = [
  ...SELECTORS.filter((selector) => !NOT_ENTERED.includes(selector)),
  ...new Array<number>(20).fill(0x33),
];

/** Instructions whose operand is a selector. */
export function takesSelector(form: Form): boolean {
  const isLoad = form.line === '8E /r Sw Ew';
  return isLoad || /^(lar|lsl|verr|verw)$/.test(form.definition.text);
}

export function chooseSegmentState(draft: Draft): void {
  const isPop = draft.form.definition.text === 'pop';
  if (isPop) writeWords(draft, 8, [BigInt(draft.random.pick(SELECTORS))]);
  const isBase = draft.form.definition.text.startsWith('wr');
  if (isBase && draft.random.oneIn(2)) draft.registers.fill(BigInt(draft.random.below(0x10000)));
}

/** A frame for RETF and IRET: address, CS, flags, RSP and SS. */
export function chooseTransferState(draft: Draft, landing: bigint): void {
  const { random } = draft;
  const flags = (random.word() & 0x4_3ed5n) | 2n;
  const stack = BigInt(BLOCK + 128 + random.below(64));
  const stackSelector = BigInt(random.oneIn(5) ? random.pick(SELECTORS) : 0x2b);
  const isReturn = draft.form.definition.text === 'retf';
  const selector = BigInt(random.pick(FAR_SELECTORS));
  const frame = [landing, selector, ...(isReturn ? [] : [flags]), stack, stackSelector];
  writeWords(draft, draft.width / 8, frame);
}

function writeWords(draft: Draft, bytes: number, words: readonly bigint[]): void {
  const view = new DataView(draft.block.buffer);
  const at = Number(registerOf(draft, RSP)) - BLOCK;
  words.forEach((word, k) => {
    if (bytes === 8) view.setBigUint64(at + 8 * k, word, true);
    else view.setUint32(at + bytes * k, Number(word & 0xffff_ffffn), true);
  });
}
