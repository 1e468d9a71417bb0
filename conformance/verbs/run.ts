// The verb `run`: plays a tier against an adapter and says whether it conforms.
// Spec: conformance.md, "Running".

import { type AdapterTimeouts, defaultTimeouts, generousTimeouts } from '../adapter.ts';
import type { Tier } from '../case.ts';
import { saveFailure } from '../failures.ts';
import { planRun } from '../plan.ts';
import type { Result } from '../play.ts';
import { failureText, paintFor, reasonsText, summaryText } from '../report/console.ts';
import { reportOf } from '../report/json.ts';
import { type Run, runPlan } from '../runner.ts';
import { countVerdicts, exitCode, totalsToExitCode } from '../verdict.ts';
import { clauseTexts, commandOf, commandText, countOf, seedOf, UsageError } from './common.ts';
import { targetsOf, writeReports } from './report.ts';

export interface RunFlags {
  readonly tier: string;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly seed?: string;
  readonly jobs: string;
  readonly maxFail?: string;
  readonly report: readonly string[];
  readonly json?: boolean;
  readonly reference?: boolean;
  readonly generous?: boolean;
}

/** Failures that are printed in full; the rest are counted. */
const printedMax = 10;

export async function run(words: readonly string[], flags: RunFlags): Promise<number> {
  const command = commandOf(words, flags.reference === true);
  const seed = seedOf(flags.seed);
  const { tier, only, skip } = { ...flags, tier: tierOf(flags.tier) };
  const targets = targetsOf('--report', flags.report);
  const failMax = flags.maxFail === undefined ? Infinity : countOf('--max-fail', flags.maxFail);
  const jobs = countOf('--jobs', flags.jobs);
  const plan = planRun({ tier, only, skip });
  const isWhole = only.length === 0 && skip.length === 0;
  const say = flags.json === true ? console.error : console.log;
  say(`seed ${seed}, plan ${plan.hash}: ${plan.cases.length} cases, tier ${tier}`);
  const timeouts: AdapterTimeouts = flags.generous === true ? generousTimeouts : defaultTimeouts;
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const onResult = progressOn(process.stderr, plan.cases.length);
  const { signal } = interrupt;
  const done = await runPlan(plan, { command, timeouts, seed, jobs, failMax, signal, onResult });
  process.removeListener('SIGINT', onInterrupt);
  const exit = exitOf(done);
  const commandLine = commandText(command);
  const report = reportOf({ plan, run: done, seed, exit, isWhole, command: commandLine });
  writeReports(report, targets);
  if (flags.json === true) console.log(JSON.stringify(report, null, 2));
  const paint = paintFor(process.stdout);
  for (const text of failureTexts(done.results, commandLine, seed)) say(`${text}\n`);
  say(summaryText(plan, done, seed, isWhole, paint));
  return exit;
}

function exitOf(done: Run): number {
  if (done.isInterrupted) return exitCode.interrupted;
  const totals = countVerdicts(done.results.map(({ verdict }) => verdict));
  return totalsToExitCode(totals, done.planned, done.results.length);
}

function* failureTexts(
  results: readonly Result[],
  command: string,
  seed: bigint,
): Generator<string> {
  const bad = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error');
  if (bad.length === 0) return;
  const [first] = bad;
  const sameText = bad.every(({ text }) => text !== undefined && text === first?.text);
  if (bad.length === results.length && sameText && bad.length > 1) {
    yield `every case failed, and all for one reason: ${first?.text}`;
    return;
  }
  const paint = paintFor(process.stdout);
  const clauseText = clauseTexts();
  for (const result of bad.slice(0, printedMax)) {
    const file = result.failure === undefined ? undefined : saveFailure(result);
    yield failureText(result, { paint, clauseText, command, file, seed });
  }
  for (const result of bad.slice(printedMax)) if (result.failure !== undefined) saveFailure(result);
  if (bad.length > printedMax) yield `and ${bad.length - printedMax} more; see --report`;
  if (bad.length > 1) yield `failures by reason:\n${reasonsText(bad)}`;
}

function tierOf(text: string): Tier {
  if (text === 'smoke' || text === 'core') return text;
  throw new UsageError(`--tier: expected smoke or core, got ${text}`);
}

/** Progress on a terminal only. */
function progressOn(
  stream: NodeJS.WriteStream,
  planned: number,
): (result: Result, done: number) => void {
  if (!stream.isTTY) return () => undefined;
  return (_, done) => {
    if (done % 20 === 0 || done === planned) stream.write(`\r${done} of ${planned}`);
    if (done === planned) stream.write('\r\u001b[K');
  };
}
