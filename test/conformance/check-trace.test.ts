// Level L1: the reference's traces are clean; a broken implementation is convicted by its own clause where a trace can
// show it; what a trace leaves out convicts nobody; a file that cannot be read says where and what to do.

import { describe, expect, test } from 'vitest';
import { createTraceCheck, type TraceFindings } from '../../conformance/check-trace.ts';
import { playCase } from '../../conformance/play.ts';
import type { TraceReport } from '../../conformance/report/trace-report.ts';
import { readTraceReport, reportToExitCode } from '../../conformance/verbs/check-trace.ts';
import { loadWrittenCases } from '../../conformance/written-cases.ts';
import { lineBytesMax } from '../../model/cli/refine/lines.ts';
import { omissible } from '../../model/refine/trace.ts';
import { createRecordedAdapter } from '../model/refine/adapter-trace.ts';
import { brokenByRule, rulesOf } from '../model/refine/broken-rules.ts';
import { type RecordedTrace, recordSimulation } from '../model/refine/recorded.ts';

const cases = loadWrittenCases();
const reference = recordSimulation({ seed: 7 });

function check({ header, lines }: RecordedTrace): TraceFindings {
  const judged = createTraceCheck(header);
  for (const [index, line] of lines.entries()) {
    expect(judged.take(line, index + 2)).toBeNull();
  }
  return judged.report();
}

describe('the reference', () => {
  test.each([7, 10])('is clean in the simulator: seed %i', (seed) => {
    const { violations, gaps, watched } = check(recordSimulation({ seed }));

    expect(violations).toEqual([]);
    expect(gaps).toEqual([]);
    expect(watched).toContain('output.hold-until-acknowledged');
  });

  test('is clean in every written case', async () => {
    const adapter = createRecordedAdapter();
    for (const one of cases) {
      await playCase(adapter, one, 5n, true);
      expect(check(adapter.trace()).violations, one.id).toEqual([]);
    }
  });
});

/** Which no monitor can see from a trace of the written cases, and why. */
const unmet = 'no written case brings it about: the generated cases of the suite kill it';
const unseen: { readonly [mutant: string]: string } = {
  'shows-no-lag': 'the lag is a fact that is observed, and no effect: a trace has no facts',
  'acts-on-lower-acknowledgements': unmet,
  'bears-a-gap': unmet,
  'believes-older-answers': unmet,
  'holds-after-a-gap': unmet,
  'keeps-unready-copy': unmet,
  'believes-its-proposal': 'it stops by an assertion of its own, and leaves no trace',
  'follows-diverged': 'no monitor sees it: the slices of the suite kill it',
  'hears-anyone': 'no monitor is of its clause: the slices of the suite kill it',
};

describe('a broken implementation', () => {
  test('is named where it cannot be seen', () => {
    const names = brokenByRule().map(({ name }) => name);

    expect(names).toEqual(expect.arrayContaining(Object.keys(unseen)));
  });

  const seen = brokenByRule().filter(({ name }) => !(name in unseen));
  test.each(seen)('$name is convicted by $clause', async ({ name, clause }) => {
    const adapter = createRecordedAdapter(await rulesOf(name));
    const isOwn = ({ id }: { id: string }): boolean => id.startsWith(`${clause}/`);
    const found = new Set<string>();
    for (const one of [...cases.filter(isOwn), ...cases.filter((other) => !isOwn(other))]) {
      await playCase(adapter, one, 5n, true);
      for (const violation of check(adapter.trace()).violations) found.add(violation.clause);
      if (found.has(clause)) break;
    }

    expect([...found]).toContain(clause);
  });
});

