// What the engine asks of the machine around it: the closed list of everything that is not a
// function of the engine's own state. Spec: cpu.md, "Outside".

/** A range of physical addresses behind which a device answers. */
export type MmioWindow = { readonly base: number; readonly bytes: number };

/**
 * Values are unsigned; bits beyond the width asked for are dropped.
 *
 * spec: cpu.outside-is-closed
 */
export interface Outside {
  readPort(port: number, bytes: 1 | 2 | 4): number;
  writePort(port: number, bytes: 1 | 2 | 4, value: number): void;
  readMmio(address: number, bytes: 1 | 2 | 4 | 8): bigint;
  writeMmio(address: number, bytes: 1 | 2 | 4 | 8, value: bigint): void;
  /** The 64 bits that RDTSC gives: nondeterministic, so the machine records the answer. */
  readTimeStamp(): bigint;
}
