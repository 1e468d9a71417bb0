// A share of a plan, for one of several machines: which cases it holds is decided by their identifiers alone,
// so neither jobs nor order nor the other machines matter. Spec: conformance.md, "Shards".

import { createHash } from 'node:crypto';

export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** More machines than any run is spread over. */
export const shardsMax = 4096;

/** `2/8`: the second of eight; undefined where the text is none. */
export function parseShard(text: string): Shard | undefined {
  const [index = 0, count = 0] = text.split('/').map(Number);
  const isShard = /^[1-9]\d{0,3}\/[1-9]\d{0,3}$/.test(text) && index <= count && count <= shardsMax;
  return isShard ? { index, count } : undefined;
}

export function isInShard(id: string, { index, count }: Shard): boolean {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % count === index - 1;
}
