// The owner is killed at every single log entry of a run, and between acknowledgement and release:
// the client's view is judged each time.

import { describe, expect, test } from 'vitest';
import type { Effect, Rules } from '../../impl/protocol/index.ts';
import { comeToRest, createStage, liveHosts, startAlone } from './stage.ts';
import { millisecond } from './weather.ts';
import type { World } from './world.ts';

/** Joining and some of the protected run. */
const entries = 60;

interface Death {
  readonly ordinal: number;
  readonly fits: (effect: Effect) => boolean;
  readonly silent: boolean;
  readonly rules?: Partial<Rules>;
}

/** Kills a in the place of the n-th effect that fits; returns null where there is no n-th. */
function kill({ ordinal, fits, silent, rules }: Death): { world: World; wasProtected: boolean } {
  const { world, weather } = createStage(rules === undefined ? {} : { rules });
  startAlone(world);
  weather.channelDelay = () => 12n * millisecond;
  weather.replay = () => 5n * millisecond;
  world.protect('a', 'b');
  world.crashAtEffect('a', ordinal, fits);
  world.runUntil(() => !world.isUp('a'), 4000);
  const wasProtected = world.record?.phase === 'protected';
  if (!silent) world.wire.break('a', 'b');
  comeToRest(world, 900);
  return { world, wasProtected };
}

const isEntry = (effect: Effect): boolean =>
  effect.type === 'channel.send' && effect.message.kind === 'entry';
const isRelease = (effect: Effect): boolean =>
  effect.type === 'output.emit' || (effect.type === 'disk.request' && effect.operation > 0n);

describe.each([
  ['instead of sending entry n', isEntry],
  ['between the acknowledgement and the release of output n', isRelease],
])('the owner dies %s', { timeout: 600_000 }, (_, fits) => {
  test.each([
    ['and the backup hears its channel close', false],
    ['and the backup hears nothing more', true],
  ])('%s: the view is that of one machine, which goes on if it was protected', (__, silent) => {
    let survivals = 0;
    for (let ordinal = 1; ordinal <= entries; ordinal += 1) {
      const { world, wasProtected } = kill({ ordinal, fits, silent });
      expect(world.violations, `n = ${ordinal}\n${world.trace().join('\n')}`).toEqual([]);
      if (!wasProtected) continue;
      expect(liveHosts(world), `n = ${ordinal}`).toEqual(['b#1']);
      survivals += 1;
    }
    expect(survivals).toBeGreaterThan(entries / 2);
  });
});

test.each<[string, Partial<Rules>]>([
  ['emits before the acknowledgement', { mayIssue: () => true }],
  ['emits nothing again after a takeover', { emitsAfterTakeover: () => false }],
])('broken: an owner or backup that %s is found out', (_, rules) => {
  const found = [20, 40, 41, 42, 43, 44, 45, 46].some((ordinal) => {
    const { world } = kill({ ordinal, fits: isEntry, silent: true, rules });
    return world.violations.some((one) => one.startsWith('view'));
  });
  expect(found).toBe(true);
});
