// Runs a plan: one seat a job, each case on a freshly reset adapter.
// Results stand in the order of the plan and do not depend on the number of jobs.
// Spec: conformance.md, "Running".

import type { Plan } from './plan.ts';
import type { Result } from './play.ts';
import { type Quarantine, suiteQuarantine } from './quarantine.ts';
import { openRemoteSeat } from './remote-seat.ts';
import { openSeat, type Seat, type SeatOptions } from './seat.ts';
import { isBad } from './verdict.ts';
import type { Hello } from './wire.ts';

export interface RunOptions extends SeatOptions {
  /** Each beyond one is a process that plays beside the others. */
  readonly jobs: number;
  /** Stop after so many cases that did not pass; Infinity: run all. */
  readonly failMax: number;
  readonly signal?: AbortSignal;
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
  const planned = plan.cases.length;
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

  async function work(seat: Seat): Promise<void> {
    while (!isOver()) {
      const { value: played, done: isPlayed } = cases.next();
      if (isPlayed === true) break;
      const index = next;
      next += 1;
      const result = await seat.play(played);
      // The interrupt reaches the adapter too: what it broke off was not judged.
      if (result.verdict === 'error' && options.signal?.aborted === true) break;
      faults = result.verdict === 'error' ? faults + 1 : 0;
      if (isBad(result.verdict)) bad += 1;
      const place = plan.shard?.places[index];
      results[index] = place === undefined ? keep(result) : { ...keep(result), place };
      done += 1;
      options.onResult?.(result, done);
    }
    await seat.close();
  }

  const jobs = Math.min(options.jobs, Math.max(1, planned));
  const open = jobs === 1 ? openSeat : openRemoteSeat;
  const seats = await openAll(Array.from({ length: jobs }, () => open(options)));
  try {
    await Promise.all(seats.map(work));
  } catch (error) {
    for (const seat of seats) seat.drop();
    throw error;
  }
  const ordered = results.filter((result) => result !== undefined);
  const isInterrupted = options.signal?.aborted === true;
  const { entries } = quarantine;
  return { hello: seats[0].hello, results: ordered, planned, isInterrupted, quarantine: entries };
}

/** All of them, or none: where one cannot be opened, the others are ended. */
async function openAll(opening: readonly Promise<Seat>[]): Promise<[Seat, ...Seat[]]> {
  const settled = await Promise.allSettled(opening);
  const seats = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = settled.find((one) => one.status === 'rejected');
  const [first, ...others] = seats;
  if (failed === undefined && first !== undefined) return [first, ...others];
  for (const seat of seats) seat.drop();
  throw failed?.reason;
}

/** Failures whose traffic is kept. */
const wholeMax = 200;

/** What hundreds of thousands of cases did would only fill memory: of a failure the steps are kept, and up to a bound
 *  the traffic, of any other result no more than a report says. */
function createKeeper(): (result: Result) => Result {
  let whole = 0;
  return ({ story: _, ...result }) => {
    const { failure } = result;
    if (!isBad(result.verdict)) return { ...result, case: { ...result.case, steps: [] } };
    whole += 1;
    if (whole <= wholeMax || failure === undefined) return result;
    return { ...result, failure: { ...failure, story: [] } };
  };
}
