// `lockstep model check`: explores the rows, prints a table of them, and every property's verdict with how often its
// premise held.

import { isDoubled } from '../doubling.ts';
import { properties } from '../properties.ts';
import { livenessRows, rows } from '../rows.ts';
import type { Part } from './arguments.ts';
import { runDouble } from './double.ts';
import { exploreRow, type Limits } from './explore-row.ts';
import { listenForInterrupt } from './interrupt.ts';
import { type Job, type JobOptions, jobsOf } from './jobs.ts';
import { isJudgedIn, type Judged, judgedIn, judgedOf } from './judged.ts';
import { type JobRun, judge } from './judgement.ts';
import { runPairs } from './pairs.ts';
import { exitCodes, print, refuseUsage } from './print.ts';
import { printClauses } from './print-clauses.ts';
import { documentOf, printRuns } from './print-runs.ts';
import { showPath } from './show-path.ts';

export interface CheckOptions extends JobOptions {
  property?: string[];
  depth?: number;
  statesMax?: number;
  memoryMax?: number;
  double?: boolean;
  pairs?: boolean;
  jobs?: number;
  part?: Part;
  send?: boolean;
  reduce?: boolean;
  symmetry?: boolean;
  path?: number[];
  json?: boolean;
  clauses?: boolean;
}

export async function runCheck(options: CheckOptions): Promise<void> {
  if (options.pairs === true) {
    await runAllPairs(options);
    return;
  }
  const stray = pairsOnly.find((name) => options[name] !== undefined);
  if (stray !== undefined) {
    refuseUsage(`expected --pairs beside --${stray}, got none`, ['--pairs']);
    return;
  }
  const jobs = jobsOf(options, options.double === true ? rows : [...rows, ...livenessRows]);
  const chosen = judgedOf(options.property);
  if (jobs === null || chosen === null) return;
  const [first] = jobs;
  if (options.path !== undefined && first !== undefined) {
    runPath(first, options.path, options, chosen);
    return;
  }
  if (options.double === true) {
    await runDoubled(jobs, options, chosen);
    return;
  }
  const judging = jobs.filter((job) => isJudgedIn(job, chosen));
  if (judging.length === 0) {
    const known = livenessRows.map(({ name }) => name);
    refuseUsage(`expected a row that judges ${options.property?.join(', ')}, got another`, known);
    return;
  }
  const runs = await runJobs(judging, chosen, {
    statesMax: defaultStatesMax,
    ...limitsOf(options),
    countsTaken: options.clauses === true,
  });
  const isEverything = options.row === undefined && options.bug === undefined;
  const judgement = judge(runs, isEverything);
  if (options.json === true) print(JSON.stringify(documentOf(runs, judgement), null, 2));
  else printRuns(runs, judgement);
  if (options.clauses === true && options.json !== true) printClauses(runs);
  process.exitCode = exitCodes[judgement];
}

const pairsOnly = ['jobs', 'part', 'send'] as const;
const notOfPairs = ['row', 'bug', 'bounds', 'double', 'path', 'clauses'] as const;

async function runAllPairs(options: CheckOptions): Promise<void> {
  const stray = notOfPairs.find((name) => options[name] !== undefined);
  const { jobs = 1, part = null } = options;
  if (stray !== undefined || (part !== null && jobs > 1)) {
    refuseUsage(`expected --pairs with --jobs or --part, got --${stray ?? 'jobs and --part'}`, [
      '--jobs',
      '--part',
    ]);
    return;
  }
  const chosen = judgedOf(options.property);
  if (chosen === null) return;
  const limits = limitsOf(options);
  await runPairs({
    properties: chosen.properties,
    limits: { statesMax: defaultStatesMax, ...limits },
    part,
    processes: jobs,
    words: ['model', 'check', '--pairs', ...limitWords(options)],
    isPart: options.send === true,
    json: options.json === true,
    isEverything: options.property === undefined,
  });
}

/** The options that a process with a part of the pairs is given too. */
const limitWords = ({ property = [], depth, statesMax, memoryMax }: CheckOptions): string[] => [
  ...property.flatMap((name) => ['--property', name]),
  ...(depth === undefined ? [] : ['--depth', String(depth)]),
  ...(statesMax === undefined ? [] : ['--states-max', String(statesMax)]),
  ...(memoryMax === undefined ? [] : ['--memory-max', String(memoryMax)]),
];

async function runJobs(
  jobs: readonly Job[],
  judged: Judged,
  { countsTaken, ...limits }: Limits & { countsTaken: boolean },
): Promise<JobRun[]> {
  const interrupt = listenForInterrupt();
  const runs: JobRun[] = [];
  for (const job of jobs) {
    const judging = { ...judgedIn(job, judged), limits, interrupt, countsTaken };
    const run = await exploreRow({ ...job, ...judging });
    runs.push({ job, ...run });
    if (interrupt.isHeard()) break;
  }
  interrupt.stop();
  return runs;
}

/** What happens in the end is said of a whole run, and nothing of one step. */
function runPath(job: Job, path: readonly number[], options: CheckOptions, judged: Judged): void {
  const isAsked = options.property !== undefined;
  const [prospect] = judged.prospects;
  if (isAsked && prospect !== undefined) {
    const known = properties.map(({ name }) => name);
    refuseUsage(`expected properties of single steps with --path, got ${prospect.name}`, known);
    return;
  }
  const asked = isAsked ? judged.properties : [];
  showPath(job, path, { properties: asked, json: options.json === true });
}

async function runDoubled(
  jobs: readonly Job[],
  options: CheckOptions,
  judged: Judged,
): Promise<void> {
  const exempt = jobs.find((job) => !isDoubled(job));
  if (exempt !== undefined || judged.properties.length === 0) {
    const got = exempt?.name ?? options.property?.join(', ');
    const known = rows.map(({ name }) => name);
    refuseUsage(
      `expected a row and properties that are judged in larger bounds, got ${got}`,
      known,
    );
    return;
  }
  const limits = limitsOf(options);
  await runDouble(jobs, judged.properties, { limits, json: options.json === true });
}

/** The tables hold 20 to 32 bytes a state: 1.5 GiB at most, and minutes; more is asked for by name. */
export const defaultStatesMax = 50_000_000;

const limitsOf = ({
  statesMax,
  depth,
  memoryMax,
  reduce,
  symmetry,
}: CheckOptions): Partial<Limits> => ({
  ...(statesMax === undefined ? {} : { statesMax }),
  ...(depth === undefined ? {} : { depthMax: depth }),
  ...(memoryMax === undefined ? {} : { bytesMax: memoryMax }),
  ...(reduce === undefined ? {} : { isReduced: reduce }),
  ...(symmetry === undefined ? {} : { isSymmetric: symmetry }),
});
