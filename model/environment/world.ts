// The outside: what was emitted, by position and content, and what may still go wrong. Duplicates of an emission are
// the same to it. Spec: protocol, "Output".

import type { HostIndex } from './channel.ts';
import type { Budget } from './manager.ts';

export interface World {
  emitted: readonly { position: number; data: number }[];
  /** The life of each host: its incarnation's number. */
  lives: readonly [number, number];
  left: Budget;
}
export type WorldOperation =
  | { type: 'emit'; position: number; data: number }
  | { type: 'spend'; what: keyof Budget }
  | { type: 'restart'; host: HostIndex };

export function worldStep(world: World, operation: WorldOperation): World {
  switch (operation.type) {
    case 'emit': {
      const { position, data } = operation;
      if (world.emitted.some((one) => one.position === position && one.data === data)) return world;
      const emitted = [...world.emitted, { position, data }];
      return {
        ...world,
        emitted: emitted.sort((a, b) => a.position - b.position || a.data - b.data),
      };
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
