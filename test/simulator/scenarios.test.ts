import { describe, expect, test } from 'vitest';
import { standingOf } from '../../impl/protocol/index.ts';
import type { GuestDriver } from './guest-driver.ts';
import { createHashGuest } from './hash-guest.ts';
import {
  comeToRest,
  createStage,
  liveHosts,
  reasons,
  type StageOptions,
  startAlone,
  startProtected,
} from './stage.ts';
import { millisecond } from './weather.ts';
import type { World } from './world.ts';

function expectNoViolation(world: World): void {
  expect(world.violations, world.trace().slice(-30).join('\n')).toEqual([]);
}

describe('the owner dies with the log in three states', () => {
  /** Entries acknowledged and released, acknowledged and not released, held and not acknowledged. */
  function dies(options: StageOptions): World {
    const { world, weather } = createStage(options);
    startProtected(world);
    weather.replay = () => 40n * millisecond;
    world.run(200);
    world.wire.cut('b', 'a', true);
    world.runUntil(() => world.observe('a').waiting >= 3, 300);
    world.run(10);
    world.crash('a');
    comeToRest(world);
    return world;
  }

  test('the backup consumes all it holds, emits what may not have left, and no other', () => {
    const world = dies({});
    expectNoViolation(world);
    expect(liveHosts(world)).toEqual(['b#1']);
    expect(reasons(world).slice(-1)).toEqual(['alone:takeover']);
  });

  test('under may-be-lost the network outputs above the watermark are not emitted', () => {
    const world = dies({ network: 'may-be-lost' });
    expectNoViolation(world);
    const least = dies({ network: 'at-least-once' });
    const ofB = ({ from }: { from: string }): boolean => from === 'b#1';
    expect(world.emissions.filter(ofB).length).toBeLessThan(least.emissions.filter(ofB).length);
  });

  test('broken: going live before the log is consumed contradicts the client', () => {
    const world = dies({ rules: { isConsumed: () => true } });
    expect(world.violations.some((one) => one.startsWith('view'))).toBe(true);
  });
});

describe('both are healthy and the link between them is cut', () => {
  test('one of them wins the record, the other stops, and nothing unacknowledged left', () => {
    const { world } = createStage();
    startProtected(world);
    world.wire.cut('a', 'b', true);
    world.wire.cut('b', 'a', true);
    comeToRest(world);
    expectNoViolation(world);
    expect(liveHosts(world)).toHaveLength(1);
    expect(world.observe('a').state === 'halted').toBe(world.record?.owner === 'b#1');
  });

  test('the backup is the faster: the owner reads that it lost, and halts', () => {
    const { world } = createStage();
    startProtected(world);
    world.wire.cut('a', 'b', true);
    world.wire.cut('b', 'a', true);
    world.stall('a', 900);
    comeToRest(world);
    expectNoViolation(world);
    expect(world.observe('a')).toMatchObject({ state: 'halted', gate: 'shut', guest: 'halted' });
    expect(liveHosts(world)).toEqual(['b#1']);
  });
});

test('broken: who takes its request for granted, without reading, makes two owners', () => {
  const { world } = createStage({
    rules: { outcome: ({ record, self, proposed }) => standingOf(proposed ?? record, self) },
  });
  startProtected(world);
  world.wire.cut('a', 'b', true);
  world.wire.cut('b', 'a', true);
  comeToRest(world);
  expect(world.violations.some((one) => one.startsWith('owner'))).toBe(true);
});

describe('only the way from the backup to the owner is cut', () => {
  test('the owner goes alone with its old token, and its writes in flight are not fenced', () => {
    const { world, weather } = createStage();
    startProtected(world);
    weather.disk = () => ({
      accepted: millisecond,
      applied: 600n * millisecond,
      answered: millisecond,
      lostInCrash: false,
    });
    world.run(100);
    world.wire.cut('b', 'a', true);
    comeToRest(world);
    expectNoViolation(world);
    expect(world.record).toMatchObject({ phase: 'alone', owner: 'a#1', token: 1n });
    expect(reasons(world).slice(-1)).toEqual(['alone:lost-backup']);
    expect(world.observe('b').role).toBe('none');
    expect(world.protect('a', 'c')).toBeUndefined();
  });
});

