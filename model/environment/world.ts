// The outside: what was emitted, by position and content, and what may still go wrong. Duplicates of an emission are
// the same to it. Spec: protocol, "Output".

import type { HostIndex } from './channel.ts';
import { type SavedGuest, tokenOf } from './guest.ts';
import type { Budget } from './manager.ts';

export interface World {
  emitted: readonly { position: number; data: number }[];
  /** The life of each host: its incarnation's number. */
  lives: readonly [number, number];
  left: Budget;
  /** The image that each owner made durable last, by its token; every host can load them. */
  images: readonly SavedGuest[];
  /** The lowest token of the machine's present run: what an older run still emits is late, and no part of it. */
  since: number;
}
/** Which images remain when one is saved: the seeded bug keeps the last, whoever saved it. */
export type ImagesKept = 'by-token' | 'last';
export type WorldOperation =
  | { type: 'emit'; position: number; data: number }
  /** A machine that was off is powered on: nothing of it has been emitted. */
  | { type: 'begin'; token: number }
  | { type: 'keep'; image: SavedGuest; kept: ImagesKept }
  | { type: 'spend'; what: keyof Budget }
  | { type: 'restart'; host: HostIndex };

export function worldStep(world: World, operation: WorldOperation): World {
  switch (operation.type) {
    case 'emit': {
      const { position, data } = operation;
      if (tokenOf(data) < world.since) return world;
      if (world.emitted.some((one) => one.position === position && one.data === data)) return world;
      const emitted = [...world.emitted, { position, data }];
      return {
        ...world,
        emitted: emitted.sort((a, b) => a.position - b.position || a.data - b.data),
      };
    }
    case 'begin':
      return { ...world, emitted: [], images: [], since: operation.token };
    case 'keep': {
      const { image, kept } = operation;
      const others = kept === 'last' ? [] : world.images.filter((one) => one.token !== image.token);
      return { ...world, images: [...others, image].sort((a, b) => a.token - b.token) };
    }
    case 'spend':
      return {
        ...world,
        left: { ...world.left, [operation.what]: world.left[operation.what] - 1 },
      };
    case 'restart': {
      const [p, b] = world.lives;
      return { ...world, lives: operation.host === 0 ? [p + 1, b] : [p, b + 1] };
    }
  }
}
