// `lockstep model check --pairs`: a row for every two features, here or shared among processes, and a table that says
// for each how far it was explored, what came of it, and what is on.

import { type Feature, features, given } from '../features.ts';
import { base, boundsBeyond, type Pair, pairs, pairsWhy } from '../pairs.ts';
import { rightVariant } from '../system.ts';
import type { Part } from './arguments.ts';
import { boundsToText } from './bounds.ts';
import { exploreRow, type Limits } from './explore-row.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import type { Judged } from './judged.ts';
import { type Judgement, judge } from './judgement.ts';
import { type Counter, createCounter, type PairRun, sendRun, shareOut } from './pair-processes.ts';
import { colours, exitCodes, print, renderTable } from './print.ts';
import { documentOf, extent, printJudged } from './print-runs.ts';

export interface PairsTask {
  properties: Judged['properties'];
  limits: Limits;
  /** Every so many of the pairs, from one of them on; null: all. */
  part: Part | null;
  processes: number;
  /** Of the command line, for each of the processes. */
  words: readonly string[];
  /** This is such a process: each run goes to its parent, and nothing is printed. */
  isPart: boolean;
  json: boolean;
  /** No property was left out: a premise that never held is a hole. */
  isEverything: boolean;
}
export async function runPairs(task: PairsTask): Promise<void> {
  const { part, processes, words, isPart, json } = task;
  const chosen = pairs.filter((_, at) => part === null || at % part.of === part.index);
  const interrupt = listenForInterrupt();
  const counter = createCounter(isPart ? 0 : chosen.length, process.stderr);
  const runs =
    processes === 1
      ? await explorePairs(chosen, task, { interrupt, counter })
      : await shareOut({ processes, words, counter });
  interrupt.stop();
  // An interrupt may be heard before anything was explored.
  const judgement = interrupt.isHeard() ? 'interrupted' : judgePairs(runs, chosen, task);
  process.exitCode = exitCodes[judgement];
  if (isPart) return;
  if (json) print(JSON.stringify(documentOf(runs, judgement), null, 2));
  else printPairs(runs, judgement);
}

async function explorePairs(
  chosen: readonly Pair[],
  { properties, limits, isPart }: PairsTask,
  { interrupt, counter }: { interrupt: Interrupt; counter: Counter },
): Promise<PairRun[]> {
  const runs: PairRun[] = [];
  for (const pair of chosen) {
    const job = { ...pair, variant: rightVariant };
    const run = await exploreRow({ ...job, properties, prospects: [], limits, interrupt });
    runs.push({ job, ...run });
    if (isPart) sendRun(pair.name, run);
    counter.count(pair.name, run);
    if (interrupt.isHeard()) break;
  }
  return runs;
}

function judgePairs(
  runs: readonly PairRun[],
  chosen: readonly Pair[],
  { part, isEverything }: PairsTask,
): Judgement {
  const judgement = judge(runs, isEverything && part === null);
  if (judgement !== 'ok') return judgement;
  const isSeen = runs.length === chosen.length && runs.every((run) => unseenIn(run).length === 0);
  return isSeen ? 'ok' : 'partial';
}

/** What a pair was made for and did not show, of what was judged. */
function unseenIn({ job, report }: PairRun): string[] {
  return report.verdicts
    .filter(({ property, premise }) => premise === 0 && job.premises.includes(property))
    .map(({ property }) => property);
}

function printPairs(runs: readonly PairRun[], judgement: Judgement): void {
  const rows = runs.map((run) => [
    run.job.name,
    String(run.report.states),
    String(run.report.edges),
    String(run.report.depth),
    run.seconds.toFixed(1),
    verdictOf(run),
    boundsToText(boundsBeyond(run.job.bounds, base)),
  ]);
  print(renderTable(['pair', 'states', 'edges', 'depth', 'seconds', 'verdict', 'on'], rows));
  print('\nOn in every pair, but that among three hosts no silence is false:');
  print(renderTable([], given.map(describe)));
  print('\nOff, in every pair that does not name it:');
  print(renderTable([], features.map(describe)));
  print(`\nThat is enough: ${pairsWhy}.`);
  for (const { name, why } of pairs) if (why !== pairsWhy) print(`${name}: ${why}.`);
  print('');
  printJudged(runs, judgement);
}

function verdictOf(run: PairRun): string {
  const { report } = run;
  if (report.verdicts.some(({ outcome }) => outcome === 'violated')) {
    return colours.red('violated');
  }
  if (!report.isExhausted) return colours.yellow(extent(report));
  const unseen = unseenIn(run);
  return unseen.length === 0
    ? colours.green('holds')
    : colours.yellow(`holds; not seen: ${unseen.join(', ')}`);
}

const describe = ({ name, about, bounds, room }: Feature): string[] => [
  name,
  boundsToText({ ...bounds, ...room }),
  about,
];