describe('the owner stalls while storage has taken its writes in', () => {
  function stalls(diskChecksAtAcceptance: boolean): World {
    const { world, weather } = createStage({ diskChecksAtAcceptance });
    startProtected(world);
    const disk = weather.disk;
    weather.disk = () => ({ ...disk(), applied: 1800n * millisecond });
    world.run(150);
    weather.disk = disk;
    world.stall('a', 2500);
    comeToRest(world, 3000);
    return world;
  }

  test('the late writes are fenced, the woken owner halts, the disk is that of one machine', () => {
    const world = stalls(false);
    expectNoViolation(world);
    expect(world.observe('a')).toMatchObject({ state: 'halted' });
    expect(liveHosts(world)).toEqual(['b#1']);
  });

  test('broken storage: a fence compared at acceptance lets an old write land late', () => {
    expect(stalls(true).violations.some((one) => one.startsWith('disk'))).toBe(true);
  });
});

describe('outputs just before the gate closes', () => {
  /** The owner dies as soon as the record says protected, with entries still on the wire. */
  function diesProtected(options: StageOptions): World {
    const { world, weather } = createStage(options);
    startAlone(world);
    weather.channelDelay = () => 60n * millisecond;
    world.protect('a', 'b');
    world.runUntil(() => world.record?.phase === 'protected', 2000);
    world.wire.break('a', 'b');
    world.crash('a');
    comeToRest(world);
    return world;
  }

  test('T4 waits for the acknowledgement of G: what the client saw, the backup holds', () => {
    const world = diesProtected({});
    expectNoViolation(world);
    expect(liveHosts(world)).toEqual(['b#1']);
  });

  test('broken: T4 before the drain loses an output that the client has seen', () => {
    const world = diesProtected({ rules: { mayProtect: () => true } });
    expect(world.violations.some((one) => one.startsWith('view'))).toBe(true);
  });
});

describe('T4 took effect and nobody was told', () => {
  function unanswered(options: StageOptions = {}) {
    const stage = createStage(options);
    const { world, weather } = stage;
    startAlone(world);
    world.protect('a', 'b');
    world.runUntil(() => world.observe('b').guest === 'replaying', 1000);
    const answering = weather.arbiter;
    weather.arbiter = () => ({ ...answering(), answered: null });
    world.runUntil(() => world.record?.phase === 'protected', 1000);
    weather.arbiter = answering;
    return stage;
  }

  test('the owner dies: the backup reads the record before it discards itself, and goes live', () => {
    const { world } = unanswered();
    world.crash('a');
    comeToRest(world);
    expectNoViolation(world);
    expect(liveHosts(world)).toEqual(['b#1']);
  });

  test('broken: a backup that discards itself unread loses the machine', () => {
    const { world } = unanswered({ rules: { discardsUnread: () => true } });
    world.crash('a');
    comeToRest(world);
    expect(liveHosts(world)).toEqual([]);
  });

  test('the owner lives: it stays on acknowledgements, and learns later', () => {
    const { world } = unanswered();
    const before = world.emissions.length;
    expect(world.observe('a')).toMatchObject({ gate: 'acked', state: 'starting' });
    world.run(130);
    expect(world.emissions.length).toBeGreaterThan(before);
    world.runUntil(() => world.observe('a').state === 'running', 500);
    comeToRest(world);
    expectNoViolation(world);
  });

  test('the arbiter is unreachable meanwhile: outputs flow as long as the backup acknowledges', () => {
    const { world } = unanswered();
    world.setArbiterUp(false);
    const before = world.emissions.length;
    world.run(600);
    expect(world.emissions.length).toBeGreaterThan(before);
    expect(world.observe('a')).toMatchObject({ gate: 'acked', guest: 'running' });
    world.setArbiterUp(true);
    comeToRest(world);
    expectNoViolation(world);
    expect(world.observe('a').state).toBe('running');
  });
});

describe('the answer to a won T6 is lost', () => {
  function lostAnswer(): World {
    const { world, weather } = createStage();
    startProtected(world);
    const answering = weather.arbiter;
    world.crash('a', { silent: true });
    world.runUntil(() => world.observe('b').suspicion, 1000);
    world.runUntil(() => world.observe('b').epoch > 0n, 500);
    weather.arbiter = () => ({ ...answering(), answered: null });
    world.runUntil(() => world.record?.owner === 'b#1', 500);
    weather.arbiter = answering;
    comeToRest(world);
    return world;
  }

  test('the request is sent again, refused, and decided by the record that came back: won', () => {
    const world = lostAnswer();
    expectNoViolation(world);
    expect(liveHosts(world)).toEqual(['b#1']);
  });
});

