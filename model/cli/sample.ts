// `lockstep model sample`: passing runs that visit what is named, the shortest first.

import { type Visits, visiting } from '../explore/visit.ts';
import { follow } from '../explore.ts';
import { createRandom } from '../generation/random.ts';
import { findGoal, type Goal, namesNear, watchGoals } from '../goals.ts';
import { renderSwimLane, type SystemRun } from '../swim-lane.ts';
import { createSystem } from '../system.ts';
import { defaultStatesMax } from './check.ts';
import { drive, type Limits } from './explore-row.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import { type Job, type JobOptions, jobsOf, jobWords } from './jobs.ts';
import { exitCodes, print } from './print.ts';

export interface SampleOptions extends JobOptions {
  visit: string[];
  inOrder?: boolean;
  count: number;
  seed?: number;
  depth?: number;
  statesMax?: number;
  path?: boolean;
  json?: boolean;
}

export async function runSample(options: SampleOptions): Promise<void> {
  const jobs = jobsOf(options);
  const goals = goalsOf(options.visit);
  if (jobs === null || goals === null) return;
  const interrupt = listenForInterrupt();
  const found = await search({ jobs, goals, options, interrupt });
  interrupt.stop();
  if (found.samples.length === 0) refuse(found, goals, interrupt.isHeard());
  else {
    process.exitCode = interrupt.isHeard() ? exitCodes.interrupted : exitCodes.ok;
    if (found.samples.length < options.count) sayFewer(found, options.count);
  }
  if (options.json === true) {
    print(JSON.stringify({ goals: goals.map(kindAndName), ...documentOf(found, goals) }, null, 2));
    return;
  }
  found.samples.forEach((sample, index) => {
    if (options.path === true) print(wordsOf(sample, options));
    else printSample({ sample, goals, options, isFirst: index === 0 });
  });
}

/** Null: refused, and said so. */
function goalsOf(names: readonly string[]): Goal[] | null {
  if (names.length > goalsMax) {
    return refuseGoal(`at most ${goalsMax} goals, got ${names.length}`, []);
  }
  const goals: Goal[] = [];
  for (const name of names) {
    const goal = findGoal(name);
    if (goal === null) return refuseGoal(`no chart has the state ${name}`, namesNear(name));
    goals.push(goal);
  }
  return goals;
}

/** Each doubles the states at worst. */
const goalsMax = 12;

function refuseGoal(what: string, near: readonly string[]): null {
  const remedy = near.length === 0 ? '' : ` Near: ${near.join(', ')}.`;
  process.stderr.write(`lockstep model: ${what}.${remedy}\n`);
  process.exitCode = exitCodes.usage;
  return null;
}

interface Sample {
  job: Job;
  choices: readonly number[];
}
interface Found {
  samples: readonly Sample[];
  searched: readonly Job[];
  /** The goals that some step visited, as bits. */
  visited: number;
  isExhausted: boolean;
  labels: ReadonlySet<string>;
}

/** Row by row, each no deeper than would still give a shorter run than those found. */
async function search(task: {
  jobs: readonly Job[];
  goals: readonly Goal[];
  options: SampleOptions;
  interrupt: Interrupt;
}): Promise<Found> {
  const { jobs, goals, options, interrupt } = task;
  const { count, depth = Number.POSITIVE_INFINITY, statesMax = defaultStatesMax } = options;
  const searched: Job[] = [];
  const labels = new Set<string>();
  let samples: Sample[] = [];
  let [visited, isExhausted] = [0, true];
  for (const job of jobs) {
    const longest = samples.length < count ? depth + 1 : (samples.at(-1)?.choices.length ?? 0);
    const depthMax = Math.min(depth, longest - 1);
    if (depthMax < 1 || interrupt.isHeard()) break;
    const { visits, seen } = await searchJob({ ...task, job, limits: { statesMax, depthMax } });
    samples = [...samples, ...visits.runs.map((choices) => ({ job, choices }))]
      .sort((one, other) => one.choices.length - other.choices.length)
      .slice(0, count);
    searched.push(job);
    visited |= visits.visited;
    isExhausted &&= visits.isExhausted;
    for (const label of seen) labels.add(label);
  }
  return { samples, searched, visited, isExhausted, labels };

  async function searchJob(asked: { job: Job; limits: Limits }): Promise<{
    visits: Visits;
    seen: ReadonlySet<string>;
  }> {
    const { job, limits } = asked;
    const model = createSystem(job.bounds, job.variant);
    const watch = watchGoals(model, goals);
    const walk = visiting({
      model,
      ...limits,
      goals: goals.length,
      initially: watch.initially,
      look: watch.look,
      inOrder: options.inOrder === true,
      count,
      ...(options.seed === undefined ? {} : { random: createRandom(options.seed) }),
    });
    const { result } = await drive({ name: job.name, walk, interrupt });
    return { visits: result, seen: watch.labels() };
  }
}

