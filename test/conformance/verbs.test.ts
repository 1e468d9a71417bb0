// The verbs beside `run` as a user meets them: two reports held against each other, a case step by step, two
// implementations side by side, and vectors that a program in another language plays.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inRoot } from '../../conformance/root.ts';
import { sample } from './report/sample.ts';

const cwd = mkdtempSync(join(tmpdir(), 'lockstep-verbs-'));
const timeout = { timeout: 60_000 };
const tsx = ['--import', import.meta.resolve('tsx')];
const program = (name: string): readonly string[] => {
  return [process.execPath, ...tsx, inRoot('test', 'broken', `${name}.ts`)];
};
const id = 'output.reissue-after-takeover/manual/owner-dies-with-log-in-three-states';

function run(file: string, args: readonly string[]): { exit: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(file, [...args], { cwd, encoding: 'utf8' });
  return { exit: status, text: stdout + stderr };
}
const lockstep = (...words: string[]): { exit: number | null; text: string } =>
  run(process.execPath, [inRoot('lockstep.js'), ...words]);

test('a verb whose reader has gone ends without a word', timeout, () => {
  const shell = '{ "$0" "$1" list; echo "ended with $?" >&2; } | head -n 1';
  const { text } = run('/bin/sh', ['-c', shell, process.execPath, inRoot('lockstep.js')]);

  expect(text).toMatch(/^[^\n]+, \d+ steps\nended with 141\n$/);
});

describe('diff', () => {
  const failing = sample.cases.find(({ verdict }) => verdict === 'fail');
  const mended = sample.cases.map((one) => {
    return one.id === failing?.id ? { ...one, verdict: 'pass', failure: undefined } : one;
  });
  beforeAll(() => {
    const counts = { pass: sample.totals.pass + 1, fail: sample.totals.fail - 1 };
    const after = { ...sample, cases: mended, totals: { ...sample.totals, ...counts } };
    writeFileSync(join(cwd, 'before.json'), JSON.stringify(sample));
    writeFileSync(join(cwd, 'after.json'), JSON.stringify(after));
  });
  const was = `fail ${failing?.failure?.reason}`;

  test('of a report with itself finds nothing, and ends with 0', timeout, () => {
    const { exit, text } = lockstep('diff', 'before.json', 'before.json');

    expect(exit).toBe(0);
    expect(text).toContain('0 cases differ');
  });

  test('names the case, its verdicts and the reason, and ends with 1', timeout, () => {
    const { exit, text } = lockstep('diff', 'before.json', 'after.json');

    expect(exit).toBe(1);
    expect(text).toContain(`${failing?.id}\n    ${was} → pass\n`);
    expect(text).toMatch(/pass 1 → 2, fail 2 → 1, .*\n1 cases differ/);
  });

  test('as JSON it names what each report has', timeout, () => {
    const { text } = lockstep('diff', 'before.json', 'after.json', '--json');

    expect(JSON.parse(text)).toEqual([{ id: failing?.id, before: was, after: 'pass' }]);
  });

  test('of what is no report is refused with 65', timeout, () => {
    writeFileSync(join(cwd, 'none.json'), '{}');
    const { exit, text } = lockstep('diff', 'before.json', 'none.json');

    expect(exit).toBe(65);
    expect(text).toMatch(/none\.json: expected a report/);
  });
});

describe('replay', () => {
  test('--step tells every step in its order, and what came of it', timeout, () => {
    const { exit, text } = lockstep('replay', id, '--step', '--', ...program('unbroken'));
    const steps = [...text.matchAll(/^step (\d+) of 14 /gm)].map(([, count]) => Number(count));

    expect(exit).toBe(0);
    expect(steps).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
    expect(text).toMatch(/step 11 of 14 .*\n.*arbiter\.answered.*\n(.*\n)*?.*disk\.request/);
  });

  test('--step ends with the step that fails', timeout, () => {
    const { exit, text } = lockstep(
      'replay',
      id,
      '--step',
      '--',
      ...program('goes-live-unconsumed'),
    );

    expect(exit).toBe(1);
    expect(text.match(/^step \d+ of 14 /gm)?.at(-1)).toBe('step 12 of 14 ');
  });

  test('--vs names the first step at which the two differ, and both effects', timeout, () => {
    const words = ['replay', id, '--vs', program('goes-live-unconsumed').join(' ')];
    const { exit, text } = lockstep(...words, '--', ...program('unbroken'));

    expect(exit).toBe(1);
    expect(text).toContain('they differ first at step 12');
    expect(text).toMatch(/\n {2}other\n[\s\S]*address\.announce/);
  });

  test('--vs of an implementation with itself finds no difference', timeout, () => {
    const words = ['replay', id, '--vs', program('unbroken').join(' ')];
    const { exit, text } = lockstep(...words, '--', ...program('unbroken'));

    expect(exit).toBe(0);
    expect(text).toContain('both did the same at every step');
  });
});

describe('export-vectors', () => {
  const folder = join(cwd, 'vectors');
  const player = inRoot('conformance', 'adapters', 'python', 'play_vectors.py');
  const hasPython = spawnSync('python3', ['--version']).status === 0;
  let made = { exit: null as number | null, text: '' };
  beforeAll(() => {
    made = lockstep('export-vectors', '--tier', 'smoke', '-o', 'vectors', '--seed', '3');
  }, 60_000);

  test('writes a file a clause, and an index that counts them', () => {
    const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
    const counts: number[] = Object.values(index.files);
    const sum = counts.reduce((one, other) => one + other, 0);

    expect(made.exit).toBe(0);
    expect(made.text).toContain(`${sum} vectors in ${counts.length} files`);
    expect(index).toMatchObject({ format: 'lockstep-vectors/1', tier: 'smoke', seed: '3' });
  });

  test('python3 is there where nothing may be skipped', () => {
    expect(hasPython || process.env.CI === undefined).toBe(true);
  });

  test.skipIf(!hasPython)('the node in Python passes every vector, without Node', timeout, () => {
    const { exit, text } = run('python3', [player, folder]);
    const counts = /(\d+) vectors played, 0 failed; compared: (.*)/.exec(text);
    const fields = new Map(
      counts?.[2]?.split(', ').map((one) => one.split(' ') as [string, string]),
    );

    expect(exit, text).toBe(0);
    expect(Number(counts?.[1])).toBeGreaterThan(20);
    for (const field of ['ask', 'emit', 'facts', 'fence', 'guest', 'refused', 'report']) {
      expect(Number(fields.get(field)), field).toBeGreaterThan(10);
    }
  });

  test.skipIf(!hasPython)(
    'a vector that expects something else fails, by step and field',
    timeout,
    () => {
      const name = 'failover.yield-needs-no-timeout.jsonl';
      const text = readFileSync(join(folder, name), 'utf8');
      const altered = mkdtempSync(join(tmpdir(), 'lockstep-altered-'));
      writeFileSync(join(altered, name), text.replace('"announce":1', '"announce":2'));
      const wrong = run('python3', [player, altered]);

      expect(text).toContain('"announce":1');
      expect(wrong.exit).toBe(1);
      expect(wrong.text).toMatch(/FAIL failover\..*\n +step \d+: announce: expected 2, got 1/);
      expect(run('python3', [player, tmpdir()]).exit).not.toBe(0);
    },
  );
});
