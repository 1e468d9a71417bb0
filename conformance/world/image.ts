// The image of a suspended machine, as the runner keeps it: the guest as it was held, beside what its
// node gave with it. Completions that the guest has not taken stand apart: a world delivers them.
// Spec: protocol.md, "Lifecycle".

import type { Bytes, Counter, Effect, Offsets, OpenOperation } from '../wire.ts';
import type { Guest } from './guest.ts';
import { toBytes } from './symbols.ts';

/** What `guest.loaded` gives back. */
export interface Image {
  readonly position: Counter;
  readonly state: Bytes;
  readonly open: readonly OpenOperation[];
  readonly offsets: Offsets;
}

export function imageOf(guest: Guest, { open, offsets }: Effect & { type: 'guest.save' }): Image {
  return { position: String(guest.position()), state: toBytes(guest.copy()), open, offsets };
}
