import { expect, test } from 'vitest';
import {
  createProgress,
  linesEvery,
  progressText,
  terminalEvery,
} from '../../conformance/progress.ts';

function showing(isTTY: boolean, times: readonly number[]): string[] {
  const written: string[] = [];
  let at = 0;
  const stream = { isTTY, columns: 120, write: (text: string) => written.push(text) };
  const progress = createProgress({ stream, planned: 4000, now: () => at });
  for (const time of times) {
    at = time;
    progress.show(time / 100, 1);
  }
  progress.end();
  return written;
}

test('a line says how much is done, how fast, and what remains', () => {
  expect(progressText({ done: 100, bad: 2, planned: 400, perSecond: 10 })).toBe(
    '[######..................] 100 of 400, 2 not passed, 10/s, left: 30 s',
  );
});

test('a terminal has one line, written anew at most once a second, and cleared', () => {
  const written = showing(true, [500, terminalEvery, terminalEvery + 1]);

  expect(written).toHaveLength(2);
  expect(written[0]).toMatch(/^\r.*10 of 4000.*10\/s/);
  expect(written[1]).toMatch(/^\r/);
});

test('elsewhere a line comes every half minute, and knows the rate since the last', () => {
  const written = showing(false, [1000, linesEvery, linesEvery + 1, 2 * linesEvery]);

  expect(written).toHaveLength(2);
  expect(written.every((line) => line.endsWith('\n'))).toBe(true);
  expect(written[1]).toMatch(/10\/s/);
});
