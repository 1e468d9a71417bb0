// The suite's own list of wrong cases: what it holds back is not played and counted apart, and a list that is wrong is
// a bug of the suite.

import { describe, expect, test } from 'vitest';
import { generousTimeouts } from '../../conformance/adapter.ts';
import type { Case } from '../../conformance/case.ts';
import { planRun } from '../../conformance/plan.ts';
import {
  createQuarantine,
  parseQuarantine,
  suiteQuarantine,
} from '../../conformance/quarantine.ts';
import { paintFor, summaryText } from '../../conformance/report/console.ts';
import { renderReport } from '../../conformance/report/formats.ts';
import { reportOf } from '../../conformance/report/json.ts';
import { inRoot } from '../../conformance/root.ts';
import { runPlan } from '../../conformance/runner.ts';
import { countVerdicts, RunnerBugError, totalsToExitCode } from '../../conformance/verdict.ts';

const pattern = 'lifecycle.operations-on-owner/manual/protect-refused';
/** Enough for a pattern to match something, or nothing. */
const known = (): readonly Case[] => planRun({ tier: 'smoke', only: [], skip: [] }).cases;
const entries = [{ pattern, why: 'the order of step 7 is <free>' }];

test('the list that the suite carries is right, and empty', () => {
  expect(suiteQuarantine().entries).toEqual([]);
});

describe('a run with a case that is held back', () => {
  const command = {
    file: process.execPath,
    args: [
      '--import',
      import.meta.resolve('tsx'),
      inRoot('test', 'conformance', 'hostile', 'adapter.ts'),
      'garbage',
    ],
  };
  const plan = planRun({ tier: 'smoke', only: [pattern], skip: [] });
  const quarantine = createQuarantine(entries, known);
  const options = { command, timeouts: generousTimeouts, seed: 1n, jobs: 1, failMax: Infinity };

  test('does not play it, counts it apart and shows it in every report', {
    timeout: 60_000,
  }, async () => {
    const run = await runPlan(plan, { ...options, quarantine });
    const totals = countVerdicts(run.results.map(({ verdict }) => verdict));
    const exit = totalsToExitCode(totals, run.planned, run.results.length);
    const report = reportOf({ plan, run, seed: 1n, exit, isWhole: true, command: './adapter' });

    // Played, it would have broken on what this adapter prints.
    expect(totals).toMatchObject({ quarantined: 1, pass: 0, fail: 0, error: 0 });
    expect(exit).toBe(0);
    expect(report.quarantine).toEqual(entries);
    expect(report.guarantee).toMatch(/^none/);
    expect(summaryText(plan, run, 1n, true, paintFor({}))).toContain(
      `held back, a fault of the suite: ${pattern}: the order of step 7`,
    );
    for (const format of ['json', 'junit', 'tap', 'ctrf', 'md'] as const) {
      expect(renderReport(report, format), format).toContain('quarantined');
    }
    expect(renderReport(report, 'html')).toContain('the order of step 7 is &lt;free&gt;');
    expect(renderReport(report, 'md')).toContain('Held back, a fault of the suite');
  });
});

describe('a list that is wrong', () => {
  test('matches no case', () => {
    const gone = [{ pattern: 'output.gone/manual/*', why: 'it is gone' }];

    expect(() => createQuarantine(gone, known)).toThrow(RunnerBugError);
    expect(() => createQuarantine(gone, known)).toThrow(/output\.gone.* matches no case/);
  });

  test('may name a case of a complete suite, which only some tiers play', () => {
    const deep = [{ pattern: 'output.own-entry/logging-owner.hsi.k1/*', why: 'cut short' }];

    expect(createQuarantine(deep, () => []).entries).toEqual(deep);
  });

  test.each([
    ['no list', 'pattern: x', /expected a list/],
    ['no reason', '- { pattern: output.own-entry }', /entry 1: expected a pattern and why/],
    ['a reason of blanks', '- { pattern: output.own-entry, why: " " }', /entry 1/],
    ['another field', '- { pattern: a, why: b, until: c }', /entry 1/],
  ])('%s', (_, text, message) => {
    expect(() => parseQuarantine(text)).toThrow(RunnerBugError);
    expect(() => parseQuarantine(text)).toThrow(message);
  });
});
