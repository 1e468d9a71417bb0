// A report as JUnit XML, for the CI systems that read it: a class is a clause, a test is a case.
// Spec: conformance.md, "Reports".

import { create } from 'xmlbuilder2';
import { implementationText, type Report, type ReportCase, replayCommand } from './report.ts';

export function reportToJunit(report: Report): string {
  const { cases, suite, spec, tier, seed, plan, partial } = report;
  const failures = cases.filter(({ verdict }) => elementOf(verdict) === 'failure').length;
  const errors = cases.filter(({ verdict }) => elementOf(verdict) === 'error').length;
  const skipped = cases.filter(({ verdict }) => elementOf(verdict) === 'skipped').length;
  const counts = { tests: cases.length, failures, errors, skipped };
  const document = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\ufffd' });
  const root = document.ele('testsuites', { name: `${suite.name} ${suite.version}`, ...counts });
  const name = `${implementationText(report.implementation)}, tier ${tier}`;
  const all = root.ele('testsuite', { name, ...counts });
  const properties = all.ele('properties');
  for (const [key, value] of Object.entries({ spec, tier, seed, plan, partial: String(partial) })) {
    properties.ele('property', { name: key, value });
  }
  for (const one of cases) addCase(all, report, one);
  return `${document.end({ prettyPrint: true })}\n`;
}

function addCase(parent: ReturnType<typeof create>, report: Report, one: ReportCase): void {
  const test = parent.ele('testcase', { classname: one.clauses[0] ?? 'suite', name: one.id });
  const element = elementOf(one.verdict);
  if (element === undefined) return;
  const { failure } = one;
  const message = failure === undefined ? one.verdict : headline(failure);
  if (element === 'skipped') {
    test.ele('skipped', { message });
    return;
  }
  const type = failure?.reason ?? one.verdict;
  test.ele(element, { message, type }).txt(detail(report, one));
}

function headline({ reason, step }: NonNullable<ReportCase['failure']>): string {
  return `${reason} at step ${step}`;
}

function detail(report: Report, { id, failure }: ReportCase): string {
  const lines =
    failure === undefined
      ? []
      : [
          `given     ${failure.given}`,
          `expected  ${failure.expected}`,
          `actual    ${failure.actual}`,
          ...failure.other.map((other) => `also      ${other}`),
          ...(failure.text === '' ? [] : [failure.text]),
        ];
  return [...lines, `replay    ${replayCommand(report, id)}`].join('\n');
}

/** The element that says so; undefined: passed. What was expected to fail, or decides nothing, is skipped. */
function elementOf(verdict: string): 'failure' | 'error' | 'skipped' | undefined {
  switch (verdict) {
    case 'pass':
      return undefined;
    case 'fail':
    case 'untestable':
    case 'unexpected-pass':
      return 'failure';
    case 'error':
      return 'error';
    default:
      return 'skipped';
  }
}
