// Progress: how often it is shown and where, and that its guess of what remains is near the truth where it is made.

import { describe, expect, test } from 'vitest';
import { createProgress, estimateRemaining } from '../../../model/cli/progress.ts';
import { explore, type Figures } from '../../../model/explore.ts';
import { findRow } from '../../../model/rows.ts';
import { createSystem } from '../../../model/system.ts';

const figures: Figures = {
  states: 1200,
  edges: 4000,
  depth: 3,
  waiting: 200,
  bytes: 3 * 2 ** 20,
  levels: [1, 400, 300, 150],
};

/** Shows at each of these times; what was written. */
function shownAt(times: readonly number[], terminal: { isTTY?: boolean; columns?: number }) {
  let time = 0;
  const written: string[] = [];
  const stream = { ...terminal, write: (text: string) => written.push(text) };
  const progress = createProgress({ name: 'core', stream, now: () => time });
  for (time of times) progress.show(figures);
  progress.end();
  return written;
}

describe('progress', () => {
  test('is shown once a second in one line of a terminal, which is cleared at the end', () => {
    const written = shownAt([500, 1000, 1999, 2000], { isTTY: true, columns: 200 });
    expect(written).toEqual([
      '\rcore: 1,200 states, 1,200/s, depth 3, 200 waiting, 3 MiB, left: 1 s\x1b[K',
      '\rcore: 1,200 states, 600/s, depth 3, 200 waiting, 3 MiB, left: 1 s\x1b[K',
      '\r\x1b[K',
    ]);
  });

  test('is cut where the terminal ends', () => {
    expect(shownAt([1000], { isTTY: true, columns: 20 })[0]).toBe('\rcore: 1,200 states,\x1b[K');
  });

  test('is a line every half minute elsewhere', () => {
    expect(shownAt([1000, 29_999, 30_000, 59_999], {})).toEqual([
      'core: 1,200 states, 40/s, depth 3, 200 waiting, 3 MiB, left: 6 s\n',
    ]);
  });

  test('of what was never long enough says nothing', () => {
    expect(shownAt([10, 20], { isTTY: true })).toEqual([]);
  });
});

describe('what remains', () => {
  test('is unknown while the levels grow', () => {
    expect(estimateRemaining({ ...figures, levels: [1, 2, 4] })).toBeNull();
    expect(estimateRemaining({ ...figures, levels: [2, 1] })).toBeNull();
  });

  test('is at least what waits', () => {
    expect(estimateRemaining({ levels: [9, 5, 1], states: 60, waiting: 50 })).toBe(50);
  });

  test.each(['core', 'flow', 'rivals'])('is near the truth when %s is half seen', (name) => {
    const row = findRow(name);
    if (row === null) throw new Error(`no row ${name}`);
    const report = explore({ model: createSystem(row.bounds), properties: [], statesMax: 1e6 });
    const whole = report.levels;
    const size = (levels: readonly number[]) => levels.reduce((sum, level) => sum + level, 0);
    const late = whole.findIndex(
      (level, depth) => depth > whole.indexOf(Math.max(...whole)) + 2 && level > 0,
    );
    const levels = whole.slice(0, late + 1);
    const waiting = whole[late] ?? 0;
    const guess = estimateRemaining({ levels, states: size(levels), waiting }) ?? 0;
    const truth = waiting + size(whole.slice(late + 1));
    expect(guess / truth).toBeGreaterThan(1 / 3);
    expect(guess / truth).toBeLessThan(3);
  });
});
