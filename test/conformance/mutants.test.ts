import { beforeAll, describe, expect, test } from 'vitest';
import { generousTimeouts } from '../../conformance/adapter.ts';
import type { Case } from '../../conformance/case.ts';
import { findMutants, judgeMutant } from '../../conformance/mutants.ts';
import type { Plan } from '../../conformance/plan.ts';
import type { Result } from '../../conformance/play.ts';
import { inRoot } from '../../conformance/root.ts';
import { runPlan } from '../../conformance/runner.ts';
import { loadWrittenCases } from '../../conformance/written-cases.ts';

const cases = loadWrittenCases();
const plan: Plan = { tier: 'core', slices: [], suites: [], hash: '', cases };
const twin = {
  file: process.execPath,
  args: ['--import', import.meta.resolve('tsx'), inRoot('test', 'broken', 'unbroken.ts')],
};

type Command = typeof twin | (typeof mutants)[number]['command'];

async function run(command: Command, played: readonly Case[] = cases) {
  const options = { command, timeouts: generousTimeouts, seed: 5n, jobs: 1, failMax: Infinity };
  return (await runPlan({ ...plan, cases: played }, options)).results;
}

/** Those that are filed under its clause, and those that must not reach it: the whole table is `lockstep mutants`. */
function casesFor({ name, clause }: (typeof mutants)[number]): readonly Case[] {
  const far = outOfReach[name];
  const near = cases.filter((one) => one.clauses.includes(clause) || far?.test(one.id));
  return near.some(({ clauses }) => clauses.includes(clause)) ? near : cases;
}
const mutants = findMutants();

/** Cases that fail for a mutant although their stimuli cannot reach the rule that it breaks. */
const outOfReach: { readonly [mutant: string]: RegExp } = {
  'pairs-on-one-host': /owner-happy-path|backup-happy-path|pair-happy-path/,
  'never-full': /happy-path|owner-dies/,
  'goes-live-unfenced': /happy-path|ghost|hello-checks/,
  'goes-live-unconsumed': /happy-path|ghost|hello-checks/,
  'discards-unread': /happy-path|ghost|hello-checks|owner-dies-with-log/,
  'loser-runs-on': /happy-path|hello-checks|owner-dies/,
  'forgets-operations': /happy-path|hello-checks|ghost/,
  'releases-on-suspicion': /happy-path|ghost|hello-checks/,
  'counts-old-epoch': /happy-path|faulty-peer|hello-checks/,
  'protects-undrained': /happy-path|hello-checks|slow-backup/,
  'emits-in-replay': /owner-happy-path|hello-checks|slow-backup/,
};

describe('the written cases', () => {
  let twinResults: readonly Result[] = [];
  beforeAll(async () => {
    twinResults = await run(twin);
  });

  test('are all passed by the reference', () => {
    const failed = twinResults.flatMap((result) =>
      result.verdict === 'pass'
        ? []
        : [`${result.case.id}: ${result.failure?.reason ?? result.text}`],
    );

    expect(failed).toEqual([]);
    expect(twinResults).toHaveLength(cases.length);
  });

  test.each(mutants)('kill $name by $clause', async (mutant) => {
    const results = await run(mutant.command, casesFor(mutant));
    const judged = judgeMutant(mutant, results);

    expect(judged.errors).toBe(0);
    expect(judged.reasons).not.toEqual([]);
    const far = outOfReach[mutant.name];
    if (far === undefined) return;
    const wrongly = results.filter(
      ({ verdict, case: one }) => verdict !== 'pass' && far.test(one.id),
    );
    expect(wrongly.map(({ case: one, failure }) => `${one.id} ${failure?.reason}`)).toEqual([]);
  });
});

test('every mutant names a clause of its own file, and the twin names none', () => {
  const names = mutants.map(({ name }) => name);

  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(names).not.toContain('unbroken');
});
