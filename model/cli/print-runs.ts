// The runs of a check for readers: a table of rows, one of properties, every violation as a swim lane; or one document.

import type { Bounds } from '../environment/manager.ts';
import { follow, type Verdict } from '../explore.ts';
import { featuresIn } from '../pairs.ts';
import { findProperty } from '../properties.ts';
import { renderSwimLane } from '../swim-lane.ts';
import { createSystem, type Transition } from '../system.ts';
import type { Job } from './jobs.ts';
import {
  type JobRun,
  type Judgement,
  names,
  premiseOf,
  sentence,
  shortestWitness,
  worstOf,
} from './judgement.ts';
import { colours, print, renderTable } from './print.ts';
import { clausesDocument } from './print-clauses.ts';

export function printRuns(runs: readonly JobRun[], judgement: Judgement): void {
  print(
    renderTable(
      ['row', 'states', 'edges', 'depth', 'seconds', ''],
      runs.map(({ job, report, seconds }) => [
        job.name,
        String(report.states),
        String(report.edges),
        String(report.depth),
        seconds.toFixed(1),
        extent(report),
      ]),
    ),
  );
  print('');
  for (const { job } of runs) printBounds(job);
  print('');
  printJudged(runs, judgement);
}

/** Every property over all rows, every violation as a swim lane, and the verdict. */
export function printJudged(runs: readonly JobRun[], judgement: Judgement): void {
  const table = names(runs).map((name) => propertyRow(runs, name));
  print(renderTable(['property', 'verdict', 'premise', ''], table));
  for (const { job, report } of runs) {
    for (const verdict of report.verdicts) {
      if (verdict.outcome === 'violated') printViolation(job, verdict);
    }
  }
  print(`\n${sentence(judgement)}`);
}

export const extent = ({ isExhausted, stoppedBy }: JobRun['report']): string =>
  isExhausted ? 'exhausted' : `not exhausted: ${stopped[stoppedBy ?? 'caller']}`;

const stopped = {
  violation: 'a property is violated',
  states: '--states-max',
  depth: '--depth',
  bytes: '--memory-max',
  caller: 'interrupted',
} as const;

/** What a row lets happen, and why that is enough; a seeded bug's row has no reason of its own. */
function printBounds({ name, about, why, bounds }: Job): void {
  const { on, off } = featureNames(bounds);
  print(
    `${name}: ${about}${why === '' ? '' : `; ${why}`}. On: ${on.join(', ')}. Off: ${off.join(', ')}.`,
  );
}

function featureNames(bounds: Bounds): { on: string[]; off: string[] } {
  const { on, off } = featuresIn(bounds);
  return { on: on.map(({ name }) => name), off: off.map(({ name }) => name) };
}

function propertyRow(runs: readonly JobRun[], name: string): string[] {
  const witness = shortestWitness(runs, name);
  const about = findProperty(name)?.about ?? '';
  const seen = witness === null ? about : `${witness.steps} steps in ${witness.row}: ${about}`;
  return [name, painted(worstOf(runs, name)), String(premiseOf(runs, name)), seen];
}

function painted(outcome: Verdict<Transition>['outcome']): string {
  if (outcome === 'violated') return colours.red(outcome);
  if (outcome === 'holds' || outcome === 'witnessed') return colours.green(outcome);
  return colours.yellow(outcome);
}

export function printViolation(job: Job, verdict: Verdict<Transition>): void {
  if (verdict.path === null) return;
  const { choices, stem } = verdict.path;
  print(`\n${verdict.property} is violated in ${job.name} after ${choices.length} steps.`);
  print(`Path: ${choices.join('.')}\n`);
  const run = follow(createSystem(job.bounds, job.variant), choices);
  print(
    renderSwimLane(run, { complaints: verdict.complaints, ...(stem !== undefined && { stem }) }),
  );
}

export function documentOf(runs: readonly JobRun[], judgement: Judgement): unknown {
  return {
    judgement,
    rows: runs.map(({ job, report, seconds, taken }) => ({
      name: job.name,
      bounds: job.bounds,
      ...featureNames(job.bounds),
      states: report.states,
      edges: report.edges,
      depth: report.depth,
      levels: report.levels,
      bytes: report.bytes,
      seconds,
      isExhausted: report.isExhausted,
      stoppedBy: report.stoppedBy,
      clauses: clausesDocument(taken),
      verdicts: report.verdicts.map(({ path, ...verdict }) => ({
        ...verdict,
        path: path?.choices.join('.') ?? null,
        steps: path?.steps.map(({ label }) => label) ?? null,
        // The steps after the stem are repeated for ever.
        stem: path?.stem ?? null,
      })),
    })),
  };
}
