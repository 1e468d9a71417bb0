// The verbs that examine an adapter, or the suite itself: `doctor` and `mutants`.
// Spec: conformance.md, "Writing an adapter" and "Mutants".

import Table from 'cli-table3';
import { defaultTimeouts } from '../adapter.ts';
import { examine } from '../doctor.ts';
import { findMutants, mutantPlan, runMutant, sampleEvery, twinPasses } from '../mutants.ts';
import { paintFor } from '../report/console.ts';
import { BadInputError, exitCode } from '../verdict.ts';
import { commandOf, seedOf } from './common.ts';

export async function doctor(
  words: readonly string[],
  flags: { readonly reference?: boolean },
): Promise<number> {
  const command = commandOf(words, flags.reference === true);
  const paint = paintFor(process.stdout);
  const checks = await examine(command, defaultTimeouts);
  for (const { name, isGood, text } of checks) {
    console.log(`${isGood ? paint.green('✓') : paint.red('✗')} ${name.padEnd(12)} ${text}`);
  }
  return checks.every(({ isGood }) => isGood) ? exitCode.conformant : exitCode.nonConformant;
}

export interface MutantFlags {
  readonly mutant?: string;
  readonly seed?: string;
}

export async function mutants({ mutant: only, seed: text }: MutantFlags): Promise<number> {
  const seed = seedOf(text);
  const all = findMutants().filter(({ name }) => only === undefined || name === only);
  if (all.length === 0) throw new BadInputError(`no mutant ${only ?? 'stands in test/broken'}`);
  const plan = mutantPlan();
  const table = new Table({
    head: ['mutant', 'clause', 'killed by', 'own', 'other', 'played'],
    style: { head: [], border: [] },
  });
  const twin = await twinPasses(plan, all, seed);
  let survivors = 0;
  for (const mutant of all) {
    const result = await runMutant(plan, mutant, twin.passed, seed);
    if (!result.isKilled) survivors += 1;
    const killedBy = result.isKilled ? (result.reasons[0]?.split('#')[1] ?? '') : 'NOT KILLED';
    const { failedOwn, failedOther, played } = result;
    table.push([mutant.name, mutant.clause, killedBy, failedOwn, failedOther, played]);
  }
  console.log(table.toString());
  console.log(`seed ${seed}, plan ${plan.hash}: every case filed under the mutant's clause, every`);
  console.log(`written case, and one in ${sampleEvery} of the others; own: failed by the mutant's`);
  console.log('clause; other: failed by another clause that the same rule upholds');
  console.log(`the unbroken twin passes ${twin.passed.size} of ${twin.played}; only these count`);
  console.log(`${all.length - survivors} of ${all.length} mutants killed by their own clause`);
  return survivors === 0 && twin.passed.size === twin.played
    ? exitCode.conformant
    : exitCode.nonConformant;
}
