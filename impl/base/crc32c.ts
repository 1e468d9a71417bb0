// CRC-32C (Castagnoli): reflected polynomial 0x82f63b78, initial value and final xor all ones.
// It finds damage by chance; against damage by intent the channel is authenticated.
// Spec: replay.md, "Frames". Source: RFC 3720, appendix B.4.

/** The checksum of `bytes`; `before` is the checksum of what came before them, if anything. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

function createTable(): Uint32Array {
  const built = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let crc = index;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
    built[index] = crc;
  }
  return built;
}

const table = createTable();
