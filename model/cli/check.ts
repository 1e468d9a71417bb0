// `lockstep model check`: explores the rows, prints a table of them, and every property's verdict with how often its
// premise held.

import { follow, type Verdict } from '../explore.ts';
import { findProperty, properties, prospects } from '../properties.ts';
import { findRow, livenessRows, type Row, rows } from '../rows.ts';
import { findBug, seededBugs } from '../seeded-bugs.ts';
import { renderSwimLane } from '../swim-lane.ts';
import { createSystem, rightVariant, type Transition, type Variant } from '../system.ts';
import { exploreRow, type RowRun } from './explore-row.ts';
import { isJudgedIn, judgedIn } from './judged.ts';
import { colours, exitCodes, print, refuseUsage, renderTable } from './print.ts';

export interface CheckOptions {
  row?: string;
  bug?: string;
  property?: string;
  statesMax: number;
  path?: number[];
  json?: boolean;
}
interface Job extends Row {
  variant: Variant;
}
interface JobRun extends RowRun {
  job: Job;
}

export async function runCheck(options: CheckOptions): Promise<void> {
  const jobs = jobsOf(options);
  if (jobs === null) return;
  const chosen = options.property === undefined ? null : findProperty(options.property);
  if (options.property !== undefined && chosen === null) {
    const known = [...properties, ...prospects].map(({ name }) => name);
    refuseUsage(`no property ${options.property}`, known);
    return;
  }
  if (options.path !== undefined) {
    showPath(jobs, options.path);
    return;
  }
  const judging = jobs.filter((job) => isJudgedIn(job, options.property));
  if (judging.length === 0) {
    const known = livenessRows.map(({ name }) => name);
    refuseUsage(`expected a row that judges ${options.property}, got another`, known);
    return;
  }
  const runs: JobRun[] = [];
  for (const job of judging) {
    const { statesMax } = options;
    const run = await exploreRow({ ...job, ...judgedIn(job, options.property), statesMax });
    runs.push({ job, ...run });
    if (run.isInterrupted) break;
  }
  const judgement = judge(runs, options);
  if (options.json === true) print(JSON.stringify(documentOf(runs, judgement), null, 2));
  else printRuns(runs, judgement);
  process.exitCode = exitCodes[judgement];
}

type Judgement = 'ok' | 'violated' | 'partial' | 'interrupted';

function jobsOf({ row, bug }: CheckOptions): Job[] | null {
  if (bug !== undefined) {
    const found = findBug(bug);
    if (found === null) {
      const known = seededBugs.map(({ name }) => name);
      refuseUsage(`no seeded bug ${bug}`, known);
      return null;
    }
    return [{ ...found, why: '' }];
  }
  if (row === undefined) {
    return [...rows, ...livenessRows].map((one) => ({ ...one, variant: rightVariant }));
  }
  const found = findRow(row);
  if (found !== null) return [{ ...found, variant: rightVariant }];
  const known = rows.map(({ name }) => name);
  refuseUsage(`no row ${row}`, known);
  return null;
}

