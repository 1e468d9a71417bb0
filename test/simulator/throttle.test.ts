// A backup whose guest consumes late: the share of the owner's guest falls until it keeps up, comes back when the backup
// has caught up, and is whole when the pair is over. No checker may see anything of it.

import { describe, expect, test } from 'vitest';
import type { Effect } from '../../impl/protocol/index.ts';
import { comeToRest, createStage, type Stage, startProtected } from './stage.ts';
import type { Watcher } from './watcher.ts';
import { millisecond } from './weather.ts';

/** A stage with the shares that were said, in order. */
function createWatchedStage(): Stage & { readonly shares: number[] } {
  const shares: number[] = [];
  const note = (effect: Effect): void => {
    if (effect.type === 'guest.throttle') shares.push(effect.share);
  };
  const watcher: Watcher = {
    name: 'shares',
    given(_node, { effects }) {
      effects.forEach(note);
      return null;
    },
  };
  return { ...createStage({ watchers: [watcher] }), shares };
}

/** Entries in so many milliseconds. */
function entriesIn({ world }: Stage, milliseconds: number): number {
  const before = world.entries();
  world.run(milliseconds);
  return world.entries() - before;
}

/** The backup takes twice as long for an entry as the owner's guest takes to make one. */
function slowBackup(): ReturnType<typeof createWatchedStage> & { readonly fast: number } {
  const stage = createWatchedStage();
  startProtected(stage.world);
  const fast = entriesIn(stage, 1000);
  stage.weather.replay = () => (2000n * millisecond) / BigInt(fast);
  return { ...stage, fast };
}

describe('a backup that consumes late', () => {
  test('slows the owner until it keeps up, and lets it be as fast as it was', () => {
    const stage = slowBackup();
    const { world, weather, shares, fast } = stage;
    world.runUntil(() => world.observe('a').lag === 'yellow', 10_000);
    world.run(4000);
    expect(Math.min(...shares)).toBeLessThan(50);
    expect(entriesIn(stage, 1000)).toBeLessThan(fast / 2);

    weather.replay = () => millisecond;
    world.runUntil(() => world.observe('a').share === 100, 20_000);
    expect(world.observe('a').lag).toBe('green');
    expect(entriesIn(stage, 1000)).toBeGreaterThan((fast * 3) / 4);
    comeToRest(world);
    expect(world.violations).toEqual([]);
    expect(shares.every((share) => share >= 5 && share <= 100 && share % 5 === 0)).toBe(true);
  });

  test('leaves no trace of it in an owner that goes alone', () => {
    const { world } = slowBackup();
    world.runUntil(() => world.observe('a').share < 80, 10_000);
    world.crash('b');
    world.runUntil(() => world.observe('a').gate === 'open', 2000);
    expect(world.observe('a')).toMatchObject({ share: 100, lag: 'gray' });
    comeToRest(world);
    expect(world.violations).toEqual([]);
  });

  test('takes over with all of its share, whatever the owner had', () => {
    const { world } = slowBackup();
    world.runUntil(() => world.observe('a').share < 80, 10_000);
    world.crash('a');
    world.runUntil(() => world.observe('b').gate === 'open', 20_000);
    expect(world.observe('b')).toMatchObject({ share: 100, lag: 'gray' });
    comeToRest(world);
    expect(world.violations).toEqual([]);
  });
});
