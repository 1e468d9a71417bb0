// The verb that examines the suite itself: `mutants`.
// Spec: conformance.md, "Mutants".

import Table from 'cli-table3';
import {
  findMutants,
  type MutantResult,
  mutantPlan,
  runMutant,
  sampleEvery,
  twinPasses,
} from '../mutants.ts';
import { BadInputError, exitCode } from '../verdict.ts';
import { seedOf } from './common.ts';

export interface MutantFlags {
  readonly mutant?: string;
  readonly seed?: string;
  readonly json?: boolean;
}

export async function mutants({ mutant: only, seed: text, json }: MutantFlags): Promise<number> {
  const seed = seedOf(text);
  const all = findMutants().filter(({ name }) => only === undefined || name === only);
  if (all.length === 0) throw new BadInputError(`no mutant ${only ?? 'stands in test/broken'}`);
  const plan = mutantPlan();
  const twin = await twinPasses(plan, all, seed);
  const results: MutantResult[] = [];
  for (const mutant of all) results.push(await runMutant(plan, mutant, twin.passed, seed));
  const killed = results.filter(({ isKilled }) => isKilled).length;
  const isTwinWhole = twin.passed.size === twin.played;
  if (json === true) console.log(tableToJson(results, { seed, plan: plan.hash, isTwinWhole }));
  else {
    console.log(tableToText(results));
    console.log(
      `seed ${seed}, plan ${plan.hash}: every case filed under the mutant's clause, every`,
    );
    console.log(
      `written case, and one in ${sampleEvery} of the others; own: failed by the mutant's`,
    );
    console.log('clause; other: failed by another clause that the same rule upholds');
    console.log(`the unbroken twin passes ${twin.passed.size} of ${twin.played}; only these count`);
    console.log(`${killed} of ${all.length} mutants killed by their own clause`);
  }
  return killed === all.length && isTwinWhole ? exitCode.conformant : exitCode.nonConformant;
}

function tableToText(results: readonly MutantResult[]): string {
  const table = new Table({
    head: ['mutant', 'clause', 'killed by', 'own', 'other', 'played'],
    style: { head: [], border: [] },
  });
  for (const { mutant, isKilled, reasons, failedOwn, failedOther, played } of results) {
    const killedBy = isKilled ? (reasons[0]?.split('#')[1] ?? '') : 'NOT KILLED';
    table.push([mutant.name, mutant.clause, killedBy, failedOwn, failedOther, played]);
  }
  return table.toString();
}

function tableToJson(
  results: readonly MutantResult[],
  run: { readonly seed: bigint; readonly plan: string; readonly isTwinWhole: boolean },
): string {
  const mutants = results.map(({ mutant: { name, clause }, ...result }) => {
    return { mutant: name, clause, ...result };
  });
  return JSON.stringify({ ...run, seed: String(run.seed), mutants }, null, 2);
}