describe('what a trace leaves out', () => {
  test.each(omissible)('convicts nobody: %s', (kind) => {
    const { header, lines } = reference;
    const left = lines.filter((line, index) => {
      const before = lines[index - 1];
      const isGiven = 'input' in line && line.input.type === kind;
      const isAfter = before !== undefined && 'input' in before && before.input.type === kind;
      return !isGiven && !(isAfter && 'effects' in line && line.effects.length === 0);
    });

    const found = check({ header: { ...header, omitted: [kind] }, lines: left });

    expect(found.violations).toEqual([]);
    expect(found.gaps).toContain(kind);
    expect(Object.values(found.inconclusive).flat()).toContain(kind);
  });

  test('periods and configuration are gaps, and convict nobody', () => {
    const { entriesMax, network } = reference.header.parameters;
    const header = { ...reference.header, parameters: { entriesMax, network } };

    const { violations, inconclusive } = check({ ...reference, header });

    expect(violations).toEqual([]);
    expect(inconclusive['heartbeat.send-every-interval']).toContain('beatInterval');
    expect(inconclusive['arbitration.epoch-increments']).toBeUndefined();
  });

  test('from anywhere, a node counts from where it is told to start', () => {
    const [first] = reference.header.nodes;
    expect(first).toBeUndefined();
    const header = { ...reference.header, from: 'anywhere' as const };

    const { violations, nodes, gaps } = check({ ...reference, header });

    expect(violations).toEqual([]);
    expect(nodes.some(({ steps }) => steps > 0)).toBe(true);
    expect(gaps.some((gap) => gap.startsWith('beginning of node'))).toBe(true);
  });
});

const headerText = JSON.stringify({
  ...reference.header,
  nodes: [{ node: 'p', incarnation: 'p#1' }],
});
const at = (instant: string): string =>
  JSON.stringify({ node: 'p', input: { type: 'clock.advanced', at: instant } });
const none = '{"node":"p","effects":[]}';
const emitted = JSON.stringify({
  node: 'p',
  effects: [{ type: 'output.emit', channel: 'console', offset: '0', data: 'aGk=' }],
});

function read(text: string, withModel = false): Promise<TraceReport> {
  return readTraceReport(new Blob([text]).stream(), withModel);
}
const file = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('a file', () => {
  test('without fault ends with 0 and says its level and guarantee', async () => {
    const report = await read(file(headerText, at('1'), none));

    expect(report).toMatchObject({ level: 'L1', guarantee: 'no violation seen in this trace' });
    expect(reportToExitCode(report, false)).toBe(0);
  });

  test('with a violation ends with 1; the model names the step too', async () => {
    const report = await read(file(headerText, at('1'), emitted), true);

    expect(report.violations[0]).toMatchObject({ node: 'p', line: 3, inputLine: 2, times: 1 });
    expect(report.model).toMatchObject({ outcome: 'refused', refusal: { line: 3 } });
    expect(report.guarantee).toBe('none');
    expect(reportToExitCode(report, true)).toBe(1);
  });

  test.each([
    ['that is empty', '', 1, 'expected the header'],
    ['of another version', headerText.replace('trace/1', 'trace/9'), 1, '"lockstep-trace/1"'],
    ['that is not JSON', file(headerText, 'hello'), 2, 'expected one JSON object, got hello'],
    ['with an unknown node', file(headerText, '{"node":"x","effects":[]}'), 2, 'Name it in'],
    ['whose time goes back', file(headerText, at('5'), none, at('4')), 4, 'went back from 5 to 4'],
    ['with effects of no input', file(headerText, none), 2, 'expected an input first'],
    ['with a second input', file(headerText, at('1'), at('2')), 3, 'the effects of line 2'],
    [
      'that names a node twice',
      file(headerText, '{"node":"p","incarnation":"p#1"}'),
      2,
      'own name',
    ],
    [
      'with too long a line',
      `${headerText}\n${' '.repeat(lineBytesMax + 1)}`,
      2,
      'at most 16777216',
    ],
  ])('%s ends with 65, its line and the remedy', async (_, text, line, part) => {
    const report = await read(text);

    expect(report.malformed?.line).toBe(line);
    expect(report.malformed?.text).toContain(part);
    expect(reportToExitCode(report, true)).toBe(65);
  });

  test.each([
    ['cut off in its last line', `${file(headerText, at('1'), none)}{"node":"p","in`, 'line 4'],
    ['that ends behind an input', file(headerText, at('1')), 'input on line 2'],
  ])('%s is inconclusive unless that is allowed', async (_, text, gap) => {
    const report = await read(text);

    expect(report.gaps.join()).toContain(gap);
    expect(reportToExitCode(report, false)).toBe(2);
    expect(reportToExitCode(report, true)).toBe(0);
  });
});
