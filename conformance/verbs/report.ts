// The verb `report`: turns the JSON report of a run into the other formats.
// Spec: conformance.md, "Reports".

import { writeFileSync } from 'node:fs';
import { formats, parseTarget, type ReportTarget, renderReport } from '../report/formats.ts';
import { type Report, readReport } from '../report/report.ts';
import { exitCode } from '../verdict.ts';
import { UsageError } from './common.ts';

export interface ReportFlags {
  readonly to: readonly string[];
}

export function report(file: string, { to }: ReportFlags): number {
  const targets = targetsOf('--to', to);
  if (targets.length === 0) {
    throw new UsageError(`--to: expected <format>=<file>, one of ${formats.join(', ')}, got none`);
  }
  writeReports(readReport(file), targets);
  return exitCode.conformant;
}

/** What an option that may be given several times asks for. */
export function targetsOf(option: string, texts: readonly string[]): readonly ReportTarget[] {
  return texts.map((text) => {
    const target = parseTarget(text);
    if ('problem' in target) throw new UsageError(`${option}: ${target.problem}`);
    return target;
  });
}

/** `-` is standard output. */
export function writeReports(made: Report, targets: readonly ReportTarget[]): void {
  for (const { format, file } of targets) {
    const text = renderReport(made, format);
    if (file === '-') process.stdout.write(text);
    else writeFileSync(file, text);
  }
}
