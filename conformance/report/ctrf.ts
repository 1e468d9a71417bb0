// A report as CTRF, the common test report format of dashboards (ctrf.io). Time is virtual in a run, so the durations
// that the format demands are 0. Spec: conformance.md, "Reports".

import { suiteName, suiteVersion } from '../suite.ts';
import {
  implementationText,
  type Report,
  type ReportCase,
  reasonOf,
  replayCommand,
} from './report.ts';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

export function reportToCtrf(report: Report): string {
  const { spec, tier, seed, plan } = report;
  const tests = report.cases.map((one) => testOf(report, one));
  const count = (status: Status): number => tests.filter((test) => test.status === status).length;
  const document = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    results: {
      tool: { name: suiteName, version: suiteVersion },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        pending: report.planned - report.executed,
        skipped: count('skipped'),
        other: count('other'),
        start: 0,
        stop: 0,
      },
      environment: {
        appName: implementationText(report.implementation),
        extra: { spec, tier, seed, plan },
      },
      tests,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function testOf(report: Report, one: ReportCase): { status: Status; [field: string]: unknown } {
  const { id, clauses, failure, verdict } = one;
  const base = { name: id, status: statusOf(verdict), duration: 0, suite: [clauses[0] ?? 'suite'] };
  const tagged = { ...base, rawStatus: verdict, tags: clauses };
  if (failure === undefined) return tagged;
  const { step, given, expected, actual } = failure;
  return {
    ...tagged,
    message: `${reasonOf(one)} at step ${step}: expected ${expected}, got ${actual}`,
    trace: `given ${given}`,
    extra: { replay: replayCommand(report, id) },
  };
}

function statusOf(verdict: string): Status {
  switch (verdict) {
    case 'pass':
      return 'passed';
    case 'fail':
    case 'error':
    case 'untestable':
    case 'unexpected-pass':
      return 'failed';
    case 'not-applicable':
    case 'quarantined':
      return 'skipped';
    default:
      return 'other';
  }
}
