// A run of soak is decided by its seed, and what it played is an ordinary case that comes to the same.

import { expect, test } from 'vitest';
import { generousTimeouts } from '../../../conformance/adapter.ts';
import { parseCase } from '../../../conformance/case.ts';
import { playCase } from '../../../conformance/play.ts';
import { inRoot } from '../../../conformance/root.ts';
import { openDesk } from '../../../conformance/seat.ts';
import { caseSeed } from '../../../conformance/seed.ts';
import { soakCase } from '../../../conformance/soak/plan.ts';

test('the same seed gives the same case, which replays to the same verdict', {
  timeout: 60_000,
}, async () => {
  const command = { file: process.execPath, args: [inRoot('lockstep.js'), 'host', 'adapter'] };
  const { adapter } = await openDesk({ command, timeouts: generousTimeouts });
  if (adapter === undefined) throw new Error('a desk that was opened has an adapter');
  const one = soakCase(1);
  const seed = caseSeed(1n, one.id);

  const first = await playCase(adapter, one, seed, true);
  const second = await playCase(adapter, one, seed, true);
  const again = await playCase(adapter, parseCase(first.case, 'the run'), seed, true);
  await adapter.close();

  expect(first.steps).toBeGreaterThan(20);
  expect(second.case).toEqual(first.case);
  expect([second.verdict, again.verdict]).toEqual([first.verdict, first.verdict]);
  expect(again.story).toEqual(first.story);
});
