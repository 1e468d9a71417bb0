// An ELF image around a few bytes of machine code, for tests that need one exact instruction.

/** The code is loaded and entered at this address. */
export const tinyAddress = 0x10_0000;

export function createTinyImage(...code: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(120 + code.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true); // executable
  view.setUint16(18, 62, true); // x86-64
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(tinyAddress), true); // entry
  view.setBigUint64(32, 64n, true); // program headers
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint32(64, 1, true); // load
  view.setUint32(68, 5, true);
  view.setBigUint64(72, 120n, true);
  view.setBigUint64(80, BigInt(tinyAddress), true);
  view.setBigUint64(88, BigInt(tinyAddress), true);
  view.setBigUint64(96, BigInt(code.length), true);
  view.setBigUint64(104, BigInt(code.length), true);
  bytes.set(code, 120);
  return bytes;
}
