// The comparison of both guests at an entry: what a guest met and did not tell yet is no difference,
// and a backup that differs is found at the entry from which it does.

import { expect, test } from 'vitest';
import { textToBytes } from '../machine/kv-guest.ts';
import { createDigestChecker } from './checkers/digest-checker.ts';
import { createEngineGuest, kvCommand } from './engine-guest.ts';
import type { GuestDriver, GuestEvent } from './guest-driver.ts';
import { createHashGuest } from './hash-guest.ts';
import { createStage, startProtected } from './stage.ts';
import { millisecond } from './weather.ts';

/** Takes all that has arrived before it tells of any of it. */
function createLateTeller(): GuestDriver {
  const guest = createHashGuest();
  const untold: (GuestEvent | null)[] = [];
  const next = (): GuestEvent | null => untold.shift() ?? null;
  return {
    ...guest,
    inject(arrival) {
      untold.push(guest.inject(arrival));
      return null;
    },
    run: (stepsMax, timeStamp) => next() ?? guest.run(stepsMax, timeStamp),
    pending: next,
    isAllTold: () => untold.length === 0,
  };
}

/** As a backup it takes every input for another one, which differs in the last byte but one. */
function createMishearing(createGuest: () => GuestDriver): GuestDriver {
  const guest = createGuest();
  return {
    ...guest,
    apply(entry) {
      if (entry.kind !== 'input') return guest.apply(entry);
      const data = entry.data.map((byte, at) => (at === entry.data.length - 2 ? byte ^ 1 : byte));
      return guest.apply({ ...entry, data });
    },
  };
}

/** What the digests say of a calm protected run with several packets in every slice. */
function compare(createGuest: () => GuestDriver): { violations: string[]; compared: number } {
  const digests = createDigestChecker();
  const { world, weather } = createStage({ createGuest, isDiverging: true, watchers: [digests] });
  weather.packet = () => millisecond;
  weather.slice = () => 3n * millisecond;
  startProtected(world);
  const violations = world.violations.filter((one) => one.startsWith('digest: entry'));
  return { violations, compared: digests.compared() };
}

test.each([
  ['at once', createHashGuest],
  ['late', createLateTeller],
])('inputs at one position that are told %s are no difference', (_, createGuest) => {
  const { violations, compared } = compare(createGuest);
  expect(violations).toEqual([]);
  expect(compared).toBeGreaterThan(50);
});

test.each([
  ['at once', createHashGuest],
  ['late', createLateTeller],
])('an input that the backup heard wrong is found where inputs are told %s', (_, createGuest) => {
  const { violations } = compare(() => createMishearing(createGuest));
  expect(violations).not.toEqual([]);
});

test('a state that differs and shows in no output is found by the digests alone', () => {
  const digests = createDigestChecker();
  const createGuest = (): GuestDriver => createMishearing(createEngineGuest);
  // What is set is not what was sent, and the answer is the same.
  const packet = (ordinal: number): Uint8Array => textToBytes(`set k ${ordinal % 10}\n`);
  const guest = { createGuest, packet, sliceSteps: 2000, watchers: [digests] };
  const { world } = createStage({ guest, isDiverging: true });
  startProtected(world);
  expect(digests.compared()).toBeGreaterThan(0);
  expect(world.violations).not.toEqual([]);
  for (const one of world.violations) expect(one).toMatch(/^digest: entry \d+ of epoch/);
  expect(world.record).toMatchObject({ phase: 'protected' });
});

test('an engine that met a second input before it told of the first has not told all', () => {
  const guest = createEngineGuest();
  const run = (): GuestEvent | null => guest.run(100_000, () => 0n);
  while (run() !== null);
  expect(guest.inject({ kind: 'input', data: kvCommand(1) })).toMatchObject({ kind: 'input' });
  expect(guest.isAllTold()).toBe(true);
  // The run meets the time stamp and then the output: one is told, the other waits.
  expect(run()).toMatchObject({ kind: 'time-stamp' });
  expect(guest.isAllTold()).toBe(false);
  expect(guest.inject({ kind: 'input', data: kvCommand(2) })).toMatchObject({ type: 'output' });
  expect(guest.isAllTold()).toBe(false);
  expect(guest.pending()).toMatchObject({ kind: 'input' });
  expect(guest.isAllTold()).toBe(true);
});
