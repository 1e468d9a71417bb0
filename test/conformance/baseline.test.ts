// The file of known failures: what it may say, what it makes of verdicts, and when it is refused.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createBaseline,
  judgeByBaseline,
  judgeFlaky,
  parseBaseline,
  refuseUnused,
} from '../../conformance/baseline.ts';
import type { Case } from '../../conformance/case.ts';
import type { Result } from '../../conformance/play.ts';
import { readReport } from '../../conformance/report/report.ts';
import { inRoot } from '../../conformance/root.ts';
import type { Verdict } from '../../conformance/verdict.ts';

const clause = 'output.hold-until-acknowledged';
const played = (name: string): Case => ({
  id: `${clause}/logging-owner/${name}`,
  kind: 'node',
  tier: 'core',
  slice: 'logging-owner',
  clauses: [clause],
  nodes: [],
  steps: [],
});
const failure = { step: 1, expected: '', actual: '', other: [], story: [] };
const result = (verdict: Verdict, reason = `${clause}#emit`): Result => {
  const base = { case: played('a'), verdict, seed: 1n, steps: 1 };
  return verdict === 'fail' ? { ...base, failure: { ...failure, reason } } : base;
};
const parse = (text: string) => parseBaseline(text, 'file', '2026-06-01');
const judged = (text: string, one: Result): Verdict => {
  return judgeByBaseline(one, createBaseline(parse(text), 'file').of(one.case)).verdict;
};

describe('an entry', () => {
  test('has a class, a pattern, reasons, a day and a note', () => {
    const text = '# all of it\n\n!flaky a/**#code # "one" "two" until=2027-01-01 see 12';

    expect(parse(text)).toEqual([
      {
        line: 3,
        class: 'flaky',
        pattern: 'a/**',
        reasons: ['one', 'two', '#code'],
        until: '2027-01-01',
        note: 'see 12',
      },
    ]);
  });

  test('holds on its last day', () => {
    expect(parse('a/** # until=2026-06-01')).toHaveLength(1);
  });

  test.each([
    ['a day that is past', 'a/** # until=2026-05-31', /line 1: expired on 2026-05-31/],
    ['a day that is none', 'a/** # until=soon', /expected until=2027-01-31/],
    ['a skip without a reason', '!skip a/**', /line 1: !skip needs a reason/],
    ['a skip with no more than a day', '!skip a/** # until=2027-01-01', /needs a reason/],
    ['a class that is none', '!ignore a/**', /expected !flaky or !skip/],
    ['two patterns', 'a/** b/**', /expected one pattern/],
    ['no pattern', '!flaky', /expected one pattern/],
  ])('is refused: %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe('an entry that must fail', () => {
  test.each([
    ['any reason', `${clause}/**`, result('fail'), 'expected-fail'],
    ['the quoted reason', `${clause}/** # "#emit"`, result('fail'), 'expected-fail'],
    ['another reason', `${clause}/** # "#announce"`, result('fail'), 'fail'],
    ['the code of the pattern', `${clause}/**#emit`, result('fail'), 'expected-fail'],
    ['another code', `${clause}/**#announce`, result('fail'), 'fail'],
    ['it passes', `${clause}/**`, result('pass'), 'unexpected-pass'],
    ['an adapter that breaks', `output`, result('error'), 'expected-fail'],
    ['another case', `${clause}/*/b`, result('fail'), 'fail'],
  ] as const)('%s', (_, text, one, verdict) => {
    expect(judged(text, one)).toBe(verdict);
  });
});

describe('a flaky case', () => {
  const tries = (verdicts: readonly Verdict[]) => {
    const left = [...verdicts];
    return async () => result(left.shift() ?? 'error');
  };

  test('that passes at once passes', async () => {
    expect(await judgeFlaky(result('pass'), tries([]))).toMatchObject({ verdict: 'pass' });
  });

  test('that fails is played twice more, and says how often it passed', async () => {
    const found = await judgeFlaky(result('fail'), tries(['pass', 'fail']));

    expect(found.verdict).toBe('flaky');
    expect(found.text).toMatch(/1 of 3 plays passed/);
  });
});

describe('a file', () => {
  const cases = [played('a'), played('b')];

  test('is refused where a pattern matches nothing', () => {
    expect(() => refuseUnused(parse('output\nflow.**'), cases, 'file')).toThrow(
      /file, line 2: flow\.\*\* matches no case/,
    );
  });

  test('may name a suite that the tier does not play', () => {
    const entries = parse(`${clause}/logging-owner.hsi.k1/0123456789abcdef`);

    expect(() => refuseUnused(entries, cases, 'file')).not.toThrow();
  });

  test('is refused where a case is of two classes', () => {
    const entries = parse('output\n!flaky **/b');

    expect(() => refuseUnused(entries, cases, 'file')).toThrow(/b is of two classes, by lines 1/);
    expect(() => refuseUnused(parse('output\n**/b'), cases, 'file')).not.toThrow();
  });
});

describe('on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  const [report, file] = [join(folder, 'report.json'), join(folder, 'baseline.txt')];
  const adapter = (name: string) => {
    const path = inRoot('test', 'broken', `${name}.ts`);
    return ['--', process.execPath, '--import', import.meta.resolve('tsx'), path];
  };
  const lockstep = (...words: string[]): number | null => {
    return spawnSync(process.execPath, [inRoot('lockstep.js'), ...words], { cwd: folder }).status;
  };
  const run = (name: string, ...more: string[]): number | null => {
    const words = ['--tier', 'smoke', '--seed', '1', '--jobs', '1', '--generous', ...more];
    return lockstep('run', ...words, '--report', `json=${report}`, ...adapter(name));
  };

  test('update makes a failing run green, and a mended one red until prune', {
    timeout: 240_000,
  }, () => {
    expect(run('releases-unacknowledged')).toBe(1);
    expect(lockstep('baseline', 'update', report, '--baseline', file)).toBe(0);
    const { totals } = readReport(report);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(totals.fail);

    expect(run('releases-unacknowledged', '--baseline', file)).toBe(0);
    expect(readReport(report).totals).toMatchObject({ fail: 0, 'expected-fail': totals.fail });
    expect(readReport(report).guarantee).toMatch(/^none/);

    expect(run('unbroken', '--baseline', file)).toBe(1);
    expect(readReport(report).totals['unexpected-pass']).toBe(totals.fail);
    expect(lockstep('baseline', 'explain', report, '--baseline', file)).toBe(0);
    expect(lockstep('baseline', 'prune', report, '--baseline', file)).toBe(0);
    expect(readFileSync(file, 'utf8').trim()).toBe('');
  });

  test('what is skipped is not planned, and nothing is guaranteed', { timeout: 120_000 }, () => {
    const all = readReport(report).planned;
    writeFileSync(file, '!skip lifecycle # ends the host\n');

    expect(run('unbroken', '--baseline', file)).toBe(0);
    const found = readReport(report);
    expect(found.planned).toBeLessThan(all);
    expect(found.executed).toBe(found.planned);
    expect(found.guarantee).toMatch(/^none/);
  });

  test('a file that is not true is refused with 65', { timeout: 120_000 }, () => {
    writeFileSync(file, 'no.such-clause\n');

    expect(run('unbroken', '--baseline', file)).toBe(65);
    expect(run('unbroken', '--baseline', join(folder, 'none.txt'))).toBe(65);
  });
});
