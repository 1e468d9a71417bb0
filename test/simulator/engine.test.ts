// The same world with the real guest: the key-value program on the engine, recorded and replayed.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Effect } from '../../impl/protocol/index.ts';
import { type ConsoleChecker, createConsoleChecker } from './checkers/console-checker.ts';
import { createEngineGuest, kvCommand } from './engine-guest.ts';
import { chosenSeed, explain } from './seed.ts';
import { type SimulatedGuest, simulate } from './simulate.ts';
import { comeToRest, createStage, liveHosts, startAlone } from './stage.ts';

const timeout = 600_000;
const runs = 30;

/** The owner met two commands at one position before it told its node of either. */
const examples: [number][] = [[1370403305]];

function createGuestAndConsole(): { guest: SimulatedGuest; console: ConsoleChecker } {
  const console = createConsoleChecker();
  const watchers = [console];
  return {
    guest: { createGuest: createEngineGuest, packet: kvCommand, sliceSteps: 2000, watchers },
    console,
  };
}

test('random schedules and faults: output commit, one owner, no divergence', { timeout }, () => {
  let compared = 0;
  let answers = 0;
  const property = fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
    const { guest, console } = createGuestAndConsole();
    const result = simulate({ seed, guest, span: 1500 });
    expect(result.violations, explain(seed, result)).toEqual([]);
    compared += result.compared;
    answers += console.text().split('\n').length;
  });
  const chosen = chosenSeed();
  if (chosen !== undefined) {
    fc.assert(property, { examples: [[chosen]], numRuns: 1 });
    return;
  }
  fc.assert(property, { examples, numRuns: runs });
  expect(compared).toBeGreaterThan(runs * 4);
  expect(answers).toBeGreaterThan(runs * 4);
});

const isEntry = (effect: Effect): boolean =>
  effect.type === 'channel.send' && effect.message.kind === 'entry';
const isRelease = (effect: Effect): boolean => effect.type === 'output.emit';

test.each([
  ['instead of sending entry n', isEntry, 36],
  ['between the acknowledgement and the release of output n', isRelease, 16],
])(
  'the owner dies %s: the console goes on as that of one machine',
  { timeout },
  (_, fits, last) => {
    let survivals = 0;
    for (let ordinal = 1; ordinal <= last; ordinal += 1) {
      const { guest, console } = createGuestAndConsole();
      const { world } = createStage({ guest });
      startAlone(world);
      world.protect('a', 'b');
      world.crashAtEffect('a', ordinal, fits);
      world.runUntil(() => !world.isUp('a'), 4000);
      const wasProtected = world.record?.phase === 'protected';
      const before = console.text().length;
      comeToRest(world, 600);
      expect(world.violations, `n = ${ordinal}\n${world.trace().slice(-60).join('\n')}`).toEqual(
        [],
      );
      if (!wasProtected) continue;
      expect(liveHosts(world), `n = ${ordinal}`).toEqual(['b#1']);
      expect(console.text().length, `n = ${ordinal}`).toBeGreaterThan(before);
      survivals += 1;
    }
    expect(survivals).toBeGreaterThan(last / 2);
  },
);

test('broken: an output before its acknowledgement is contradicted on the console', {
  timeout,
}, () => {
  const found = [30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40].some((ordinal) => {
    const { guest } = createGuestAndConsole();
    const { world } = createStage({ guest, rules: { mayIssue: () => true } });
    startAlone(world);
    world.protect('a', 'b');
    world.runUntil(() => world.observe('a').state === 'running', 2000);
    world.crashAtEffect('a', ordinal, isEntry);
    world.runUntil(() => !world.isUp('a'), 4000);
    comeToRest(world, 600);
    return world.violations.some((one) => one.startsWith('console'));
  });
  expect(found).toBe(true);
});
