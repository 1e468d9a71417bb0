// Where a suspended machine's image stands: the machine as it was held, and what its node kept of it.
// In the memory of this process: hosts that share the store can resume what another suspended.
// Spec: protocol.md, "Lifecycle".

import type { Input, Offsets, OpenOperation } from '../protocol/index.ts';

export interface Image {
  /** A snapshot of the machine. */
  readonly state: Uint8Array;
  readonly open: readonly OpenOperation[];
  readonly offsets: Offsets;
  /** What the machine did and its node was not told: it comes first when the machine goes on. */
  readonly untold: readonly Input[];
}

export interface ImageStore {
  /** False where the image cannot be made durable. */
  write(image: Image): boolean;
  /** The image written last. */
  read(): Image | undefined;
}

export function createImageStore(): ImageStore {
  let held: Image | undefined;
  return {
    write(image) {
      held = image;
      return true;
    },
    read: () => held,
  };
}
