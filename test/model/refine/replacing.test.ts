// Runs of the reference in which backups are replaced, followed by the model: what both read in the text is the same.

import { describe, expect, test } from 'vitest';
import { createStage, startProtected } from '../../simulator/stage.ts';
import { millisecond } from '../../simulator/weather.ts';
import { createRecordingWatcher, recordSimulation, refine } from './recorded.ts';

/** In the last one an owner dies with T14 on its way, and its replacement takes over by the read that names it. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 464];

describe('runs in which the manager replaces backups', () => {
  const traces = new Map(
    seeds.map((seed) => [
      seed,
      recordSimulation({ seed, span: 300, operations: 1, replacing: 1, faults: 3 }),
    ]),
  );
  test.each(seeds)('are accepted (seed %i)', (seed) => {
    const trace = traces.get(seed);
    if (trace === undefined) throw new Error(`no trace of seed ${seed}`);
    const { outcome, refusal, unjudged } = refine(trace);
    expect({ outcome, refusal, unjudged }).toEqual({
      outcome: 'accepted',
      refusal: null,
      unjudged: [],
    });
  });

  test.each([
    '"type":"manager.replace-backup"',
    '"replaces"',
    '"reason":"replace-backup"',
    '"state":"running","reason":"replace-backup"',
  ])('have %s', (text) => {
    const lines = [...traces.values()].flatMap(({ lines }) => lines);
    expect(lines.some((line) => JSON.stringify(line).includes(text))).toBe(true);
  });
});

test('a replacement at rest whose owner loses it is told by a record that is only touched', () => {
  const { watcher, trace } = createRecordingWatcher('at-least-once');
  const { world, weather } = createStage({ watchers: [watcher] });
  startProtected(world);
  weather.channelDelay = () => 30n * millisecond;
  world.replace('a', 'c');
  world.runUntil(() => world.observe('c').guest === 'replaying', 1000);
  world.wire.break('a', 'c');
  world.run(1500);

  const recorded = trace();
  const isTouched = ({ phase, reason }: { phase: string; reason: string }): boolean =>
    phase === 'protected' && reason === 'give-up';
  expect(world.records.filter(isTouched)).toHaveLength(1);
  expect(refine(recorded)).toMatchObject({ outcome: 'accepted', refusal: null, unjudged: [] });
});
