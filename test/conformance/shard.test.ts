// Shards: the shares of a plan are disjoint and together the plan, and merging their reports gives the report that
// one machine writes, or says what is wrong with them.

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { planRun } from '../../conformance/plan.ts';
import { mergeReports, type ShardFile } from '../../conformance/report/merge.ts';
import { type Report, readReport } from '../../conformance/report/report.ts';
import { inRoot } from '../../conformance/root.ts';
import { isInShard, parseShard } from '../../conformance/shard.ts';
import { planTier } from '../../conformance/tiers.ts';

const count = 4;
const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
const shardPath = (index: number): string => join(folder, `shard-${index}.json`);
const wholePath = join(folder, 'whole.json');

function lockstep(...words: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [inRoot('lockstep.js'), ...words], { cwd: folder });
  child.stdout.resume();
  child.stderr.resume();
  return new Promise((resolve) => child.once('close', resolve));
}
const run = (file: string, ...more: string[]) => {
  const words = ['--tier', 'smoke', '--seed', '5', '--jobs', '1', '--generous', ...more];
  return lockstep('run', ...words, '--report', `json=${file}`, '--reference');
};

describe('the shares of a plan', () => {
  const options = { tier: 'smoke', only: [], skip: [] } as const;
  const whole = planRun(options);
  const shares = [1, 2, 3].map((index) => planTier({ ...options, shard: { index, count: 3 } }));

  test('are disjoint, and together all of it, each at its place', () => {
    const ids: string[] = [];
    for (const { cases, shard } of shares) {
      for (const [at, { id }] of [...cases].entries()) ids[shard?.places[at] ?? -1] = id;
    }

    expect(ids).toEqual(whole.cases.map(({ id }) => id));
    expect(shares.reduce((sum, { cases }) => sum + cases.length, 0)).toBe(whole.cases.length);
    expect(shares.map(({ hash }) => hash)).toEqual([whole.hash, whole.hash, whole.hash]);
  });

  test('depend on the identifier alone', () => {
    const indexes = [1, 2, 3, 4, 5].filter((index) =>
      isInShard('some/case/1', { index, count: 5 }),
    );

    expect(indexes).toHaveLength(1);
  });

  test.each(['0/4', '5/4', '1', '1/0', '-1/4', '1/4/4', '01/4'])('%s is no shard', (text) => {
    expect(parseShard(text)).toBeUndefined();
  });
});

describe('the reports of four processes', () => {
  let files: readonly ShardFile[];
  let whole: Report;
  const merged = (some: readonly ShardFile[], partial = false) => mergeReports(some, { partial });
  const changed = (at: number, change: Partial<Report>): readonly ShardFile[] =>
    files.map((file, index) => {
      return index === at ? { ...file, report: { ...file.report, ...change } } : file;
    });

  beforeAll(async () => {
    const indexes = [1, 2, 3, 4];
    const shards = indexes.map((index) => run(shardPath(index), '--shard', `${index}/${count}`));
    expect(await Promise.all([...shards, run(wholePath)])).toEqual([0, 0, 0, 0, 0]);
    files = indexes.map((index) => ({
      path: shardPath(index),
      report: readReport(shardPath(index)),
    }));
    whole = readReport(wholePath);
  }, 300_000);

  test('merge to the report of one', () => {
    expect(merged(files)).toEqual(whole);
    expect(merged([...files].reverse())).toEqual(whole);
  });

  test('merge on the command line, with the exit code of the run', async () => {
    const output = join(folder, 'merged.json');
    const exit = await lockstep('report', 'merge', ...files.map(({ path }) => path), '-o', output);

    expect(exit).toBe(0);
    expect(readReport(output)).toEqual(whole);
  });

  test('are refused where one is missing, and partial where that is asked for', () => {
    expect(() => merged(files.slice(1))).toThrow(/missing: shard 1\/4/);
    const some = merged(files.slice(1), true);
    expect(some).toMatchObject({ partial: true, planned: whole.planned, exit: 1 });
    expect(some.guarantee).toMatch(/^none/);
    expect(some.executed).toBeLessThan(whole.executed);
  });

  test('are refused where one comes twice, even as another file', () => {
    const again = files.flatMap((file, index) => (index === 0 ? [file, file] : [file]));
    expect(() => merged(again)).toThrow(/both shard 1\/4/);
  });

  test.each([
    ['seed', { seed: '6' }],
    ['plan', { plan: '000000000000' }],
    ['tier', { tier: 'core' }],
    ['implementation', { implementation: { name: 'x', version: '', language: '' } }],
    ['shards', { shard: { index: 2, count: 5, cases: 0, whole: true } }],
  ] as const)('are refused where one is of another %s', (field, change) => {
    expect(() => merged(changed(1, change))).toThrow(new RegExp(`another run: it has ${field}`));
  });

  test('are refused where one is partial, or no shard', () => {
    expect(() => merged(changed(2, { partial: true }))).toThrow(/itself partial/);
    expect(() => merged([{ path: wholePath, report: whole }])).toThrow(/is no shard/);
  });

  test('are refused where a case stands at the place of another', () => {
    const cases = files[1]?.report.cases.map((one) => ({ ...one, place: -1 })) ?? [];
    expect(() => merged(changed(1, { cases }))).toThrow(/no place of its own/);
  });
});

test('a shard without a seed is a misuse: each would draw its own', async () => {
  expect(await lockstep('run', '--shard', '1/4', '--reference')).toBe(64);
});
