// Reads a trace line by line and gives it to the model, as long as it can be read and nothing is refused. It stops at
// the first line that cannot be read: what stands before it has been judged. Spec: conformance, "Recorded traces".

import { createRefinement, type Refinement, type TraceVerdict } from '../../refine.ts';
import { bytesReader } from './bytes.ts';
import { type LineProblem, linesOf, type TextLine } from './lines.ts';
import { parseHeader, parseLine } from './parse.ts';

export interface TraceReading {
  /** Null where not even the header could be read. */
  readonly verdict: TraceVerdict | null;
  /** Lines read, the header among them. */
  readonly lines: number;
  /** The line that could not be read or may not stand where it stands, with the remedy. */
  readonly malformed: { readonly line: number; readonly text: string } | null;
  readonly isInterrupted: boolean;
}

export async function readTrace(
  stream: AsyncIterable<Uint8Array>,
  watch: { isInterrupted(): boolean; onLine(number: number): void },
): Promise<TraceReading> {
  let refinement: Refinement | null = null;
  let lines = 0;
  const reading = (malformed: TraceReading['malformed']): TraceReading => {
    const verdict = refinement?.verdict() ?? null;
    return { verdict, lines, malformed, isInterrupted: watch.isInterrupted() };
  };
  for await (const line of linesOf(stream)) {
    if (watch.isInterrupted()) return reading(null);
    const taken: Refinement | Problem = takeLine(refinement, line);
    if ('problem' in taken) return reading({ line: line.number, text: taken.problem });
    refinement = taken;
    lines = line.number;
    watch.onLine(lines);
    if (refinement.isOver) return reading(null);
  }
  return reading(refinement === null ? { line: 1, text: `${noHeader}, got nothing` } : null);
}

interface Problem {
  readonly problem: string;
}
const noHeader = 'expected the header of a trace, {"format":"lockstep-trace/1",...}';

function takeLine(
  refinement: Refinement | null,
  line: TextLine | LineProblem,
): Refinement | Problem {
  if ('problem' in line) return line;
  if (refinement === null) {
    const header = parseHeader(line.text);
    if ('problem' in header) return { problem: `${noHeader}: ${cutText(header.problem, line)}` };
    return createRefinement(header.value, bytesReader);
  }
  if (line.text === '') return refinement;
  const parsed = parseLine(line.text);
  if ('problem' in parsed) return { problem: cutText(parsed.problem, line) };
  const problem = refinement.take(parsed.value, line.number);
  return problem === null ? refinement : { problem };
}

/** The recorder may have died while it wrote: what stands before the last line is whole. */
const cutText = (problem: string, { isWhole }: TextLine): string =>
  isWhole ? problem : `the trace ends within this line; remove it, or record again. ${problem}`;