/** A run by its choices; without a row or a bug it is of the first row. */
function showPath(jobs: readonly Job[], path: readonly number[]): void {
  const [job] = jobs;
  if (job === undefined) return;
  try {
    print(renderSwimLane(follow(createSystem(job.bounds, job.variant), path)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuseUsage(`${reason} in row ${job.name}`, ['the paths that check and bugs print']);
  }
}

function judge(runs: readonly JobRun[], options: CheckOptions): Judgement {
  if (runs.some(({ isInterrupted }) => isInterrupted)) return 'interrupted';
  const verdicts = runs.flatMap(({ report }) => report.verdicts);
  if (verdicts.some(({ outcome }) => outcome === 'violated')) return 'violated';
  if (runs.some(({ report }) => !report.isExhausted)) return 'partial';
  const isEverything = options.row === undefined && options.bug === undefined;
  return isEverything && idle(runs).length > 0 ? 'partial' : 'ok';
}

/** Properties whose premise never held, in no row that was run: they are no evidence. */
const idle = (runs: readonly JobRun[]): string[] =>
  names(runs).filter((name) => premiseOf(runs, name) === 0);

const names = (runs: readonly JobRun[]): string[] => [
  ...new Set(runs.flatMap(({ report }) => report.verdicts.map(({ property }) => property))),
];

const verdictsOf = (runs: readonly JobRun[], name: string) =>
  runs.flatMap(({ job, report }) =>
    report.verdicts.filter(({ property }) => property === name).map((one) => ({ job, one })),
  );

const premiseOf = (runs: readonly JobRun[], name: string): number =>
  verdictsOf(runs, name).reduce((sum, { one }) => sum + one.premise, 0);

function printRuns(runs: readonly JobRun[], judgement: Judgement): void {
  print(
    renderTable(
      ['row', 'states', 'edges', 'depth', 'seconds', ''],
      runs.map(({ job, report, seconds }) => [
        job.name,
        String(report.states),
        String(report.edges),
        String(report.depth),
        seconds.toFixed(1),
        report.isExhausted ? 'exhausted' : 'not exhausted',
      ]),
    ),
  );
  print('');
  printBounds(runs);
  print('');
  print(renderTable(['property', 'verdict', 'premise', ''], names(runs).map(rowOf(runs))));
  for (const { job, report } of runs) {
    for (const verdict of report.verdicts) {
      if (verdict.outcome === 'violated') printViolation(job, verdict);
    }
  }
  print(`\n${sentence(judgement)}`);
}

/** What each row lets happen, and why that is enough; a seeded bug's row has no reason of its own. */
function printBounds(runs: readonly JobRun[]): void {
  for (const { job } of runs) {
    const why = job.why === '' ? '' : `; ${job.why}`;
    print(`${job.name}: ${job.about}${why}`);
  }
}

const rowOf =
  (runs: readonly JobRun[]) =>
  (name: string): string[] => {
    const all = verdictsOf(runs, name);
    const witnesses = all.filter(({ one }) => one.outcome === 'witnessed');
    const shortest = witnesses
      .map(({ job, one }) => ({ row: job.name, steps: one.path?.choices.length ?? 0 }))
      .sort((a, b) => a.steps - b.steps)[0];
    const where = shortest === undefined ? '' : `${shortest.steps} steps in ${shortest.row}`;
    const outcomes = all.map(({ one }) => one.outcome);
    const worst = ranking.find((outcome) => outcomes.includes(outcome)) ?? 'unwitnessed';
    const about = findProperty(name)?.about ?? '';
    const seen = where === '' ? about : `${where}: ${about}`;
    return [name, painted(worst), String(premiseOf(runs, name)), seen];
  };

/** Over all rows: one violation is a violation, one witness is a witness. */
const ranking = ['violated', 'witnessed', 'partial', 'holds', 'unwitnessed'] as const;

function painted(outcome: Verdict<Transition>['outcome']): string {
  if (outcome === 'violated') return colours.red(outcome);
  if (outcome === 'holds' || outcome === 'witnessed') return colours.green(outcome);
  return colours.yellow(outcome);
}

function printViolation(job: Job, verdict: Verdict<Transition>): void {
  if (verdict.path === null) return;
  const { choices } = verdict.path;
  print(`\n${verdict.property} is violated in ${job.name} after ${choices.length} steps.`);
  print(`Path: ${choices.join('.')}\n`);
  const run = follow(createSystem(job.bounds, job.variant), choices);
  print(renderSwimLane(run, verdict.complaints, verdict.path.stem));
}

function sentence(judgement: Judgement): string {
  switch (judgement) {
    case 'ok':
      return 'Every property holds within the bounds.';
    case 'violated':
      return 'A property is violated.';
    case 'partial':
      return 'Partial: no violation found, but not everything within the bounds was seen.';
    case 'interrupted':
      return 'Interrupted, so partial: what was not seen is not judged.';
  }
}

function documentOf(runs: readonly JobRun[], judgement: Judgement): unknown {
  return {
    judgement,
    rows: runs.map(({ job, report, seconds }) => ({
      name: job.name,
      bounds: job.bounds,
      states: report.states,
      edges: report.edges,
      depth: report.depth,
      seconds,
      isExhausted: report.isExhausted,
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
