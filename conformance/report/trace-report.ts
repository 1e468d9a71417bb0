// The report of level L1, as a value and as text: what a recorded trace shows, and what that guarantees.
// Not a report of a run: nothing was played. Spec: conformance.md, "Level L1".

import type { TraceVerdict } from '../../model/refine.ts';
import type { TraceFindings } from '../check-trace.ts';
import type { MapUse } from '../trace-map.ts';

export interface TraceReport extends TraceFindings {
  readonly level: 'L1';
  readonly guarantee: string;
  /** Lines read, the header among them. */
  readonly lines: number;
  /** The line that ended the reading, with the remedy. */
  readonly malformed: { readonly line: number; readonly text: string } | null;
  /** With --model: acceptance, and the first refused step. */
  readonly model: Pick<TraceVerdict, 'outcome' | 'why' | 'refusal'> | null;
  /** What the map made of the log; null where it is a trace itself. */
  readonly mapped: MapUse | null;
}

export interface TraceReading extends Pick<TraceReport, 'malformed' | 'lines' | 'mapped'> {
  /** Null where not even the header could be read. */
  readonly found: TraceFindings | null;
  readonly verdict: TraceVerdict | null;
  /** The last line, where the trace ends within it. */
  readonly cut: number | null;
}

export function traceReportOf({
  found,
  verdict,
  cut,
  lines,
  malformed,
  mapped,
}: TraceReading): TraceReport {
  const findings = found ?? nothing;
  const gaps = cut === null ? findings.gaps : [...findings.gaps, `line ${cut}, which is cut off`];
  const isClean = malformed === null && found !== null && found.violations.length === 0;
  const model =
    verdict === null
      ? null
      : { outcome: verdict.outcome, why: verdict.why, refusal: verdict.refusal };
  const isRefused = model?.outcome === 'refused';
  const guarantee = isClean && !isRefused ? clean : 'none';
  return { level: 'L1', guarantee, lines, malformed, model, mapped, ...findings, gaps };
}

export function renderTraceReport(
  report: TraceReport,
  textOf: (clause: string) => string | undefined,
): string {
  const { violations, gaps, malformed, model } = report;
  const parts = violations.map((one) => renderViolation(one, textOf(one.clause) ?? ''));
  if (model !== null && model.refusal !== null) parts.push(renderRefusal(model));
  if (model !== null) {
    parts.push(`The model: ${model.outcome}${model.why === null ? '' : `, ${model.why}`}.`);
  }
  parts.push(renderClauses(report));
  if (gaps.length > 0) parts.push(`Not in the trace: ${gaps.join('; ')}.`);
  if (report.mapped !== null) parts.push(renderMapped(report.mapped));
  if (malformed !== null) parts.push(`line ${malformed.line}: ${malformed.text}`);
  const steps = report.nodes.map(({ node, steps }) => `${node} ${steps}`).join(', ') || 'none';
  parts.push(`${report.lines} lines, ${report.events} events; steps judged: ${steps}.`);
  parts.push(`Level L1: ${violations.length} violations. Guarantee: ${report.guarantee}.`);
  return parts.join('\n\n');
}

function renderMapped({ ignored, untaken, unused }: MapUse): string {
  const idle = unused.length === 0 ? '' : `; took no line: ${unused.join(', ')}`;
  return `The map ignored ${ignored} lines by a rule and ${untaken} for want of one${idle}.`;
}

function renderViolation(violation: TraceFindings['violations'][number], text: string): string {
  const { line, inputLine, node, reason, expected, actual, times } = violation;
  const where = inputLine === null ? `line ${line}` : `lines ${inputLine} and ${line}`;
  return [
    `${where}: ${node} breaks ${reason}${times > 1 ? `, ${times} times` : ''}`,
    `  clause   ${firstSentence(text)}`,
    `  expected ${expected}`,
    `  actual   ${actual}`,
  ].join('\n');
}

function renderRefusal({ refusal }: NonNullable<TraceReport['model']>): string {
  if (refusal === null) return '';
  const differences = refusal.differences.flatMap(({ observed, allowed }) => [
    `  observed ${observed}`,
    `  allowed  ${allowed}`,
  ]);
  return [`line ${refusal.line}: no state of the model allows it`, ...differences].join('\n');
}

function renderClauses({ observed, watched, inconclusive, silent }: TraceReport): string {
  const unsure = Object.entries(inconclusive).map(([one, of]) => `${one} (${of.join(', ')})`);
  return [
    `observed     ${observed.length} clauses: ${observed.join(' ')}`,
    `watched      ${watched.length} clauses, whose premise may not have held: ${watched.join(' ')}`,
    `inconclusive ${unsure.length} clauses: ${unsure.join(' ')}`,
    `silent       ${silent.length} clauses of which the trace says nothing: ${silent.join(' ')}`,
  ].join('\n');
}

/** The registry's texts begin with the level. */
const firstSentence = (text: string): string => /^.*?\.(?= |$)/s.exec(text)?.[0] ?? text;

const clean = 'no violation seen in this trace';
const nothing: TraceFindings = {
  violations: [],
  observed: [],
  watched: [],
  inconclusive: {},
  silent: [],
  gaps: [],
  nodes: [],
  events: 0,
};
