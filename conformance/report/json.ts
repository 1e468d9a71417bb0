// The report of a run as JSON: the source of truth, by `spec/schema/report.schema.json`.
// Spec: conformance.md, "Reports".

import type { Plan, PlannedShard } from '../plan.ts';
import type { Result } from '../play.ts';
import type { Run } from '../runner.ts';
import { fileProblem } from '../schema.ts';
import { suiteName, suiteVersion } from '../suite.ts';
import { countVerdicts, RunnerBugError } from '../verdict.ts';
import type { TraceLine } from '../world/session.ts';
import { stepText, tellingLines } from './console.ts';
import { guaranteeOf, hasPassed, notCovered, reportSlices } from './guarantee.ts';
import type { Report, ReportCase, ReportShard, StoryLine } from './report.ts';

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
    notCovered,
    slices,
    ...(plan.suites.length === 0 ? {} : { suites: plan.suites }),
    cases: results.map(caseOf),
  };
  const problem = fileProblem('report', report);
  if (problem !== undefined) throw new RunnerBugError(`the report breaks its schema: ${problem}`);
  return report;
}

function shardOf({ index, count, cases }: PlannedShard, whole: boolean): ReportShard {
  return { index, count, cases, whole };
}

function caseOf({ case: played, verdict, steps, seed, place, failure, text }: Result): ReportCase {
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
    const given = stepText(played.steps[step - 1]);
    const story = tellingLines(failure.story).map(storyLineOf);
    const found = { reason, step, given, expected, actual, text: text ?? '', other, story };
    return { ...base, failure: found };
  }
  if (text === undefined) return base;
  const reason = `${verdict === 'unexpected-pass' ? 'baseline' : 'adapter'}#${verdict}`;
  const nothing = { step: 0, given: '', expected: '', actual: '', other: [], story: [] };
  return { ...base, failure: { reason, text, ...nothing } };
}

function storyLineOf({ at, node, input, effect }: TraceLine): StoryLine {
  if (input !== undefined) return { at: String(at), node, input: { ...input } };
  return { at: String(at), node, effect: { ...(effect ?? { type: 'none' }) } };
}
