// Proof that the suite can fail: it is run against broken implementations, each with one rule
// replaced, and each must fail by the clause that it breaks, while the unbroken twin passes.
// Spec: conformance.md, "Mutants".

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdapterCommand, generousTimeouts } from './adapter.ts';
import type { Case } from './case.ts';
import { allCases, type ListPlan, planRun } from './plan.ts';
import type { Result } from './play.ts';
import { inRoot } from './root.ts';
import { runPlan } from './runner.ts';
import { hash6 } from './seed.ts';
import { BadInputError } from './verdict.ts';

export interface Mutant {
  readonly name: string;
  /** The clause that it breaks, from the first lines of its file. */
  readonly clause: string;
  readonly command: AdapterCommand;
}

export interface MutantResult {
  readonly mutant: Mutant;
  readonly isKilled: boolean;
  /** The reasons by which its own clause failed, most frequent first. */
  readonly reasons: readonly string[];
  readonly played: number;
  /** Cases that failed by a reason of its own clause, and by one of another clause alone. */
  readonly failedOwn: number;
  readonly failedOther: number;
  readonly otherReasons: readonly string[];
  /** Cases that broke the adapter: a mutant must stay an adapter. */
  readonly errors: number;
}

/** One case in so many, of those filed under other clauses, is played too. */
export const sampleEvery = 24;

export function findMutants(folder: string = inRoot('test', 'broken')): readonly Mutant[] {
  if (!existsSync(folder)) {
    throw new BadInputError(
      `${folder} is missing: mutants stand in a checkout, not in the package`,
    );
  }
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return files.sort().flatMap((file) => {
    const path = join(folder, file);
    const clause = /^\/\/ Breaks ([a-z-]+\.[a-z-]+)/m.exec(readFileSync(path, 'utf8'))?.[1];
    if (clause === undefined) return [];
    return [{ name: file.replace(/\.ts$/, ''), clause, command: commandFor(file) }];
  });
}

function commandFor(file: string): AdapterCommand {
  const tsx = import.meta.resolve('tsx');
  return { file: process.execPath, args: ['--import', tsx, inRoot('test', 'broken', file)] };
}

/** Cases filed under the clause, those that may touch it, and a sample of all others. */
export function planForMutant(plan: ListPlan, clause: string): ListPlan {
  const isMachines = isOfMachines(clause);
  const cases = plan.cases.filter((one) => {
    if ((one.kind === 'machine') !== isMachines) return false;
    return isOwn(one, clause) || isSampled(one);
  });
  return { ...plan, cases };
}

/** Whether machine cases judge the clause, and no others. */
export function isOfMachines(clause: string): boolean {
  return /^(machine|replay)\./.test(clause);
}

function isOwn(one: Case, clause: string): boolean {
  return one.slice === undefined || one.clauses.includes(clause);
}

function isSampled(one: Case): boolean {
  return Number.parseInt(hash6(one.id), 16) % sampleEvery === 0;
}

/** Runs a mutant on its cases, of those that the unbroken twin passes. */
export async function runMutant(
  plan: ListPlan,
  mutant: Mutant,
  twin: ReadonlySet<string>,
  seed: bigint,
): Promise<MutantResult> {
  const own = planForMutant(plan, mutant.clause);
  const cases = own.cases.filter(({ id }) => twin.has(id));
  return judgeMutant(mutant, await results({ ...own, cases }, mutant.command, seed));
}

/** The identifiers of the cases that the unbroken twin passes, of all that any mutant plays. */
export async function twinPasses(
  plan: ListPlan,
  mutants: readonly Mutant[],
  seed: bigint,
): Promise<{ readonly passed: ReadonlySet<string>; readonly played: number }> {
  const wanted = new Set(mutants.flatMap(({ clause }) => planForMutant(plan, clause).cases));
  const cases = plan.cases.filter((one) => wanted.has(one));
  const played = await results({ ...plan, cases }, commandFor('unbroken.ts'), seed);
  const judged = played.filter(({ verdict }) => verdict !== 'quarantined');
  const passed = judged.filter(({ verdict }) => verdict === 'pass').map((one) => one.case.id);
  return { passed: new Set(passed), played: judged.length };
}

async function results(
  plan: ListPlan,
  command: AdapterCommand,
  seed: bigint,
): Promise<readonly Result[]> {
  const options = { command, timeouts: generousTimeouts, seed, jobs: 1, failMax: Infinity };
  return (await runPlan(plan, options)).results;
}

export function judgeMutant(mutant: Mutant, results: readonly Result[]): MutantResult {
  const failed = results.flatMap(({ failure }) => failure ?? []);
  const byOwn = failed.filter(({ reason }) => clauseOf(reason) === mutant.clause);
  const byOther = failed.filter(({ reason }) => clauseOf(reason) !== mutant.clause);
  return {
    mutant,
    isKilled: byOwn.length > 0,
    reasons: mostFrequent(byOwn.map(({ reason }) => reason)),
    played: results.length,
    failedOwn: byOwn.length,
    failedOther: byOther.length,
    otherReasons: mostFrequent(byOther.map(({ reason }) => reason)),
    errors: results.filter(({ verdict }) => verdict === 'error').length,
  };
}

function clauseOf(reason: string): string {
  return reason.split('#')[0] ?? reason;
}

function mostFrequent(list: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([one]) => one);
}

/** The plan that mutants are played on. */
export function mutantPlan(): ListPlan {
  const plan = planRun({ tier: 'core', only: [], skip: [] });
  return { ...plan, cases: allCases() };
}
