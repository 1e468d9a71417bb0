// `lockstep check-trace`: the clause monitors over the log of a real system, read as a stream. It opens the file, asks
// the monitors and, where wished, the model, and tells; check-trace.ts judges. Spec: conformance.md, "Level L1".

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { bytesReader } from '../../model/cli/refine/bytes.ts';
import { type LineProblem, linesOf, type TextLine } from '../../model/cli/refine/lines.ts';
import { parseHeader, parseLine } from '../../model/cli/refine/parse.ts';
import { createRefinement, type Refinement } from '../../model/refine.ts';
import { createTraceCheck, type TraceCheck } from '../check-trace.ts';
import { renderTraceReport, type TraceReport, traceReportOf } from '../report/trace-report.ts';
import { createTranslator, type TraceMap } from '../trace-map.ts';
import { type MappedLine, mappedLines, readMap } from '../trace-map-file.ts';
import { BadInputError, exitCode } from '../verdict.ts';
import { clauseTexts } from './common.ts';

export interface CheckTraceFlags {
  readonly model?: boolean;
  /** Of the log, where it is not a trace itself. */
  readonly map?: string;
  readonly allowInconclusive?: boolean;
  readonly json?: boolean;
}

export async function checkTrace(path: string, flags: CheckTraceFlags): Promise<number> {
  const map = flags.map === undefined ? undefined : readMap(flags.map);
  const report = await readTraceReport(await open(path), flags.model === true, map);
  const text = flags.json === true ? JSON.stringify(report, null, 2) : textOf(report);
  console.log(text);
  return reportToExitCode(report, flags.allowInconclusive === true);
}

/** A violation counts before what ends the reading, and that before what is not known. */
export function reportToExitCode(report: TraceReport, allowsInconclusive: boolean): number {
  const isRefused = report.model?.outcome === 'refused';
  if (report.violations.length > 0 || isRefused) return exitCode.nonConformant;
  if (report.malformed !== null) return exitCode.badInput;
  const isUnsure = report.gaps.length > 0 || report.model?.outcome === 'undecided';
  return isUnsure && !allowsInconclusive ? exitCode.inconclusive : exitCode.conformant;
}

/** Reads to the end, or to the first line that cannot be read. */
export async function readTraceReport(
  stream: AsyncIterable<Uint8Array>,
  withModel: boolean,
  map?: TraceMap,
): Promise<TraceReport> {
  const translator = map === undefined ? undefined : createTranslator(map);
  const read = linesOf(stream);
  const source =
    map === undefined || translator === undefined ? read : mappedLines(read, map, translator);
  let judges: Judges | null = null;
  let lines = 0;
  let end: Pick<TraceReport, 'malformed'> & { readonly cut: number | null } = whole;
  for await (const line of source) {
    const taken = takeLine(judges, line, withModel);
    if ('problem' in taken) {
      const isCut = judges !== null && 'isWhole' in line && !line.isWhole;
      const malformed = { line: line.number, text: taken.problem };
      end = isCut ? { malformed: null, cut: line.number } : { malformed, cut: null };
      break;
    }
    judges = taken;
    lines = Math.max(lines, line.number);
  }
  if (judges === null && end.malformed === null) {
    end = { malformed: { line: 1, text: `${noHeader}, got nothing` }, cut: null };
  }
  const verdict = judges?.refinement?.verdict() ?? null;
  const mapped = translator?.use() ?? null;
  return traceReportOf({ found: judges?.check.report() ?? null, verdict, lines, mapped, ...end });
}

const textOf = (report: TraceReport): string => renderTraceReport(report, clauseTexts());

interface Judges {
  readonly check: TraceCheck;
  readonly refinement: Refinement | null;
}
interface Problem {
  readonly problem: string;
}
const whole = { malformed: null, cut: null };
const noHeader = 'expected the header of a trace, {"format":"lockstep-trace/1",...}';

function takeLine(
  judges: Judges | null,
  line: TextLine | MappedLine | LineProblem,
  withModel: boolean,
): Judges | Problem {
  if ('problem' in line) return line;
  if (judges === null) {
    const header = parseHeader(line.text);
    if ('problem' in header) return { problem: `${noHeader}: ${header.problem}` };
    const refinement = withModel ? createRefinement(header.value, bytesReader) : null;
    return { check: createTraceCheck(header.value), refinement };
  }
  if (line.text === '') return judges;
  const parsed = parseLine(line.text);
  if ('problem' in parsed) return inRule(line, parsed.problem);
  const problem = judges.check.take(parsed.value, line.number);
  if (problem !== null) return inRule(line, problem);
  // It asks of a line's place no more than the check does, which has just allowed it.
  judges.refinement?.take(parsed.value, line.number);
  return judges;
}

/** What a rule of a map made is told with the rule. */
function inRule(line: TextLine | MappedLine, problem: string): Problem {
  const rule = 'rule' in line ? line.rule : undefined;
  return { problem: rule === undefined ? problem : `what ${rule} of the map made: ${problem}` };
}

async function open(path: string): Promise<AsyncIterable<Uint8Array>> {
  if (path === '-') return process.stdin;
  const found = await stat(path).catch(() => null);
  if (found?.isFile() === true) return createReadStream(path);
  if (found === null) {
    throw new BadInputError(
      `cannot read ${path}: record one, such as by lockstep vm demo --trace ${path}`,
    );
  }
  throw new BadInputError(`expected a file, got ${path}; a stream is read from standard input, -`);
}
