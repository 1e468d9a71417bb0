// The verbs `baseline update`, `prune` and `explain`: they hold a baseline against the report of a run.
// Spec: conformance.md, "Baselines".

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type BaselineEntry, parseBaseline } from '../baseline.ts';
import type { Case } from '../case.ts';
import { matcherOf } from '../plan.ts';
import { type ReportCase, readReport } from '../report/report.ts';
import { exitCode } from '../verdict.ts';
import { clauseTexts } from './common.ts';

export interface BaselineFlags {
  readonly baseline: string;
}

/** The day, by which entries expire. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Adds a line for each case that failed and that no line foresees; leaves every other line as it is. */
export function update(reportPath: string, { baseline: file }: BaselineFlags): number {
  const failed = readReport(reportPath).cases.filter(({ verdict }) => {
    return verdict === 'fail' || verdict === 'error';
  });
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const text = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  // A case that failed for another reason than foreseen: the old line must go, or it is red for ever.
  const kept = withoutLines(text, (entry) => failed.some(({ id }) => id === entry.pattern), file);
  const lines = failed.map(({ id, failure }) => `${id} # "${failure?.reason ?? ''}"\n`);
  writeFileSync(file, kept + lines.join(''));
  console.log(`${file}: ${lines.length} lines written`);
  return exitCode.conformant;
}

/** Takes out each line of which every case passed. */
export function prune(reportPath: string, { baseline: file }: BaselineFlags): number {
  const { cases } = readReport(reportPath);
  const text = readFileSync(file, 'utf8');
  const isStale = (entry: BaselineEntry): boolean => {
    const matched = casesOf(entry, cases);
    const passed = matched.filter(({ verdict }) => verdict === 'pass' || isUnexpected(verdict));
    return entry.class !== 'skip' && matched.length > 0 && passed.length === matched.length;
  };
  const kept = withoutLines(text, isStale, file);
  writeFileSync(file, kept);
  const gone = text.split('\n').length - kept.split('\n').length;
  console.log(`${file}: ${gone} lines taken out`);
  return exitCode.conformant;
}

/** Says of each line what it is about and what came of it. */
export function explainBaseline(reportPath: string, { baseline: file }: BaselineFlags): number {
  const { cases } = readReport(reportPath);
  const texts = clauseTexts();
  // Expired lines too: they are what one wants explained.
  for (const entry of parseBaseline(readFileSync(file, 'utf8'), file, '')) {
    const matched = casesOf(entry, cases);
    const until = entry.until === undefined ? '' : `, until ${entry.until}`;
    console.log(`line ${entry.line}: ${entry.class} ${entry.pattern}${until}`);
    if (entry.note !== '') console.log(`  note     ${entry.note}`);
    console.log(`  reasons  ${entry.reasons.length === 0 ? 'any' : entry.reasons.join(', ')}`);
    console.log(`  cases    ${countsOf(matched)}`);
    for (const clause of new Set(matched.flatMap(({ clauses }) => clauses))) {
      console.log(`  clause   ${clause}: ${texts(clause) ?? 'not in the registry'}`);
    }
  }
  return exitCode.conformant;
}

function isUnexpected(verdict: string): boolean {
  return verdict === 'unexpected-pass';
}

function countsOf(cases: readonly ReportCase[]): string {
  if (cases.length === 0) return 'none in this report';
  const counts = new Map<string, number>();
  for (const { verdict } of cases) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}

/** The generator's name begins with its slice. */
function casesOf(entry: BaselineEntry, cases: readonly ReportCase[]): readonly ReportCase[] {
  const isMatched = matcherOf(entry.pattern);
  return cases.filter(({ id, clauses }) => {
    const slice = id.split('/')[1]?.split('.')[0] ?? '';
    const one: Case = { id, clauses, slice, kind: 'node', tier: 'core', nodes: [], steps: [] };
    return isMatched(one);
  });
}

function withoutLines(
  text: string,
  isGone: (entry: BaselineEntry) => boolean,
  file: string,
): string {
  const gone = new Set(
    parseBaseline(text, file, '')
      .filter(isGone)
      .map(({ line }) => line),
  );
  return text
    .split('\n')
    .filter((_, index) => !gone.has(index + 1))
    .join('\n');
}
