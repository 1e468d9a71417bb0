// Progress of an exploration: once a second in one line of a terminal, every half minute as a line of its own elsewhere.
// What remains is a guess from how the levels shrink, and is said to be unknown while they grow.

import type { Figures } from '../explore.ts';

/** Where progress goes: standard error, or a test. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}
export interface Progress {
  show(figures: Figures): void;
  /** Clears the line of a terminal. */
  end(): void;
}

export const terminalEvery = 1000;
export const linesEvery = 30_000;

export function createProgress(options: {
  name: string;
  stream: ProgressStream;
  /** Milliseconds. */
  now: () => number;
}): Progress {
  const { name, stream, now } = options;
  const started = now();
  let shown = started;
  const isTerminal = stream.isTTY === true;
  const every = isTerminal ? terminalEvery : linesEvery;
  return {
    show(figures) {
      const time = now();
      if (time - shown < every) return;
      shown = time;
      const line = `${name}: ${describe(figures, (time - started) / 1000)}`;
      if (!isTerminal) stream.write(`${line}\n`);
      else stream.write(`\r${line.slice(0, (stream.columns || columnsWithout) - 1)}\x1b[K`);
    },
    end() {
      if (isTerminal && shown !== started) stream.write('\r\x1b[K');
    },
  };
}

function describe(figures: Figures, seconds: number): string {
  const { states, depth, waiting, bytes } = figures;
  const expanded = states - waiting;
  const remaining = estimateRemaining(figures);
  const left = remaining === null ? '-' : duration((remaining * seconds) / Math.max(1, expanded));
  const rate = Math.round(states / seconds);
  const numbers = [`${grouped(states)} states`, `${grouped(rate)}/s`, `depth ${depth}`];
  return [...numbers, `${grouped(waiting)} waiting`, size(bytes), `left: ${left}`].join(', ');
}

/**
 * States still to be expanded, when each level shrinks and shrinks at least as fast as the one before; null: not yet
 * to be known.
 */
export function estimateRemaining({
  levels,
  states,
  waiting,
}: Pick<Figures, 'levels' | 'states' | 'waiting'>): number | null {
  const [third = 0, second = 0, last = 0] = levels.slice(-3);
  if (levels.length < 3 || last >= second) return null;
  const known = levels.reduce((sum, level) => sum + level, 0);
  let growth = last / second;
  const trend = Math.min(1, growth / (second / third));
  let remaining = known - (states - waiting);
  for (let level = last * growth; level >= 1; level *= growth) {
    remaining += level;
    growth *= trend;
  }
  return Math.max(remaining, waiting);
}

const grouped = (value: number): string => value.toLocaleString('en');

function size(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${mebibytes.toFixed(0)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}

/** Where a terminal does not say how wide it is. */
const columnsWithout = 80;
