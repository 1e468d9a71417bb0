// The manager's operations on the whole system: one exact moment each, and then chance.
// `SIMULATOR_SEED=<seed> npx vitest run test/simulator/operations.test.ts` replays a seed.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../impl/protocol/index.ts';
import { createRecordingWatcher, type RecordedTrace, refine } from '../model/refine/recorded.ts';
import { brokenOperationRules } from './broken-rules.ts';
import { chosenSeed, explain } from './seed.ts';
import { simulate } from './simulate.ts';
import {
  comeToRest,
  createStage,
  liveHosts,
  type Stage,
  startAlone,
  startProtected,
} from './stage.ts';
import { millisecond } from './weather.ts';

interface RecordedStage extends Stage {
  trace(): RecordedTrace;
}

function createRecordedStage(): RecordedStage {
  const { watcher, trace } = createRecordingWatcher('at-least-once');
  return { ...createStage({ watchers: [watcher] }), trace };
}

/** By the checkers, and by the model that follows each node. */
function expectLegal({ world, trace }: RecordedStage): void {
  expect(world.violations, world.trace().slice(-30).join('\n')).toEqual([]);
  expect(refine(trace())).toMatchObject({ outcome: 'accepted', refusal: null });
}

/** The arbiter is asked to put a record of this phase. */
const asksFor =
  (phase: string) =>
  (effect: Effect): boolean => {
    if (effect.type !== 'arbiter.request' || effect.action.type !== 'swap') return false;
    return effect.action.record.phase === phase;
  };

describe('a power-off against failure', () => {
  test('success is what the record says, on both sides', () => {
    const stage = createRecordedStage();
    const { world } = stage;
    startProtected(world);
    expect(world.tell('a', 'power-off')).toBe(undefined);
    comeToRest(world);
    expectLegal(stage);
    expect(world.record).toMatchObject({ phase: 'off', reason: 'power-off' });
    expect(world.observe('a').state).toBe('enabled');
    expect(world.observe('b').state).toBe('enabled');
  });

  test('the owner dies between the entry and its record: the backup finishes', () => {
    const stage = createRecordedStage();
    const { world } = stage;
    startProtected(world);
    world.crashAtEffect('a', 1, asksFor('off'));
    world.tell('a', 'power-off');
    expect(world.isUp('a')).toBe(false);
    comeToRest(world);
    expectLegal(stage);
    expect(world.record).toMatchObject({ phase: 'off', reason: 'power-off' });
    expect(liveHosts(world)).toEqual([]);
  });

  test('the backup took over first: the command fails, and the machine runs there', () => {
    const stage = createRecordedStage();
    const { world } = stage;
    startProtected(world);
    world.stall('a', 2500);
    world.runUntil(() => world.record?.reason === 'takeover', 2000);
    world.run(1500);
    expect(world.tell('a', 'power-off')).not.toBe('operation-pending');
    comeToRest(world);
    expectLegal(stage);
    expect(liveHosts(world)).toEqual(['b#1']);
  });

  test('what the disk still answers to the old run is not given to the new one', () => {
    const { world, weather } = createStage();
    startAlone(world);
    const { disk } = weather;
    const late = 1500n * millisecond;
    weather.disk = () => ({ ...disk(), answered: late });
    world.run(200);
    world.tell('a', 'power-off');
    world.runUntil(() => world.record?.phase === 'off', 1000);
    weather.disk = disk;
    world.run(100);
    world.start('a');
    world.runUntil(() => world.observe('a').guest === 'running', 1000);
    weather.disk = () => ({ ...disk(), answered: 2n * late });
    world.run(1600);
    const trace = world.trace();
    const since = trace.slice(trace.findLastIndex((line) => line.includes('disk.answered(0')) + 1);
    expect(since.filter((line) => line.includes('disk(write'))).not.toEqual([]);
    expect(since.filter((line) => line.includes('disk.answered'))).toEqual([]);
  });
});

describe('a suspended machine', () => {
  test('goes on elsewhere as if it had not been held, and is protected anew', () => {
    const stage = createRecordedStage();
    const { world } = stage;
    startProtected(world);
    world.run(200);
    world.tell('a', 'suspend');
    world.runUntil(() => world.record?.phase === 'suspended', 1000);
    const emitted = world.emissions.length;
    world.run(500);
    expect(world.emissions.length).toBe(emitted);
    world.tell('c', 'resume');
    world.runUntil(() => world.observe('c').guest === 'running', 1000);
    world.protect('c', 'a');
    world.runUntil(() => world.observe('c').state === 'running', 2000);
    world.run(300);
    comeToRest(world);
    expectLegal(stage);
    expect(world.emissions.length).toBeGreaterThan(emitted);
  });

  test('is not the image that an owner without the machine saved after it', () => {
    const stage = createRecordedStage();
    const { world, weather } = stage;
    startProtected(world);
    world.run(200);
    weather.image = () => ({ delay: 4000n * millisecond, isDurable: true });
    world.tell('a', 'suspend');
    // The image is begun once all is settled; then nothing is heard of its host.
    world.run(60);
    world.stall('a', 9000);
    weather.image = () => ({ delay: 20n * millisecond, isDurable: true });
    world.runUntil(() => world.observe('b').guest === 'running', 2000);
    world.run(300);
    world.tell('b', 'suspend');
    world.runUntil(() => world.record?.phase === 'suspended', 1000);
    world.run(4000);
    world.tell('c', 'resume');
    world.runUntil(() => world.observe('c').guest === 'running', 1000);
    world.run(300);
    comeToRest(world);
    expectLegal(stage);
    expect(world.record?.owner).toBe('c#1');
  });
});

describe('a test failover', () => {
  test('the backup is live before any timeout, and the owner halts', () => {
    const stage = createRecordedStage();
    const { world } = stage;
    startProtected(world);
    world.run(200);
    world.tell('a', 'test-failover');
    world.runUntil(() => world.observe('b').guest === 'running', 150);
    comeToRest(world);
    expectLegal(stage);
    expect(world.observe('a').state).toBe('halted');
  });
});

/** Guards against a hang on a slow machine; nothing is judged by it. In milliseconds. */
const timeout = 600_000;
const runs = 100;
/** Each time that the manager acts. */
const operations = 0.12;
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe('operations at random under random weather and faults', { timeout }, () => {
  const chosen = chosenSeed();
  let done = 0;
  let replacements = 0;

  test('no host reports what the record does not say, and the guest is one legal machine', () => {
    const check = (seed: number): void => {
      const result = simulate({ seed, operations, replacing: 0.3 });
      expect(result.violations, explain(seed, result)).toEqual([]);
      done += result.operationsDone;
      replacements += result.replacements;
    };
    if (chosen !== undefined) check(chosen);
    else fc.assert(fc.property(seeds, check), { numRuns: runs });
  });

  test.runIf(chosen === undefined)('the premise held: operations came to their end', () => {
    expect(done).toBeGreaterThan(runs / 2);
    // About one run in ten: few enough that a share of the runs would fail by chance.
    expect(replacements).toBeGreaterThan(0);
  });
});

describe('the checkers find a broken rule of the operations', { timeout }, () => {
  const seedsMax = 60;

  test.each(brokenOperationRules)('$name', ({ rules, foundBy }) => {
    for (let seed = 1; seed <= seedsMax; seed += 1) {
      const options = { seed, rules, network: 'at-least-once', faults: 6, operations } as const;
      const { violations } = simulate(options);
      if (violations.some((one) => foundBy.some((name) => one.startsWith(name)))) return;
    }
    expect.fail(`not found by ${foundBy.join(' or ')} in ${seedsMax} seeds`);
  });
});
