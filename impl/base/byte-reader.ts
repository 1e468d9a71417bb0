// Reads fixed-width little-endian fields from bytes that nobody has checked.
// Not a validator: it knows where the bytes end, and nothing of what they mean.
// Spec: conventions.md, "Bytes".

/** The first field that did not fit: where it began, how long it was, how much was left. */
export interface Truncation {
  readonly offset: number;
  readonly wanted: number;
  readonly left: number;
}

/**
 * A cursor over bytes. A read past the end returns zero or no bytes and sets `failure`; every
 * later read does the same, so a decoder reads all its fields and checks once.
 * No length found in the bytes is ever allocated before it was compared with what is left.
 */
export interface ByteReader {
  /** Offset of the next byte to read. */
  readonly offset: number;
  readonly left: number;
  readonly failure: Truncation | undefined;
  u8(): number;
  u16(): number;
  u32(): number;
  u64(): bigint;
  /** The next `size` bytes, as a copy. */
  bytes(size: number): Uint8Array;
}

export function createByteReader(source: Uint8Array): ByteReader {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let offset = 0;
  let failure: Truncation | undefined;

  /** Moves past `size` bytes and returns where they begin, or -1 where they are not there. */
  function take(size: number): number {
    if (failure !== undefined) return -1;
    const left = source.length - offset;
    if (size > left) {
      failure = { offset, wanted: size, left };
      return -1;
    }
    offset += size;
    return offset - size;
  }

  return {
    get offset() {
      return offset;
    },
    get left() {
      return source.length - offset;
    },
    get failure() {
      return failure;
    },
    u8() {
      const at = take(1);
      return at < 0 ? 0 : view.getUint8(at);
    },
    u16() {
      const at = take(2);
      return at < 0 ? 0 : view.getUint16(at, true);
    },
    u32() {
      const at = take(4);
      return at < 0 ? 0 : view.getUint32(at, true);
    },
    u64() {
      const at = take(8);
      return at < 0 ? 0n : view.getBigUint64(at, true);
    },
    bytes(size) {
      const at = take(size);
      return at < 0 ? new Uint8Array(0) : source.slice(at, at + size);
    },
  };
}
