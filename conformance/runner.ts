// Runs a plan: one adapter process a job, each case on a freshly reset adapter.
// Results stand in the order of the plan and do not depend on the number of jobs.
// Spec: conformance.md, "Running".

import {
  type Adapter,
  type AdapterCommand,
  AdapterFault,
  type AdapterTimeouts,
  startAdapter,
} from './adapter.ts';
import { type Baseline, judgeByBaseline, judgeFlaky } from './baseline.ts';
import { type Case, isApplicable } from './case.ts';
import type { Plan } from './plan.ts';
import { playCase, type Result } from './play.ts';
import { type Quarantine, suiteQuarantine } from './quarantine.ts';
import { caseSeed } from './seed.ts';
import { suiteName, suiteVersion } from './suite.ts';
import { isBad, UnavailableError } from './verdict.ts';
import type { Hello } from './wire.ts';

export interface RunOptions {
  readonly command: AdapterCommand;
  readonly timeouts: AdapterTimeouts;
  readonly seed: bigint;
  readonly jobs: number;
  /** Stop after so many cases that did not pass; Infinity: run all. */
  readonly failMax: number;
  readonly signal?: AbortSignal;
  /** Failures that are known. */
  readonly baseline?: Baseline;
  /** Cases that are wrong themselves; the suite's own list by default. */
  readonly quarantine?: Quarantine;
  /** How a case is played; those of soak are made up meanwhile. */
  readonly play?: typeof playCase;
  onResult?(result: Result, done: number): void;
}

export interface Run {
  readonly hello: Hello;
  readonly results: readonly Result[];
  readonly planned: number;
  readonly isInterrupted: boolean;
  /** What held cases back. */
  readonly quarantine: Quarantine['entries'];
}

/** Adapter faults in a row after which the rest is not tried: the run is partial. */
const faultsMax = 5;

export async function runPlan(plan: Plan, given: RunOptions): Promise<Run> {
  const quarantine = given.quarantine ?? suiteQuarantine();
  const options = { ...given, quarantine };
  const cases = plan.cases[Symbol.iterator]();
  const results: (Result | undefined)[] = [];
  const keep = createKeeper();
  let next = 0;
  let done = 0;
  let bad = 0;
  let faults = 0;
  const isOver = (): boolean => {
    return options.signal?.aborted === true || bad >= options.failMax || faults >= faultsMax;
  };

  async function work(first: Desk): Promise<void> {
    const desk = first;
    while (!isOver()) {
      const { value: played, done: isPlayed } = cases.next();
      if (isPlayed === true) break;
      const index = next;
      next += 1;
      const result = await playJudged(desk, played, options);
      // The interrupt reaches the adapter too: what it broke off was not judged.
      if (result.verdict === 'error' && options.signal?.aborted === true) break;
      faults = result.verdict === 'error' ? faults + 1 : 0;
      if (isBad(result.verdict)) bad += 1;
      const place = plan.shard?.places[index];
      results[index] = place === undefined ? keep(result) : { ...keep(result), place };
      done += 1;
      options.onResult?.(result, done);
    }
    await desk.adapter?.close();
  }

  const firstDesk = await openDesk(options);
  const desks: Desk[] = [firstDesk];
  const jobs = Math.min(options.jobs, Math.max(1, plan.cases.length));
  while (desks.length < jobs) desks.push(await openDesk(options));
  await Promise.all(desks.map(work));
  const ordered = results.filter((result) => result !== undefined);
  const isInterrupted = options.signal?.aborted === true;
  const { entries } = quarantine;
  const planned = plan.cases.length;
  return { hello: firstDesk.hello, results: ordered, planned, isInterrupted, quarantine: entries };
}

/** Failures that are kept whole; of the rest what a report says. */
const wholeMax = 200;

/** What hundreds of thousands of cases did would only fill memory: of a passed one no more is kept than a report says,
 *  and of a failure its steps and its story, up to a bound. */
function createKeeper(): (result: Result) => Result {
  let whole = 0;
  return ({ story: _, ...result }) => {
    if (result.verdict !== 'pass' && whole < wholeMax) {
      whole += 1;
      return result;
    }
    const { failure } = result;
    const slim = { ...result, case: { ...result.case, steps: [] } };
    return failure === undefined ? slim : { ...slim, failure: { ...failure, story: [] } };
  };
}

/** A place where cases are played: an adapter process, replaced when it breaks. */
interface Desk {
  adapter: Adapter | undefined;
  hello: Hello;
}

/** Starts an adapter and shakes hands. */
export async function openDesk(options: Pick<RunOptions, 'command' | 'timeouts'>): Promise<Desk> {
  const adapter = startAdapter(options.command, options.timeouts);
  try {
    const hello = await adapter.hello({ name: suiteName, version: suiteVersion }, suiteVersion);
    if (hello.protocol !== 'lockstep/1') {
      throw new AdapterFault('handshake', `it speaks ${hello.protocol}; this suite lockstep/1`);
    }
    return { adapter, hello };
  } catch (error) {
    await adapter.close();
    if (!(error instanceof AdapterFault)) throw error;
    throw new UnavailableError(withStderr(`handshake failed: ${error.message}`, adapter));
  }
}

/** The result, as the baseline judges it. */
async function playJudged(desk: Desk, played: Case, options: RunOptions): Promise<Result> {
  const held = options.quarantine?.of(played);
  if (held !== undefined) return heldBack(played, seedOf(played, options), held.why);
  if (!isApplicable(played, desk.hello.capabilities)) {
    const seed = seedOf(played, options);
    return { case: played, verdict: 'not-applicable', seed, steps: 0 };
  }
  const result = await playAt(desk, played, options);
  const entries = options.baseline?.of(played) ?? [];
  if (entries[0]?.class === 'flaky') {
    return judgeFlaky(result, () => playAt(desk, played, options));
  }
  return judgeByBaseline(result, entries);
}

function heldBack(played: Case, seed: bigint, why: string): Result {
  return { case: played, verdict: 'quarantined', seed, steps: 0, text: why };
}

function seedOf(played: Case, { seed }: RunOptions): bigint {
  return played.seed === undefined ? caseSeed(seed, played.id) : BigInt(played.seed);
}

async function playAt(desk: Desk, played: Case, options: RunOptions): Promise<Result> {
  const seed = seedOf(played, options);
  const failed = (text: string): Result => {
    return { case: played, verdict: 'error', seed, steps: 0, text };
  };
  try {
    if (desk.adapter === undefined) Object.assign(desk, await openDesk(options));
  } catch (error) {
    if (error instanceof UnavailableError) return failed(error.message);
    throw error;
  }
  const { adapter } = desk;
  if (adapter === undefined) return failed('no adapter');
  const result = await (options.play ?? playCase)(
    adapter,
    played,
    seed,
    desk.hello.capabilities.observe,
  );
  if (result.verdict !== 'error') return result;
  await adapter.close();
  desk.adapter = undefined;
  return { ...result, text: withStderr(result.text ?? '', adapter) };
}

function withStderr(text: string, adapter: Adapter): string {
  const tail = adapter.stderrTail();
  if (tail.length === 0) return text;
  return `${text}\n  standard error, last ${tail.length} lines:\n    ${tail.join('\n    ')}`;
}
