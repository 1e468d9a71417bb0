// A backup is replaced while the machine runs, and the hosts die at every moment of it: some VM goes on, as one
// machine. Spec: protocol.md, "Migration".

import { describe, expect, test } from 'vitest';
import type { Rules } from '../../impl/protocol/index.ts';
import { comeToRest, createStage, liveHosts, reasons, startProtected } from './stage.ts';
import { millisecond } from './weather.ts';
import type { World } from './world.ts';

/** Effects of the owner between the command and the new pair, and some beyond. */
const ordinals = Array.from({ length: 45 }, (_, index) => index + 1);

function startReplacing(rules: Partial<Rules> = {}): World {
  const { world } = createStage({ rules });
  startProtected(world);
  expect(world.replace('a', 'c')).toBe(undefined);
  return world;
}

function expectLegal(world: World, note: string): void {
  expect(world.violations, `${note}\n${world.trace().slice(-60).join('\n')}`).toEqual([]);
}

const isReplaced = (world: World): boolean => world.record?.reason === 'replace-backup';

test('the machine goes on with another backup, which takes over when the owner dies', () => {
  const world = startReplacing();
  world.runUntil(() => world.observe('a').guest === 'running' && isReplaced(world), 1000);
  world.run(300);
  expect(world.record).toMatchObject({ phase: 'protected', owner: 'a#1', backup: 'c#1' });
  expect(world.observe('b').role).toBe('none');
  world.crash('a');
  comeToRest(world);
  expectLegal(world, 'calm');
  expect(liveHosts(world)).toEqual(['c#1']);
});

test('an owner migrates: another backup, and a test failover', () => {
  const world = startReplacing();
  world.runUntil(() => world.observe('a').guest === 'running' && isReplaced(world), 1000);
  expect(world.tell('a', 'test-failover')).toBe(undefined);
  world.runUntil(() => world.observe('c').guest === 'running', 300);
  comeToRest(world);
  expectLegal(world, 'migration');
  expect(liveHosts(world)).toEqual(['c#1']);
});

describe.each([
  ['silently', true],
  ['and its channels close', false],
])('at every effect of it the owner dies, %s', (_, silent) => {
  test('one of its backups goes on', { timeout: 600_000 }, () => {
    const survivors = new Set<string>();
    for (const ordinal of ordinals) {
      const { world } = createStage();
      startProtected(world);
      world.crashAtEffect('a', ordinal);
      world.replace('a', 'c');
      if (world.isUp('a')) world.runUntil(() => !world.isUp('a'), 4000);
      if (!silent) for (const peer of ['b', 'c']) world.wire.break('a', peer);
      comeToRest(world, 900);
      expectLegal(world, `n = ${ordinal}`);
      const live = liveHosts(world);
      expect(live, `n = ${ordinal}`).toHaveLength(1);
      survivors.add(live.join());
    }
    expect([...survivors].sort()).toEqual(['b#1', 'c#1']);
  });
});

/** The owner dies once T14 is on its way: the replacement hears it, and reads before that arrives. */
function dieBehindLateSwap(rules: Partial<Rules> = {}): World {
  const { world, weather } = createStage({ rules });
  startProtected(world);
  let isAsked = false;
  const soon = weather.arbiter;
  weather.arbiter = () => {
    isAsked = true;
    weather.arbiter = soon;
    return { applied: 250n * millisecond, answered: null, failed: null };
  };
  world.replace('a', 'c');
  world.runUntil(() => isAsked, 900);
  world.crash('a', { silent: true });
  world.wire.break('a', 'c');
  comeToRest(world, 1200);
  return world;
}

test('T14 may take effect after its owner died: the replacement has waited, and goes on', () => {
  const world = dieBehindLateSwap();
  expectLegal(world, 'late');
  expect(reasons(world)).toContain('protected:replace-backup');
  expect(liveHosts(world)).toEqual(['c#1']);
});

test('broken: a replacement that does not wait loses the machine', () => {
  const world = dieBehindLateSwap({ waitsForRecord: () => false });
  expect(reasons(world)).toContain('protected:replace-backup');
  expect(liveHosts(world)).toEqual([]);
});

test.each<[string, Partial<Rules>, number]>([
  ['the record is touched, and the replacement is free', {}, 0],
  ['broken: untouched, it waits for ever', { touchesRecord: () => false }, 1],
])('a replacement that is given up: %s', (_, rules, waiting) => {
  const { world, weather } = createStage({ rules });
  startProtected(world);
  weather.channelDelay = () => 30n * millisecond;
  world.replace('a', 'c');
  world.runUntil(() => world.observe('c').guest === 'replaying', 1000);
  world.wire.break('a', 'c');
  comeToRest(world);
  expectLegal(world, 'given up');
  expect(liveHosts(world)).toEqual(['a#1']);
  expect(
    world.facts().filter(({ incarnation, role }) => incarnation === 'c#1' && role === 'backup'),
  ).toHaveLength(waiting);
});
