// The pairs shared among processes: each is the same command with a part of them, and sends every run when it is done,
// so that an interrupt, or a process that ends early, loses nothing that was explored.

import { type ChildProcess, fork } from 'node:child_process';
import { findPair, type Pair, pairs } from '../pairs.ts';
import { rightVariant } from '../system.ts';
import type { RowRun } from './explore-row.ts';
import type { JobRun } from './judgement.ts';
import type { ProgressStream } from './progress.ts';

export interface PairRun extends JobRun {
  job: Pair & { variant: JobRun['job']['variant'] };
}
/** Says which pairs are done. */
export interface Counter {
  count(name: string, run: RowRun): void;
}

/** `of`: so many in all; none: it is silent. */
export function createCounter(of: number, stream: ProgressStream): Counter {
  let done = 0;
  return {
    count(name, { report, seconds }) {
      if (of === 0) return;
      done += 1;
      const { states, isExhausted } = report;
      const far = isExhausted ? '' : ', not exhausted';
      stream.write(`${done} of ${of}: ${name}, ${states} states${far}, ${seconds.toFixed(1)} s\n`);
    },
  };
}

interface Sent {
  name: string;
  run: RowRun;
}

export function sendRun(name: string, run: RowRun): void {
  if (process.send === undefined) throw new Error(`no process waits for the run of ${name}`);
  process.send({ name, run } satisfies Sent);
}

/** The runs in the order of the pairs. */
export async function shareOut(options: {
  processes: number;
  words: readonly string[];
  counter: Counter;
}): Promise<PairRun[]> {
  const { processes, words, counter } = options;
  const runs: PairRun[] = [];
  const take = (message: unknown): void => {
    if (!isSent(message)) throw new Error('a process sent what is not a run');
    const pair = findPair(message.name);
    if (pair === null) throw new Error(`a process sent a run of ${message.name}, which is no pair`);
    runs.push({ job: { ...pair, variant: rightVariant }, ...message.run });
    counter.count(message.name, message.run);
  };
  const children = Array.from({ length: processes }, (_, at) =>
    start([...words, '--part', `${at + 1}/${processes}`, '--send']),
  );
  const pass = (): void => {
    for (const child of children) child.kill('SIGINT');
  };
  process.on('SIGINT', pass);
  await Promise.all(children.map((child) => ended(child, take)));
  process.off('SIGINT', pass);
  const order = pairs.map(({ name }) => name);
  return runs.sort((a, b) => order.indexOf(a.job.name) - order.indexOf(b.job.name));
}

/** Apart from the terminal, whose interrupt comes to it once, from here. */
function start(words: readonly string[]): ChildProcess {
  const [, program = ''] = process.argv;
  return fork(program, words, {
    detached: true,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

const ended = (child: ChildProcess, take: (message: unknown) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    child.on('message', take);
    child.on('error', reject);
    child.on('close', () => resolve());
  });

/** By its words alone: it is the same program that sends it. */
const isSent = (message: unknown): message is Sent =>
  typeof message === 'object' && message !== null && 'name' in message && 'run' in message;
