// Jobs in processes of their own: the same results as in one, errors that keep their kind, and no process that stays.

import { describe, expect, test } from 'vitest';
import { generousTimeouts } from '../../conformance/adapter.ts';
import { type Plan, planRun } from '../../conformance/plan.ts';
import { openRemoteSeat } from '../../conformance/remote-seat.ts';
import { inRoot } from '../../conformance/root.ts';
import { runPlan } from '../../conformance/runner.ts';
import { BadInputError, RunnerBugError, UnavailableError } from '../../conformance/verdict.ts';

const reference = { file: process.execPath, args: [inRoot('lockstep.js'), 'host', 'adapter'] };
const smoke = planRun({ tier: 'smoke', only: [], skip: [] });
const setting = { timeouts: generousTimeouts, seed: 3n, failMax: Infinity };
const timeout = { timeout: 60_000 };

function run(file: string, args: readonly string[], jobs: number, plan: Plan = smoke) {
  return runPlan(plan, { ...setting, command: { file, args }, jobs });
}

describe('jobs', () => {
  test('have the results of one job, in the order of the plan', timeout, async () => {
    const one = await run(reference.file, reference.args, 1);
    const two = await run(reference.file, reference.args, 2);
    expect(two).toEqual(one);
  });

  test('that cannot start the adapter say so once, and leave no process', timeout, async () => {
    const failing = run('true', [], 2);
    await expect(failing).rejects.toThrow(UnavailableError);
    await expect(failing).rejects.toThrow(/handshake failed/);
  });

  test('keep the kind of an error in a case', timeout, async () => {
    const [first] = smoke.cases;
    if (first === undefined) throw new Error('smoke has no case');
    const broken = { ...first, kind: 'machine' as const };
    const plan = { ...smoke, cases: [broken, broken] };
    await expect(run(reference.file, reference.args, 2, plan)).rejects.toThrow(BadInputError);
  });
});

test('the end of the process of a job is an error, not silence', timeout, async () => {
  const seat = await openRemoteSeat({ ...setting, command: reference });
  seat.drop();
  const [first] = smoke.cases;
  if (first === undefined) throw new Error('smoke has no case');
  const playing = seat.play(first);
  await expect(playing).rejects.toThrow(RunnerBugError);
  await expect(playing).rejects.toThrow(/ended by SIGKILL; --jobs 1/);
});
