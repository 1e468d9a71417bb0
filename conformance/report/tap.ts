// A report as TAP 14: a line a case, a failure with its details as YAML.
// Spec: conformance.md, "Reports".

import { stringify } from 'yaml';
import {
  implementationText,
  type Report,
  type ReportCase,
  reasonOf,
  replayCommand,
} from './report.ts';

export function reportToTap(report: Report): string {
  const { cases, planned, executed, tier, seed, plan } = report;
  const lines = [
    'TAP version 14',
    `1..${planned}`,
    `# ${implementationText(report.implementation)}, tier ${tier}, seed ${seed}, plan ${plan}`,
    ...cases.flatMap((one, index) => testLines(report, one, index + 1)),
    ...(executed === planned ? [] : [`Bail out! ${executed} of ${planned} cases were executed`]),
  ];
  return `${lines.join('\n')}\n`;
}

function testLines(report: Report, one: ReportCase, number: number): string[] {
  const { id, verdict, failure } = one;
  const isOk = verdict === 'pass' || isSkipped(verdict);
  const directive = isSkipped(verdict) ? ` # SKIP ${verdict}` : todoOf(one);
  const line = `${isOk ? 'ok' : 'not ok'} ${number} - ${escaped(id)}${directive}`;
  if (failure === undefined) return [line];
  const { reason, step, given, expected, actual, other, text } = failure;
  const replay = replayCommand(report, id);
  const details = { reason, step, given, expected, actual, other: [...other], text, replay };
  const yaml = stringify(details, { lineWidth: 0 }).trimEnd().split('\n');
  return [line, '  ---', ...yaml.map((row) => `  ${row}`), '  ...'];
}

/** TAP's word for what is known to fail. */
function todoOf(one: ReportCase): string {
  const verdict: string = one.verdict;
  return verdict === 'expected-fail' || verdict === 'flaky' ? ` # TODO ${reasonOf(one)}` : '';
}

const isSkipped = (verdict: string): boolean =>
  verdict === 'not-applicable' || verdict === 'inconclusive' || verdict === 'quarantined';

/** A `#` would begin a directive. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('#', '\\#');
