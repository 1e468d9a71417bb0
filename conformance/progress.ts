// Progress of a run: once a second in one line of a terminal, every half minute as a line of its own elsewhere.
// What remains is guessed from the rate of the last half minute. Spec: conformance.md, "Reports".

/** Where progress goes: standard error, or a test. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}
export interface ProgressOptions {
  readonly stream: ProgressStream;
  readonly planned: number;
  /** Milliseconds. */
  now(): number;
}
export interface Progress {
  /** So many cases are done, and so many of them did not pass. */
  show(done: number, bad: number): void;
  /** Clears the line of a terminal. */
  end(): void;
}

export const terminalEvery = 1000;
export const linesEvery = 30_000;
const windowMs = 30_000;
const barWidth = 24;

export function createProgress({ stream, planned, now }: ProgressOptions): Progress {
  const isTerminal = stream.isTTY === true;
  const every = isTerminal ? terminalEvery : linesEvery;
  let marks: readonly Mark[] = [{ at: now(), done: 0 }];
  let shown = now();
  let isShown = false;
  return {
    show(done, bad) {
      const at = now();
      if (at - shown < every) return;
      shown = at;
      const recent = marks.filter((mark) => at - mark.at < windowMs);
      marks = [...(recent.length > 0 ? recent : marks.slice(-1)), { at, done }];
      const text = progressText({ done, bad, planned, perSecond: rateOf(marks) });
      stream.write(
        isTerminal ? `\r${text.slice(0, (stream.columns ?? 80) - 1)}\x1b[K` : `${text}\n`,
      );
      isShown = true;
    },
    end() {
      if (isTerminal && isShown) stream.write('\r\x1b[K');
    },
  };
}

interface Mark {
  readonly at: number;
  readonly done: number;
}

function rateOf(marks: readonly Mark[]): number {
  const [first, last] = [marks[0], marks.at(-1)];
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  return ((last.done - first.done) * 1000) / (last.at - first.at);
}

/** A bar, how much is done, how fast, and what remains. */
export function progressText(figures: {
  readonly done: number;
  readonly bad: number;
  readonly planned: number;
  readonly perSecond: number;
}): string {
  const { done, bad, planned, perSecond } = figures;
  const filled = Math.floor((barWidth * done) / Math.max(1, planned));
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
  const left = perSecond > 0 ? duration((planned - done) / perSecond) : 'not known';
  const counts = [`${done} of ${planned}`, `${bad} not passed`, `${Math.round(perSecond)}/s`];
  return `${bar} ${counts.join(', ')}, left: ${left}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}
