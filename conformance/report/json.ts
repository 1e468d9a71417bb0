// The report of a run as JSON: the source of truth, by `spec/schema/report.schema.json`.
// Spec: conformance.md, "Reports".

import type { Plan, PlannedShard } from '../plan.ts';
import type { Result } from '../play.ts';
import type { Run } from '../runner.ts';
import { fileProblem } from '../schema.ts';
import { suiteName, suiteVersion } from '../suite.ts';
import { countVerdicts, RunnerBugError } from '../verdict.ts';
import { failureOf } from './failure.ts';
import { guaranteeOf, hasPassed, notCoveredOf, reportSlices } from './guarantee.ts';
import type { Report, ReportCase, ReportShard } from './report.ts';

export interface ReportInput {
  readonly plan: Plan;
  readonly run: Run;
  readonly seed: bigint;
  readonly exit: number;
  /** Whether the plan is the whole tier. */
  readonly isWhole: boolean;
  /** How to start the adapter again, as the user wrote it. */
  readonly command: string;
}

/** The same seed, plan and implementation give the same report: there is no time of the day in it. */
export function reportOf({ plan, run, seed, exit, isWhole, command }: ReportInput): Report {
  const { results, hello, planned } = run;
  const totals = countVerdicts(results.map(({ verdict }) => verdict));
  const slices = reportSlices(plan);
  const report: Report = {
    format: 'lockstep-report/1',
    suite: { name: suiteName, version: suiteVersion },
    spec: suiteVersion,
    level: 'driven',
    ...(plan.profile === undefined ? {} : { profile: plan.profile }),
    tier: plan.tier,
    seed: String(seed),
    plan: plan.hash,
    partial: results.length !== planned,
    ...(plan.shard === undefined ? {} : { shard: shardOf(plan.shard, isWhole) }),
    implementation: hello.implementation,
    capabilities: hello.capabilities,
    command,
    planned,
    executed: results.length,
    exit,
    totals,
    guarantee: guaranteeOf({
      ...plan,
      slices,
      capabilities: hello.capabilities,
      isWhole: isWhole && hasPassed(totals, planned) && plan.shard === undefined,
    }),
    notCovered: notCoveredOf(plan),
    slices,
    ...(plan.suites.length === 0 ? {} : { suites: plan.suites }),
    quarantine: run.quarantine,
    cases: results.map(caseOf),
  };
  const problem = fileProblem('report', report);
  if (problem !== undefined) throw new RunnerBugError(`the report breaks its schema: ${problem}`);
  return report;
}

function shardOf({ index, count, cases }: PlannedShard, whole: boolean): ReportShard {
  return { index, count, cases, whole };
}

function caseOf(result: Result): ReportCase {
  const { case: played, verdict, steps, seed, place } = result;
  const { id, clauses } = played;
  const at = place === undefined ? {} : { place };
  const failure = failureOf(result);
  const found = failure === undefined ? {} : { failure };
  return { id, clauses, verdict, steps, seed: String(seed), ...at, ...found };
}
