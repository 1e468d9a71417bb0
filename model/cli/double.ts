// `lockstep model check --double`: each row again with each of its bounds doubled in turn. A bound that adds states cuts
// something off; one that adds none is explained by its row. The properties are judged in the larger bounds too.

import { type Doubled, doublingsOf, withDoubled } from '../doubling.ts';
import type { SystemProperty } from '../properties.ts';
import { exploreRow, type Limits } from './explore-row.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import type { Job } from './jobs.ts';
import { type JobRun, type Judgement, judge } from './judgement.ts';
import { colours, exitCodes, print, renderTable } from './print.ts';
import { printViolation } from './print-runs.ts';

/** `limits` without a number of states: a doubled row is left as soon as it has more states than the row. */
export async function runDouble(
  jobs: readonly Job[],
  properties: readonly SystemProperty[],
  { limits, json }: { limits: DoubleLimits; json: boolean },
): Promise<void> {
  const interrupt = listenForInterrupt();
  const rows: RowDoubled[] = [];
  for (const job of jobs) {
    const row = await doubleRow({ job, properties, limits, interrupt });
    rows.push(row);
    if (!json) print(describe(row));
    if (interrupt.isHeard()) break;
  }
  interrupt.stop();
  const judgement = judgeAll(rows);
  if (json) print(JSON.stringify({ judgement, rows: rows.map(documentOf) }, null, 2));
  else print(sentences[judgement]);
  process.exitCode = exitCodes[judgement];
}

type DoubleLimits = Omit<Limits, 'statesMax'> & { statesMax?: number };
type Effect = 'adds' | 'explained' | 'unexplained' | 'contradicted' | 'undecided';

interface RowDoubled {
  base: JobRun;
  doublings: readonly { doubled: Doubled; run: JobRun; effect: Effect }[];
}

async function doubleRow(task: {
  job: Job;
  properties: readonly SystemProperty[];
  limits: DoubleLimits;
  interrupt: Interrupt;
}): Promise<RowDoubled> {
  const { job, properties, limits, interrupt } = task;
  const explore = async (bounded: Job, statesMax: number): Promise<JobRun> => {
    const options = { ...bounded, properties, limits: { ...limits, statesMax }, interrupt };
    return { job: bounded, ...(await exploreRow(options)) };
  };
  const base = await explore(job, limits.statesMax ?? rowStatesMax);
  const doublings: RowDoubled['doublings'][number][] = [];
  for (const doubled of doublingsOf(job.bounds)) {
    if (interrupt.isHeard()) break;
    const { bound, to } = doubled;
    const name = `${job.name} ${bound}=${to}`;
    const bounds = withDoubled(job.bounds, [doubled]);
    const run = await explore({ ...job, name, bounds }, limits.statesMax ?? base.report.states);
    doublings.push({ doubled, run, effect: effectOf(base, run, job.saturated[bound]) });
  }
  return { base, doublings };
}

/** More than any row has. */
const rowStatesMax = 10_000_000;

function effectOf(base: JobRun, run: JobRun, reason: string | undefined): Effect {
  if (!base.report.isExhausted) return 'undecided';
  if (run.report.states > base.report.states) return reason === undefined ? 'adds' : 'contradicted';
  if (!run.report.isExhausted) return 'undecided';
  return reason === undefined ? 'unexplained' : 'explained';
}

function judgeAll(rows: readonly RowDoubled[]): Judgement {
  const runs = rows.flatMap(({ base, doublings }) => [base, ...doublings.map(({ run }) => run)]);
  const effects = rows.flatMap(({ doublings }) => doublings.map(({ effect }) => effect));
  const judgement = judge(runs, false);
  if (judgement === 'interrupted' || judgement === 'violated') return judgement;
  if (effects.some((effect) => effect === 'unexplained' || effect === 'contradicted')) {
    return 'violated';
  }
  return effects.includes('undecided') ? 'partial' : 'ok';
}

const sentences: Readonly<Record<Judgement, string>> = {
  ok: 'Every bound adds states when doubled, or its row says why not; no property is violated in what was seen.',
  violated: 'A bound is not as its row says, or a property is violated in larger bounds.',
  partial: 'Partial: some row was not seen far enough to tell.',
  interrupted: 'Interrupted, so partial: what was not seen is not judged.',
};

function describe({ base, doublings }: RowDoubled): string {
  const { job, report } = base;
  const rows = doublings.map(({ doubled: { bound, from, to }, run, effect }) => [
    bound,
    `${from} -> ${to}`,
    run.report.isExhausted ? String(run.report.states) : `at least ${run.report.states}`,
    run.seconds.toFixed(1),
    say(effect, job.saturated[bound]),
  ]);
  const head = [job.name, '', `${report.states} states`, 'seconds', ''];
  for (const { run } of doublings) {
    for (const verdict of run.report.verdicts) {
      if (verdict.outcome === 'violated') printViolation(run.job, verdict);
    }
  }
  return `${renderTable(head, rows)}\n`;
}

function say(effect: Effect, reason: string | undefined): string {
  switch (effect) {
    case 'adds':
      return 'adds states';
    case 'explained':
      return `adds none: ${reason}`;
    case 'unexplained':
      return colours.red('adds none, and the row does not say why');
    case 'contradicted':
      return colours.red(`adds states, though the row says that ${reason}`);
    case 'undecided':
      return colours.yellow('not decided');
  }
}

const documentOf = ({ base, doublings }: RowDoubled): unknown => ({
  name: base.job.name,
  bounds: base.job.bounds,
  states: base.report.states,
  isExhausted: base.report.isExhausted,
  doublings: doublings.map(({ doubled, run, effect }) => ({
    ...doubled,
    effect,
    reason: base.job.saturated[doubled.bound] ?? null,
    states: run.report.states,
    isExhausted: run.report.isExhausted,
    violated: run.report.verdicts
      .filter(({ outcome }) => outcome === 'violated')
      .map(({ property, complaints, path }) => ({
        property,
        complaints,
        path: path?.choices.join('.') ?? null,
      })),
  })),
});