function sayFewer(found: Found, count: number): void {
  const { samples } = found;
  process.stderr.write(
    `lockstep model: ${count} runs were asked for, and there are ${samples.length} ${whereOf(found)}.\n`,
  );
}

/** `within the bounds of core, again`. */
function whereOf({ searched, isExhausted }: Found): string {
  const names = searched.map(({ name }) => name).join(', ');
  return `${isExhausted ? 'within the bounds of' : 'in what was seen of'} ${names}`;
}

/** Says which goals nothing visits and what may have been meant, or that no run visits all. */
function refuse(found: Found, goals: readonly Goal[], isInterrupted: boolean): void {
  const { visited, isExhausted, labels } = found;
  const where = whereOf(found);
  const never = goals.filter((_, at) => (visited & (1 << at)) === 0);
  for (const goal of never) {
    const near = namesNear(goal.name, labels).filter((name) => name !== goal.name);
    const remedy = near.length === 0 ? '' : ` Near: ${near.join(', ')}.`;
    const what =
      goal.kind === 'label'
        ? `${goal.name} names no property, clause or chart state, and no label has it`
        : `the ${goal.kind} ${goal.name} is not visited`;
    process.stderr.write(`lockstep model: ${what} ${where}.${remedy}\n`);
  }
  if (never.length === 0) {
    process.stderr.write(
      `lockstep model: each goal is visited, but by no run all of them (in this order) ${where}.\n`,
    );
  }
  process.exitCode = isInterrupted
    ? exitCodes.interrupted
    : isExhausted
      ? exitCodes.violated
      : exitCodes.partial;
}

const runOf = ({ job, choices }: Sample): SystemRun =>
  follow(createSystem(job.bounds, job.variant), choices);

const pathOf = ({ choices }: Sample): string => choices.join('.');
/** The options that give the run again; a run of no step has no path. */
function wordsOf(sample: Sample, options: JobOptions): string {
  const words = jobWords({ ...options, row: sample.job.name });
  return sample.choices.length === 0 ? words : `${words} --path ${pathOf(sample)}`;
}

const kindAndName = ({ kind, name }: Goal): { kind: string; name: string } => ({ kind, name });

function printSample(shown: {
  sample: Sample;
  goals: readonly Goal[];
  options: SampleOptions;
  isFirst: boolean;
}): void {
  const { sample, goals, options, isFirst } = shown;
  const { job, choices } = sample;
  print(`${isFirst ? '' : '\n'}${choices.length} steps in ${job.name}.`);
  print(`lockstep model check ${wordsOf(sample, options)}\n`);
  const notes = (moment: SystemRun[number]): string[] =>
    goals.filter((goal) => goal.isVisited(moment)).map(({ name }) => `visits ${name}`);
  print(renderSwimLane(runOf(sample), [], notes));
}

function documentOf({ samples, isExhausted }: Found, goals: readonly Goal[]): object {
  return {
    isExhausted,
    runs: samples.map((sample) => {
      const run = runOf(sample);
      return {
        row: sample.job.name,
        bounds: sample.job.bounds,
        path: pathOf(sample),
        steps: run.map((moment) => ({
          label: moment.step.label,
          visits: goals.filter((goal) => goal.isVisited(moment)).map(({ name }) => name),
        })),
      };
    }),
  };
}
