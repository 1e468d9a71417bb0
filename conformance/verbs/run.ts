// The verb `run`: plays a tier against an adapter and says whether it conforms.
// Spec: conformance.md, "Running".

import { readFileSync } from 'node:fs';
import {
  type AdapterCommand,
  type AdapterTimeouts,
  defaultTimeouts,
  generousTimeouts,
} from '../adapter.ts';
import { createBaseline, parseBaseline } from '../baseline.ts';
import { saveFailure } from '../failures.ts';
import type { Result } from '../play.ts';
import { createProgress } from '../progress.ts';
import { failureText, paintFor, reasonsText, summaryText } from '../report/console.ts';
import { reportOf } from '../report/json.ts';
import { type Run, runPlan } from '../runner.ts';
import { openDesk } from '../seat.ts';
import { parseShard, type Shard } from '../shard.ts';
import { isComplete, planTier, type TierOptions } from '../tiers.ts';
import { BadInputError, countVerdicts, exitCode, isBad, totalsToExitCode } from '../verdict.ts';
import { today } from './baseline.ts';
import {
  clauseTexts,
  commandOf,
  commandText,
  countOf,
  seedOf,
  type TierFlags,
  tierOf,
  UsageError,
} from './common.ts';
import { targetsOf, writeReports } from './report.ts';
import { budgetOf, shrinkFailures } from './shrink.ts';

export interface RunFlags extends TierFlags {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly seed?: string;
  readonly jobs: string;
  readonly maxFail?: string;
  readonly shard?: string;
  readonly baseline?: string;
  readonly shrinkBudget?: string;
  readonly report: readonly string[];
  readonly json?: boolean;
  readonly reference?: boolean;
  readonly generous?: boolean;
}

/** Failing cases that are written to files; the rest stand in the report. */
const savedMax = 1000;
/** Failures that are printed in full; the rest are counted. */
const printedMax = 10;

export async function run(words: readonly string[], flags: RunFlags): Promise<number> {
  const command = commandOf(words, flags.reference === true);
  const seed = seedOf(flags.seed);
  const { only, skip } = flags;
  const tier = tierOf(flags);
  const targets = targetsOf('--report', flags.report);
  const failMax = flags.maxFail === undefined ? Infinity : countOf('--max-fail', flags.maxFail);
  const jobs = countOf('--jobs', flags.jobs);
  const budgetMs = budgetOf(flags.shrinkBudget);
  const timeouts: AdapterTimeouts = flags.generous === true ? generousTimeouts : defaultTimeouts;
  const observes = isComplete(tier.tier) ? await canObserve(command, timeouts) : true;
  const shard = shardOf(flags);
  const baseline = baselineOf(flags.baseline);
  const plan = planTier({ ...tier, only, skip, observes, ...shard, ...baseline });
  const skipped = baseline.baseline?.entries.filter((entry) => entry.class === 'skip') ?? [];
  const isWhole = only.length + skip.length + skipped.length === 0;
  const say = flags.json === true ? console.error : console.log;
  say(`seed ${seed}, plan ${plan.hash}: ${plan.cases.length} cases, tier ${plan.tier}`);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const progress = createProgress({
    stream: process.stderr,
    planned: plan.cases.length,
    now: () => performance.now(),
  });
  const files = new Map<string, string>();
  let bad = 0;
  const onResult = (result: Result, done: number): void => {
    if (isBad(result.verdict)) bad += 1;
    // Now, while its steps are known: what is kept of many failures is what a report says.
    if (result.verdict === 'fail' && files.size < savedMax) {
      files.set(result.case.id, saveFailure(result));
    }
    progress.show(done, bad);
  };
  const { signal } = interrupt;
  const { entries = [], file = '' } = baseline.baseline ?? {};
  const known = createBaseline(entries, file);
  const setting = { command, timeouts, seed, jobs, failMax, signal, onResult };
  const done = await runPlan(plan, { ...setting, baseline: known });
  progress.end();
  process.removeListener('SIGINT', onInterrupt);
  const exit = exitOf(done);
  const commandLine = commandText(command);
  const report = reportOf({ plan, run: done, seed, exit, isWhole, command: commandLine });
  writeReports(report, targets);
  if (flags.json === true) console.log(JSON.stringify(report, null, 2));
  const paint = paintFor(process.stdout);
  for (const text of failureTexts(done.results, { command: commandLine, seed, files }))
    say(`${text}\n`);
  if (!done.isInterrupted) {
    const budget = { command, timeouts, budgetMs };
    for await (const text of shrinkFailures(done.results, files, budget)) say(`${text}\n`);
  }
  say(summaryText(plan, done, seed, isWhole, paint));
  return exit;
}

function exitOf(done: Run): number {
  if (done.isInterrupted) return exitCode.interrupted;
  const totals = countVerdicts(done.results.map(({ verdict }) => verdict));
  return totalsToExitCode(totals, done.planned, done.results.length);
}

/** An adapter that observes is judged by more, and so other states of a slice are alike. */
async function canObserve(command: AdapterCommand, timeouts: AdapterTimeouts): Promise<boolean> {
  const { adapter, hello } = await openDesk({ command, timeouts });
  await adapter?.close();
  return hello.capabilities.observe;
}

interface FailureSetting {
  readonly command: string;
  readonly seed: bigint;
  /** Where failing cases were saved, by identifier. */
  readonly files: ReadonlyMap<string, string>;
}

function* failureTexts(
  results: readonly Result[],
  { command, seed, files }: FailureSetting,
): Generator<string> {
  const bad = results.filter(({ verdict }) => isBad(verdict));
  if (bad.length === 0) return;
  const paint = paintFor(process.stdout);
  const clauseText = clauseTexts();
  const textOf = (result: Result): string => {
    const file = files.get(result.case.id);
    return failureText(result, { paint, clauseText, command, file, seed });
  };
  const [first] = bad;
  const isOneReason = new Set(bad.map(whyOf)).size === 1;
  if (first !== undefined && isOneReason && bad.length === results.length && bad.length > 1) {
    const more = first.verdict === 'error' ? `; more: npx lockstep doctor -- ${command}` : '';
    yield `every one of ${bad.length} cases failed, and all for one reason${more}\n${textOf(first)}`;
    return;
  }
  for (const result of bad.slice(0, printedMax)) yield textOf(result);
  if (bad.length > printedMax) yield `and ${bad.length - printedMax} more; see --report`;
  if (bad.length > 1) yield `failures by reason:\n${reasonsText(bad)}`;
}

/** Faults of one kind differ in identifiers and places, and in what was said on standard error. */
function whyOf({ failure, text = '', fault }: Result): string {
  return failure?.reason ?? `${fault} ${text.split('\n')[0]?.replaceAll(/\d+/g, '0')}`;
}

/** Shards of one run have one seed, so it cannot be left to each of them. */
function shardOf({ shard: text, seed }: RunFlags): { readonly shard?: Shard } {
  if (text === undefined) return {};
  if (seed === undefined) throw new UsageError('--shard: expected --seed too, the same for all');
  const shard = parseShard(text);
  if (shard === undefined) throw new UsageError(`--shard: expected i/n as in 2/8, got ${text}`);
  return { shard };
}

function baselineOf(file: string | undefined): Pick<TierOptions, 'baseline'> {
  if (file === undefined) return {};
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadInputError(`cannot read baseline ${file}: ${why}`);
  }
  return { baseline: { entries: parseBaseline(text, file, today()), file } };
}
