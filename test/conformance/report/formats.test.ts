// Every format says the same of one report, and no text of an adapter breaks out of any of them.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convert } from 'xmlbuilder2';
import { parse } from 'yaml';
import { parseTarget, renderReport } from '../../../conformance/report/formats.ts';
import { readReport } from '../../../conformance/report/report.ts';
import { fileProblem } from '../../../conformance/schema.ts';
import { report as reportVerb } from '../../../conformance/verbs/report.ts';
import { hostileText, partialSample, sample } from './sample.ts';

const fileWith = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'lockstep-')), 'report.json');
  writeFileSync(path, text);
  return path;
};

describe('json', () => {
  test('keeps the schema and reads back to the same', () => {
    const text = renderReport(sample, 'json');
    expect(fileProblem('report', JSON.parse(text))).toBeUndefined();
    expect(readReport(fileWith(text))).toEqual(sample);
  });

  test.each([
    ['no JSON', '{"format":', /expected a report/],
    ['another format', '{"format":"lockstep-report/2"}', /expected a report/],
    ['a verdict that does not exist', JSON.stringify({ ...sample, totals: {} }), /totals/],
  ])('refuses %s', (_, text, message) => {
    expect(() => readReport(fileWith(text))).toThrow(message);
  });

  test('refuses a file that is not there, and names it', () => {
    expect(() => readReport('no-such-report.json')).toThrow(
      /no-such-report.json: expected a report/,
    );
  });
});

describe('junit', () => {
  test('is XML whose counts are those of the cases, a class a clause', () => {
    const read = convert(renderReport(sample, 'junit'), { format: 'object' });
    expect(read).toMatchObject({
      testsuites: {
        '@tests': '5',
        '@failures': '2',
        '@errors': '1',
        '@skipped': '1',
        testsuite: {
          testcase: [
            { '@classname': 'logging.consecutive-sequence' },
            {
              failure: { '@type': 'output.hold-until-acknowledged#output-before-acknowledgement' },
            },
            { failure: {} },
            { error: { '@message': 'adapter#error at step 0' } },
            { skipped: { '@message': 'inconclusive' } },
          ],
        },
      },
    });
  });

  test('replaces a character that XML has no word for', () => {
    const text = renderReport(sample, 'junit');
    expect(text).not.toContain('\u0007');
    expect(text).toContain('\ufffd');
  });
});

describe('tap', () => {
  const lines = renderReport(sample, 'tap').split('\n');

  test('has a plan and a line a case', () => {
    expect(lines.slice(0, 2)).toEqual(['TAP version 14', '1..5']);
    expect(
      lines.filter((line) => /^(not )?ok /.test(line)).map((line) => line.slice(0, 8)),
    ).toEqual(['ok 1 - l', 'not ok 2', 'not ok 3', 'not ok 4', 'ok 5 - h']);
    expect(lines.at(-2)).toContain('# SKIP inconclusive');
  });

  test('escapes what would begin a directive', () => {
    expect(lines.join('\n')).toContain('a-hello-\\#1');
  });

  test('gives the details as YAML', () => {
    const start = lines.indexOf('  ---');
    const block = lines.slice(start + 1, lines.indexOf('  ...')).join('\n');
    expect(parse(block)).toMatchObject({ step: 4, actual: hostileText });
  });

  test('bails out where the run is partial', () => {
    expect(renderReport(partialSample, 'tap')).toContain('Bail out! 1 of 5 cases were executed');
  });
});

test('ctrf has what its schema demands, and counts what was not run', () => {
  const { reportFormat, results } = JSON.parse(renderReport(partialSample, 'ctrf'));
  expect(reportFormat).toBe('CTRF');
  expect(results.tool.name).toBe('vm-lockstep');
  expect(results.summary).toEqual({
    ...{ tests: 1, passed: 1, failed: 0, skipped: 0, other: 0 },
    ...{ pending: 4, start: 0, stop: 0 },
  });
  expect(results.tests[0]).toMatchObject({ status: 'passed', duration: 0, rawStatus: 'pass' });
});

describe('md', () => {
  const text = renderReport(sample, 'md');

  test('shows the shortest case of each reason and how to play it again', () => {
    expect(text).toContain('# Not conformant');
    expect(text).toContain(
      'npx lockstep replay output.hold-until-acknowledged/logging-owner/aaaaaa',
    );
    expect(text).not.toContain('logging-owner/cccccc');
  });

  test('keeps hostile text in its cell, and no markup', () => {
    expect(text).not.toContain('<img');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(4);
    for (const row of rows) expect(row.replaceAll('\\|', '').endsWith('|')).toBe(true);
  });

  test('says that a run is partial', () => {
    expect(renderReport(partialSample, 'md')).toContain('**This report is partial.**');
  });
});

describe('badge', () => {
  test.each([
    ['a run that failed', sample, { color: 'red', message: 'core · 0/4 clauses' }],
    ['a partial one', partialSample, { color: 'lightgrey', message: 'core · partial' }],
    [
      'one that passed',
      { ...partialSample, partial: false, exit: 0 },
      { color: 'brightgreen', message: 'core · 1/1 clauses' },
    ],
  ])('of %s', (_, report, expected) => {
    expect(JSON.parse(renderReport(report, 'badge'))).toMatchObject({
      schemaVersion: 1,
      ...expected,
    });
  });
});

describe('a target', () => {
  test('is a format and a file', () => {
    expect(parseTarget('html=a=b.html')).toEqual({ format: 'html', file: 'a=b.html' });
  });

  test.each(['html', 'html=', 'pdf=x', ''])('%j is refused with the formats there are', (text) => {
    expect(parseTarget(text)).toMatchObject({ problem: expect.stringContaining('junit') });
  });

  test('the verb refuses to write nothing', () => {
    expect(() => reportVerb(fileWith(renderReport(sample, 'json')), { to: [] })).toThrow(/--to/);
  });
});
