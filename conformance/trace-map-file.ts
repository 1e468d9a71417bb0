// A map and a log from their texts: the map is held against its schema, and the log's lines are read through it as lines
// of a trace, which the caller then holds against theirs. Spec: conformance.md, "A log in other words".

import { readFileSync, statSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { LineProblem, TextLine } from '../model/cli/refine/lines.ts';
import { parseHeader } from '../model/cli/refine/parse.ts';
import { fileProblem } from './schema.ts';
import type { LogLine, TraceMap, Translated, Translator } from './trace-map.ts';
import { shorten } from './trace-map-value.ts';
import { BadInputError } from './verdict.ts';

export const mapBytesMax = 1024 * 1024;

/** A line of a trace that a map has made. */
export interface MappedLine extends TextLine {
  /** Of the map; absent: the header, or a line that could not be read. */
  readonly rule?: string;
}

export function readMap(path: string): TraceMap {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) {
    throw new BadInputError(
      `cannot read the map ${path}: write one as in spec/conformance.md, "A log in other words"`,
    );
  }
  if (found.size > mapBytesMax) {
    throw new BadInputError(
      `${path}: expected a map of at most ${mapBytesMax} bytes, got ${found.size}`,
    );
  }
  return parseMap(readFileSync(path, 'utf8'), path);
}

/** JSON is YAML. */
export function parseMap(text: string, path: string): TraceMap {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new BadInputError(`${path}: ${error.message}`);
  const value: unknown = document.toJS();
  const problem = fileProblem('map', value);
  if (problem !== undefined) {
    const isRule = /^rules\/\d+ /.test(problem);
    const remedy = isRule ? `; ${ruleRemedy}` : '';
    throw new BadInputError(`${path}: ${problem} (spec/schema/map.schema.json)${remedy}`);
  }
  // The schema has just been checked, and TraceMap is its transcription.
  const map = value as TraceMap;
  const header = parseHeader(headerOf(map));
  if ('problem' in header) throw new BadInputError(`${path}: header: ${header.problem}`);
  return map;
}

const ruleRemedy =
  'a rule has "when" and exactly one of "input", "effect", "refused", "ends", "begins" and "ignore"';
const headerOf = (map: TraceMap): string =>
  JSON.stringify({ format: 'lockstep-trace/1', ...map.header });

/** A log as the trace that the map makes of it: the header first. Ends after the first line that cannot be read. */
export async function* mappedLines(
  lines: AsyncIterable<TextLine | LineProblem>,
  map: TraceMap,
  translator: Translator,
): AsyncGenerator<MappedLine | LineProblem> {
  yield { number: 0, text: headerOf(map), isWhole: true };
  for await (const line of lines) {
    if ('problem' in line) {
      yield line;
      return;
    }
    if (line.text === '') continue;
    const log = logLine(line.text);
    if (log === undefined) {
      yield line.isWhole ? { number: line.number, problem: notLog(line.text) } : line;
      return;
    }
    const made = translator.take(log, line.number);
    if ('problem' in made) {
      yield { number: line.number, problem: made.problem };
      return;
    }
    yield* made.map(toLine);
  }
  yield* translator.end().map(toLine);
}

function toLine({ number, line, rule }: Translated): MappedLine {
  return { number, text: JSON.stringify(line), isWhole: true, rule };
}

function logLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const notLog = (text: string): string =>
  `expected one JSON object, got ${shorten(text)}: drop what is none before, as by grep '^{'`;
