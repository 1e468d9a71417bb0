// A descriptor table for tests, as Linux has it: code and data of level 0, then 32-bit code, data
// and 64-bit code of level 3.

export const KERNEL_CODE = 0x10n;
export const KERNEL_DATA = 0x18n;
export const USER_DATA = 0x2bn;
export const USER_CODE = 0x33n;

export const SEGMENTS: readonly bigint[] = [
  ...[0n, 0n, 0x00af_9b00_0000_ffffn, 0x00cf_9300_0000_ffffn],
  ...[0x00cf_fb00_0000_ffffn, 0x00cf_f300_0000_ffffn, 0x00af_fb00_0000_ffffn],
];

/** Writes the table to memory and gives the registers that name it. */
export function writeSegments(
  ram: Uint8Array,
  at: number,
  more: readonly bigint[] = [],
): { gdtBase: bigint; gdtLimit: bigint } {
  const view = new DataView(ram.buffer, ram.byteOffset);
  const segments = [...SEGMENTS, ...more];
  segments.forEach((segment, k) => {
    view.setBigUint64(at + 8 * k, segment, true);
  });
  return { gdtBase: BigInt(at), gdtLimit: BigInt(8 * segments.length - 1) };
}