describe('a second failover, and ghosts of the first epoch', () => {
  test('the second backup takes over; the first owner wakes, is fenced, and halts', () => {
    const { world } = createStage();
    startProtected(world);
    world.stall('a', 4000);
    world.runUntil(() => world.observe('b').state === 'needSecondary', 2000);
    world.protect('b', 'c');
    world.runUntil(() => world.observe('b').state === 'running', 2000);
    world.run(300);
    world.crash('b');
    world.runUntil(() => world.observe('c').state === 'needSecondary', 2000);
    comeToRest(world, 3000);
    expectNoViolation(world);
    expect(liveHosts(world)).toEqual(['c#1']);
    expect(world.observe('a').state).toBe('halted');
    expect(world.record).toMatchObject({ owner: 'c#1', token: world.record?.epoch });
  });

  test('the first owner restarts under a new name, and becomes the backup', () => {
    const { world } = createStage();
    startProtected(world);
    world.crash('a');
    world.runUntil(() => world.observe('b').state === 'needSecondary', 2000);
    world.restart('a');
    world.protect('b', 'a');
    world.runUntil(() => world.observe('b').state === 'running', 2000);
    expect(world.record).toMatchObject({ owner: 'b#1', backup: 'a#2', phase: 'protected' });
    comeToRest(world);
    expectNoViolation(world);
  });
});

describe('the replay diverges', () => {
  function diverging(entries: number): StageOptions {
    const createGuest = (): GuestDriver => {
      const guest = createHashGuest();
      let applied = 0;
      return {
        ...guest,
        apply(entry) {
          applied += 1;
          if (applied <= entries) return guest.apply(entry);
          return { type: 'diverged', position: guest.position() };
        },
      };
    };
    return { createGuest, isDiverging: true };
  }

  test('the owner lives and is told: it goes alone', () => {
    const { world } = createStage(diverging(40));
    startProtected(world);
    comeToRest(world);
    expectNoViolation(world);
    expect(reasons(world).slice(-1)).toEqual(['alone:diverged']);
    expect(liveHosts(world)).toEqual(['a#1']);
    expect(world.observe('b').role).toBe('none');
  });

  test('the channel is cut: the backup renounces, the owner finds itself alone', () => {
    const { world } = createStage(diverging(30));
    startAlone(world);
    world.protect('a', 'b');
    world.runUntil(() => world.observe('a').state === 'running', 2000);
    world.wire.cut('b', 'a', true);
    comeToRest(world);
    expectNoViolation(world);
    expect(liveHosts(world)).toEqual(['a#1']);
    expect(world.record).toMatchObject({ phase: 'alone', owner: 'a#1', token: 1n });
  });

  test('the owner is dead: the machine ends, and never goes live on a wrong state', () => {
    const { world, weather } = createStage(diverging(30));
    startAlone(world);
    world.protect('a', 'b');
    world.runUntil(() => world.observe('a').state === 'running', 2000);
    weather.replay = () => 60n * millisecond;
    world.runUntil(() => world.observe('b').held >= 32n, 1000);
    expect(world.observe('b').applied).toBeLessThan(30n);
    world.crash('a');
    comeToRest(world, 4000);
    expectNoViolation(world);
    expect(world.record).toMatchObject({ phase: 'off', reason: 'diverged' });
    expect(world.observe('b')).toMatchObject({ state: 'halted', gate: 'shut' });
  });
});

test('an arbiter that cannot be reached stops nobody, and lets nobody go live', () => {
  const { world } = createStage();
  startProtected(world);
  world.setArbiterUp(false);
  world.run(800);
  expect(world.observe('a')).toMatchObject({ state: 'running', guest: 'running' });
  world.crash('a');
  world.run(1500);
  expect(liveHosts(world)).toEqual([]);
  expect(world.observe('b')).toMatchObject({ role: 'backup', guest: 'replaying' });
  world.setArbiterUp(true);
  comeToRest(world);
  expectNoViolation(world);
  expect(liveHosts(world)).toEqual(['b#1']);
});
