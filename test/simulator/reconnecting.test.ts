// Channels between healthy hosts break, and the pair goes on in its epoch: nothing is lost, doubled or let out early,
// whatever else happens. Spec: protocol.md, "Reconnecting".
// `SIMULATOR_SEED=<seed> npx vitest run test/simulator/reconnecting.test.ts` replays a seed.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rules } from '../../impl/protocol/index.ts';
import { chosenSeed, explain } from './seed.ts';
import { type SimulationResult, simulate } from './simulate.ts';
import { comeToRest, createStage, liveHosts, startProtected } from './stage.ts';
import type { Watcher } from './watcher.ts';

/** Guards against a hang on a slow machine; nothing is judged by it. In milliseconds. */
const timeout = 600_000;

/** Counts the hellos by which a pair went on. */
function createCounter(): { watcher: Watcher; count(): number } {
  let count = 0;
  return {
    watcher: {
      name: 'reconnecting',
      given(_, { effects }) {
        for (const effect of effects) {
          if (effect.type !== 'channel.send' || effect.message.kind !== 'welcome') continue;
          if (effect.message.next > 1n) count += 1;
        }
        return null;
      },
    },
    count: () => count,
  };
}

test('a channel that breaks again and again ends nothing, and the next owner has it all', () => {
  const { watcher, count } = createCounter();
  const { world } = createStage({ reconnect: true, watchers: [watcher] });
  startProtected(world);
  const { records } = world;
  const version = records.at(-1)?.version;
  for (let broken = 0; broken < 12; broken += 1) {
    world.wire.break('a', 'b');
    world.run(70);
  }
  expect(records.at(-1)?.version).toBe(version);
  expect(count()).toBeGreaterThan(8);
  world.crash('a');
  comeToRest(world);
  expect(world.violations, world.trace().slice(-40).join('\n')).toEqual([]);
  expect(liveHosts(world)).toEqual(['b#1']);
});

/** Channels that break, besides other faults. */
const breaks = 20;

function run(
  seed: number,
  rules: Partial<Rules> = {},
): { result: SimulationResult; count: number } {
  const { watcher, count } = createCounter();
  const options = { seed, breaks, reconnect: true, operations: 0.03, replacing: 0.2 };
  const result = simulate({ ...options, rules, watchers: [watcher] });
  return { result, count: count() };
}

describe('under random weather and faults', { timeout }, () => {
  const runs = 60;
  const chosen = chosenSeed();
  let reconnects = 0;

  test('output commit, one owner, no divergence, a legal disk and record', () => {
    const check = (seed: number): void => {
      const { result, count } = run(seed);
      expect(result.violations, explain(seed, result)).toEqual([]);
      reconnects += count;
    };
    if (chosen !== undefined) check(chosen);
    else fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), check), { numRuns: runs });
  });

  test.runIf(chosen === undefined)('the premise held: pairs got their channel back', () => {
    expect(reconnects).toBeGreaterThan(runs);
  });
});

test('broken: an owner that takes more for held than the backup wants next is found', {
  timeout,
}, () => {
  const seedsMax = 60;
  for (let seed = 0; seed < seedsMax; seed += 1) {
    const { violations } = run(seed, { acknowledgedByNext: ({ next }) => next }).result;
    if (violations.some((one) => one.startsWith('view'))) return;
  }
  expect.fail(`not found in ${seedsMax} seeds`);
});
