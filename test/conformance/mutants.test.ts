import { beforeAll, describe, expect, test } from 'vitest';
import { generousTimeouts } from '../../conformance/adapter.ts';
import type { Case } from '../../conformance/case.ts';
import { findMutants, isOfMachines, judgeMutant } from '../../conformance/mutants.ts';
import { type Plan, planRun } from '../../conformance/plan.ts';
import type { Result } from '../../conformance/play.ts';
import { createPlayer } from '../../conformance/player.ts';
import { inRoot } from '../../conformance/root.ts';
import { runPlan } from '../../conformance/runner.ts';
import { caseSeed } from '../../conformance/seed.ts';
import { loadWrittenCases } from '../../conformance/written-cases.ts';

/** Of the nodes of a pair; broken machines are in machine/mutants.test.ts. */
const cases = loadWrittenCases();
/** Those of the slices too: for a mutant that no written case reaches. */
const everyCase = planRun({ tier: 'core', only: [], skip: [] }).cases;
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

/** Those that are filed under its clause, then the other written ones: the whole table is `lockstep mutants`. */
function casesFor({ clause }: (typeof mutants)[number]): readonly Case[] {
  const isNear = (one: Case): boolean => one.clauses.includes(clause);
  const near = everyCase.filter(isNear).slice(0, nearMax);
  const rest = cases.filter((one) => !isNear(one));
  const far = everyCase.filter((one) => one.slice !== undefined && !isNear(one));
  return [...near, ...rest, ...far.filter((_, index) => index % farEvery === 0)];
}
/** Cases of the clause that are played; and one in so many of those of other clauses, from the slices. */
const nearMax = 100;
const farEvery = 24;
const mutants = findMutants().filter(({ clause }) => !isOfMachines(clause));

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

  test.each(mutants)('kill $name by $clause', { timeout: 60_000 }, async (mutant) => {
    const player = createPlayer(mutant.command, generousTimeouts);
    const results: Result[] = [];
    for (const one of casesFor(mutant)) {
      results.push(await player.play(one, caseSeed(5n, one.id)));
      if (judgeMutant(mutant, results).isKilled) break;
    }
    await player.close();
    const judged = judgeMutant(mutant, results);

    expect(judged.errors).toBe(0);
    expect(judged.reasons).not.toEqual([]);
    const killer = results.at(-1)?.case;
    if (killer === undefined || killer.slice === undefined) return;
    expect((await run(twin, [killer])).map(({ verdict }) => verdict)).toEqual(['pass']);
  });

  test.each(Object.entries(outOfReach))(
    'that cannot reach %s are passed by it',
    async (name, far) => {
      const mutant = mutants.find((one) => one.name === name);
      const results = await run(
        mutant?.command ?? twin,
        cases.filter(({ id }) => far.test(id)),
      );
      const wrongly = results.filter(({ verdict }) => verdict !== 'pass');
      expect(wrongly.map(({ case: one, failure }) => `${one.id} ${failure?.reason}`)).toEqual([]);
    },
  );
});

test('every mutant names a clause of its own file, and the twin names none', () => {
  const names = mutants.map(({ name }) => name);

  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(names).not.toContain('unbroken');
});
