// Runs of soak as a user has them: the same in any number of jobs, found again by identifier, and every kind of fault
// does hit somebody.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { generousTimeouts } from '../../../conformance/adapter.ts';
import { findCase } from '../../../conformance/find-case.ts';
import type { Result } from '../../../conformance/play.ts';
import { soakLines } from '../../../conformance/report/soak.ts';
import { inRoot } from '../../../conformance/root.ts';
import { runPlan } from '../../../conformance/runner.ts';
import { planSoak, soakCase } from '../../../conformance/soak/plan.ts';
import { phases } from '../../../conformance/soak/schedule.ts';
import { BadInputError } from '../../../conformance/verdict.ts';
import { faultKinds, sumFaults } from '../../../conformance/world/tally.ts';

const reference = { file: process.execPath, args: [inRoot('lockstep.js'), 'host', 'adapter'] };
const timeout = { timeout: 120_000 };

async function run(
  runs: number,
  jobs: number,
  only: readonly string[] = [],
): Promise<readonly Result[]> {
  const plan = planSoak({ runs, only, skip: [] });
  const setting = { command: reference, timeouts: generousTimeouts, seed: 11n, failMax: Infinity };
  return (await runPlan(plan, { ...setting, jobs })).results;
}

describe('runs of soak', () => {
  test('have the same results in one job and in two', timeout, async () => {
    const [one, two] = [await run(4, 1), await run(4, 2)];

    expect(one.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(two).toEqual(one);
  });

  test('hit with every kind of fault, and come to every phase', timeout, async () => {
    // A write that comes after its disk was fenced is rare: this run has one.
    const results = [...(await run(60, 2)), ...(await run(155, 1, [soakCase(155).id]))];
    const counted = results.flatMap(({ soak }) => soak ?? []);
    const faults = sumFaults(counted.map((one) => one.faults));

    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(counted).toHaveLength(61);
    expect(faultKinds.filter((kind) => faults[kind] === 0)).toEqual([]);
    for (const phase of phases) expect(counted.every((one) => one.phases[phase] > 0)).toBe(true);
    expect(soakLines(results)[1]).toContain(`${faults['host-killed']} host-killed, `);
  });

  test('are found by identifier, and by no other', () => {
    const one = soakCase(12);

    expect(findCase(one.id)).toEqual(one);
    expect(() => findCase('output.release-exactly-acknowledged/soak/12')).toThrow(BadInputError);
  });

  test('are replayed by the command that a failure prints', timeout, () => {
    const words = ['replay', soakCase(3).id, '--seed', '11', '--reference'];
    const { status, stdout } = spawnSync(process.execPath, [inRoot('lockstep.js'), ...words], {
      encoding: 'utf8',
    });

    expect(status).toBe(0);
    expect(stdout).toMatch(/✓ \S+\/soak\/3 {2}\d\d steps, case seed \d+/);
  });
});
