// The verb that examines the suite itself: `mutants`.
// Spec: conformance.md, "Mutants".

import Table from 'cli-table3';
import { standardTestsMax } from '../chart-mutants.ts';
import { type Kill, unprovenMusts } from '../coverage.ts';
import {
  findMutants,
  type MutantResult,
  mutantPlan,
  runMutant,
  sampleEvery,
  twinPasses,
} from '../mutants.ts';
import { isInShard, parseShard } from '../shard.ts';
import { BadInputError, exitCode } from '../verdict.ts';
import { countOf, seedOf, UsageError } from './common.ts';
import { proveCharts } from './prove-charts.ts';

export interface MutantFlags {
  readonly mutant: readonly string[];
  readonly shard?: string;
  readonly charts?: true;
  readonly slice: readonly string[];
  readonly sample?: string;
  readonly testsMax?: string;
  readonly observe: boolean;
  readonly seed?: string;
  readonly json?: boolean;
}

export async function mutants(flags: MutantFlags): Promise<number> {
  return flags.charts === true ? charts(flags) : await implementations(flags);
}

function charts({ slice, sample, testsMax, observe, seed: text, json }: MutantFlags): number {
  const seed = countOf('--seed', text ?? '1');
  const size = countOf('--sample', sample ?? '1000');
  const bound = testsMax === undefined ? standardTestsMax : countOf('--tests-max', testsMax);
  return proveCharts({ slices: slice, size, seed, testsMax: bound, observe, json: json === true });
}

async function implementations({
  mutant: only,
  shard,
  seed: text,
  json,
}: MutantFlags): Promise<number> {
  const seed = seedOf(text);
  const all = chosen(only, shard);
  const plan = mutantPlan();
  const twin = await twinPasses(plan, all, seed);
  const results: MutantResult[] = [];
  for (const mutant of all) results.push(await runMutant(plan, mutant, twin.passed, seed));
  const killed = results.filter(({ isKilled }) => isKilled).length;
  const isTwinWhole = twin.passed.size === twin.played;
  // A part of the table says nothing of the clauses of the other part.
  const isWhole = only.length === 0 && shard === undefined;
  const unproven = isWhole ? unprovenMusts(killsOf(results)) : [];
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
    if (isWhole) console.log(`judged MUST without a kill: ${unproven.join(', ') || 'none'}`);
  }
  const isProved = killed === all.length && isTwinWhole && unproven.length === 0;
  return isProved ? exitCode.conformant : exitCode.nonConformant;
}

function chosen(
  only: readonly string[],
  shard: string | undefined,
): ReturnType<typeof findMutants> {
  const all = findMutants();
  const unknown = only.find((name) => all.every((mutant) => mutant.name !== name));
  if (unknown !== undefined) throw new BadInputError(`no mutant ${unknown}`);
  const named = all.filter(({ name }) => only.length === 0 || only.includes(name));
  if (shard === undefined) return named;
  const share = parseShard(shard);
  if (share === undefined) throw new UsageError(`--shard: expected 2/8 or the like, got ${shard}`);
  return named.filter(({ name }) => isInShard(name, share));
}

function killsOf(results: readonly MutantResult[]): readonly Kill[] {
  return results.flatMap(({ isKilled, mutant: { name, clause } }) => {
    return isKilled ? [{ mutant: name, clause }] : [];
  });
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
