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
  /** The image that was made durable last; every host can load it. */
  image: SavedGuest | null;
  /** The lowest token of the machine's present run: what an older run still emits is late, and no part of it. */
  since: number;
}
export type WorldOperation =
  | { type: 'emit'; position: number; data: number }
  /** A machine that was off is powered on: nothing of it has been emitted. */
  | { type: 'begin'; token: number }
  | { type: 'keep'; image: SavedGuest }
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
      return { ...world, emitted: [], image: null, since: operation.token };
    case 'keep':
      return { ...world, image: operation.image };
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
