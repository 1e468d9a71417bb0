// `lockstep model check`: explores the rows, prints a table of them, and every property's verdict with how often its
// premise held.

import { findProperty, properties, type SystemProperty } from '../properties.ts';
import { runDouble } from './double.ts';
import { exploreRow, type Limits } from './explore-row.ts';
import { listenForInterrupt } from './interrupt.ts';
import { type Job, type JobOptions, jobsOf } from './jobs.ts';
import { type JobRun, judge } from './judgement.ts';
import { exitCodes, print, refuseUsage } from './print.ts';
import { documentOf, printRuns } from './print-runs.ts';
import { showPath } from './show-path.ts';

export interface CheckOptions extends JobOptions {
  property?: string[];
  depth?: number;
  statesMax?: number;
  memoryMax?: number;
  double?: boolean;
  path?: number[];
  json?: boolean;
}

export async function runCheck(options: CheckOptions): Promise<void> {
  const jobs = jobsOf(options);
  const chosen = propertiesOf(options.property);
  if (jobs === null || chosen === null) return;
  const [first] = jobs;
  if (options.path !== undefined && first !== undefined) {
    const asked = options.property === undefined ? [] : chosen;
    showPath(first, options.path, { properties: asked, json: options.json === true });
    return;
  }
  if (options.double === true) {
    await runDouble(jobs, chosen, { limits: limitsOf(options), json: options.json === true });
    return;
  }
  const runs = await runJobs(jobs, chosen, { statesMax: defaultStatesMax, ...limitsOf(options) });
  const isEverything = options.row === undefined && options.bug === undefined;
  const judgement = judge(runs, isEverything);
  if (options.json === true) print(JSON.stringify(documentOf(runs, judgement), null, 2));
  else printRuns(runs, judgement);
  process.exitCode = exitCodes[judgement];
}

async function runJobs(
  jobs: readonly Job[],
  judged: readonly SystemProperty[],
  limits: Limits,
): Promise<JobRun[]> {
  const interrupt = listenForInterrupt();
  const runs: JobRun[] = [];
  for (const job of jobs) {
    const run = await exploreRow({ ...job, properties: judged, limits, interrupt });
    runs.push({ job, ...run });
    if (interrupt.isHeard()) break;
  }
  interrupt.stop();
  return runs;
}

/** All where none is named; null: refused, and said so. */
export function propertiesOf(
  names: readonly string[] | undefined,
): readonly SystemProperty[] | null {
  if (names === undefined) return properties;
  const missing = names.find((name) => findProperty(name) === null);
  if (missing === undefined) return properties.filter(({ name }) => names.includes(name));
  const known = properties.map(({ name }) => name);
  refuseUsage(`no property ${missing}`, known);
  return null;
}

/** The tables hold 22 to 44 bytes a state: 2 GiB at most, and minutes; more is asked for by name. */
export const defaultStatesMax = 50_000_000;

const limitsOf = ({ statesMax, depth, memoryMax }: CheckOptions): Partial<Limits> => ({
  ...(statesMax === undefined ? {} : { statesMax }),
  ...(depth === undefined ? {} : { depthMax: depth }),
  ...(memoryMax === undefined ? {} : { bytesMax: memoryMax }),
});
