// The report of a run as JSON: the source of truth, by `spec/schema/report.schema.json`.
// Spec: conformance.md, "Reports".

import type { Plan, PlannedShard } from '../plan.ts';
import type { Result } from '../play.ts';
import type { Run } from '../runner.ts';
import { fileProblem } from '../schema.ts';
import { suiteName, suiteVersion } from '../suite.ts';
import { countVerdicts, RunnerBugError } from '../verdict.ts';
import { guaranteeText, leftOutOf } from './guarantee.ts';
import type { StoredShard } from './stored.ts';

export interface ReportInput {
  readonly plan: Plan;
  readonly run: Run;
  readonly seed: bigint;
  readonly exit: number;
  /** Whether the plan is the whole tier. */
  readonly isWhole: boolean;
}

export function reportOf({ plan, run, seed, exit, isWhole }: ReportInput): object {
  const { results, hello, planned } = run;
  const allPassed =
    results.length === planned && results.every(({ verdict }) => verdict === 'pass');
  const report = {
    format: 'lockstep-report/1',
    suite: { name: suiteName, version: suiteVersion },
    spec: suiteVersion,
    level: 'driven',
    tier: plan.tier,
    seed: String(seed),
    plan: plan.hash,
    partial: results.length !== planned,
    ...(plan.shard === undefined ? {} : { shard: shardOf(plan.shard, isWhole) }),
    implementation: hello.implementation,
    capabilities: hello.capabilities,
    planned,
    executed: results.length,
    exit,
    totals: countVerdicts(results.map(({ verdict }) => verdict)),
    guarantee: guaranteeText({
      ...plan,
      leftOut: leftOutOf(plan),
      isWhole: isWhole && allPassed && plan.shard === undefined,
      observes: hello.capabilities.observe,
    }),
    slices: plan.slices.map(({ name, node, states, transitions, unreachable, cases }) => {
      return { name, node, states, transitions, leftOut: unreachable, cases: cases.length };
    }),
    ...(plan.suites.length === 0 ? {} : { suites: plan.suites }),
    cases: results.map(caseOf),
  };
  const problem = fileProblem('report', report);
  if (problem !== undefined) throw new RunnerBugError(`the report breaks its schema: ${problem}`);
  return report;
}

function shardOf({ index, count, cases }: PlannedShard, whole: boolean): StoredShard {
  return { index, count, cases, whole };
}

function caseOf({ case: played, verdict, steps, seed, place, failure, text }: Result): object {
  const at = place === undefined ? {} : { place };
  const base = {
    id: played.id,
    clauses: played.clauses,
    verdict,
    steps,
    seed: String(seed),
    ...at,
  };
  if (failure !== undefined) {
    const { reason, step, expected, actual, other } = failure;
    return { ...base, failure: { reason, step, expected, actual, text: text ?? '', other } };
  }
  if (text === undefined) return base;
  const source = verdict === 'unexpected-pass' ? 'baseline' : 'adapter';
  return {
    ...base,
    failure: { reason: `${source}#${verdict}`, step: 0, expected: '', actual: '', text, other: [] },
  };
}
