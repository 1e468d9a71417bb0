// Where a line of a trace is looked at: one candidate, and what is known beside it.

import type { HostView } from '../host.ts';
import type { Channel } from '../vocabulary.ts';
import type { Candidate } from './candidate.ts';
import type { Items } from './items.ts';
import type { Past } from './past.ts';
import type { Bytes, BytesReader, Counter, TraceOffsets } from './trace.ts';

/** Where an input is given. */
export interface Scene {
  readonly candidate: Candidate;
  readonly view: HostView;
  readonly past: Past;
  readonly items: Items;
  readonly reader: BytesReader;
  readonly vm: string;
  /** The node's configuration digest; undefined: not known. */
  readonly configuration: Bytes | undefined;
}

/** Beyond it the model's numbers would not be exact. */
export class BeyondModelError extends Error {
  override readonly name = 'BeyondModelError';
}

export function toNumber(counter: Counter): number {
  const value = Number(counter);
  if (Number.isSafeInteger(value)) return value;
  throw new BeyondModelError(`the model counts up to 2^53-1, got ${counter}`);
}

export const offsetsOf = ({ network, console, disk }: TraceOffsets): Record<Channel, number> => ({
  network: toNumber(network),
  console: toNumber(console),
  disk: toNumber(disk),
});
