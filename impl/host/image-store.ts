// Where a suspended machine's image stands: the machine as it was held, and what its node kept of it.
// In the memory of this process: hosts that share the store can resume what another suspended.
// Spec: protocol.md, "Lifecycle".

import type { Input, Offsets, OpenOperation, Token } from '../protocol/index.ts';

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
  write(token: Token, image: Image): boolean;
  /** The image written last under this token: who lost the machine writes under a lower one. */
  read(token: Token): Image | undefined;
}

export function createImageStore(): ImageStore {
  const images = new Map<Token, Image>();
  return {
    write(token, image) {
      images.set(token, image);
      return true;
    },
    read: (token) => images.get(token),
  };
}
