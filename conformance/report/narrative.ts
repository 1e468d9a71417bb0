// A failure told to a person: the clause in its own words, the step, which conjunct of what was expected is false and
// by which values, and the traffic as a swim lane in plain text. Spec: conformance.md, "Explaining".

import type { Case } from '../case.ts';
import { lanesOf, milliseconds } from './lanes.ts';
import type { ReportFailure, StoryLine } from './report.ts';

/** One place where two values differ; `undefined` where one of them has nothing there. */
export interface Conjunct {
  /** As `ask[0].record.epoch`. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** The parts of an expectation that are false: none where a monitor spoke, which expects in words. */
export function falseConjuncts({
  expected,
  actual,
}: Pick<ReportFailure, 'expected' | 'actual'>): readonly Conjunct[] {
  const [wanted, got] = [parseField(expected), parseField(actual)];
  if (wanted === undefined || got === undefined || wanted.name !== got.name) return [];
  return differences(wanted.name, wanted.value, got.value);
}

/** `ask [{"version":0}]` is a field and its value. */
function parseField(text: string): { readonly name: string; readonly value: unknown } | undefined {
  const [, name, value] = /^(\w+) ([\s\S]+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) return undefined;
  try {
    return { name, value: JSON.parse(value) };
  } catch {
    // A fact that is a word stands as it is; a sentence is none.
    return /^\S+$/.test(value) ? { name, value } : undefined;
  }
}

function differences(path: string, expected: unknown, actual: unknown): Conjunct[] {
  if (JSON.stringify(expected) === JSON.stringify(actual)) return [];
  if (!isObject(expected) || !isObject(actual)) return [{ path, expected, actual }];
  const [wanted, got] = [new Map(Object.entries(expected)), new Map(Object.entries(actual))];
  const names = new Set([...wanted.keys(), ...got.keys()]);
  return [...names].flatMap((name) => {
    const inner = Array.isArray(expected) ? `${path}[${name}]` : `${path}.${name}`;
    return differences(inner, wanted.get(name), got.get(name));
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Conjuncts that are told; the rest are counted. */
const conjunctsMax = 12;
const valueMax = 200;

export interface NarrativeContext {
  /** The clause's sentence, where the registry has it. */
  clauseText(clause: string): string | undefined;
}

/** What went wrong. `played` is the case where it is known: of its step the other conjuncts held. */
export function narrative(
  failure: ReportFailure,
  played: Case | undefined,
  { clauseText }: NarrativeContext,
): string {
  const { reason, step, given, expected, actual, other, text, story } = failure;
  const clause = reason.split('#')[0] ?? '';
  const sentence = clauseText(clause);
  const conjuncts = falseConjuncts(failure);
  const shown = conjuncts.slice(0, conjunctsMax).map((one) => {
    return `  false     ${one.path}: expected ${valueText(one.expected)}, got ${valueText(one.actual)}`;
  });
  const held = heldFields(failure, played);
  return [
    step === 0 ? `failed: ${reason}` : `failed at step ${step}: ${reason}`,
    ...(sentence === undefined ? [] : [`  clause    ${clause}`, `            ${sentence}`]),
    ...(given === '' ? [] : [`  given     ${given}`]),
    ...shown,
    ...(conjuncts.length > conjunctsMax ? [`  and ${conjuncts.length - conjunctsMax} more`] : []),
    ...(held.length === 0 ? [] : [`  true      ${held.join(', ')}`]),
    ...(expected === '' ? [] : [`  expected  ${expected}`, `  actual    ${actual}`]),
    ...other.map((line) => `  also      ${line}`),
    ...(text === '' ? [] : [`  ${text}`]),
    ...(story.length === 0 ? [] : ['', laneText(story)]),
  ].join('\n');
}

function valueText(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > valueMax ? `${text.slice(0, valueMax)}…` : text;
}

/** Of a step's expectation, what was compared and found so. */
function heldFields({ step, reason, other }: ReportFailure, played: Case | undefined): string[] {
  const { expect = {} } = played?.steps[step - 1] ?? {};
  const { facts, ...rest } = expect;
  const named = [...Object.keys(rest), ...Object.keys(facts ?? {}).map((name) => `fact-${name}`)];
  const wrong = new Set([reason, ...other.map((line) => line.split(':')[0])]);
  const codes = new Set([...wrong].map((one) => one?.split('#')[1]));
  return named.filter((name) => !codes.has(name));
}

const columnWidth = 13;
const timeWidth = 15;
const labelMax = 60;

/** A column for each who took part, a line for each thing told, with what it says at its end. */
export function laneText(story: readonly StoryLine[]): string {
  const { arrows, lanes } = lanesOf(story);
  const head = lanes.map((lane) => lane.slice(0, columnWidth - 1).padEnd(columnWidth)).join('');
  const rows = arrows.map(({ from, to, label, line }, index) => {
    const [start, end] = [lanes.indexOf(from), lanes.indexOf(to)];
    const cells = lanes.map((_, column) => cellText(column, start, end));
    const short = label.length > labelMax ? `${label.slice(0, labelMax)}…` : label;
    const mark = index === arrows.length - 1 ? '  ◀ here' : '';
    return `${milliseconds(line.at).padStart(timeWidth - 2)}  ${cells.join('')}${short.trim()}${mark}`;
  });
  return [`${' '.repeat(timeWidth)}${head.trimEnd()}`, ...rows].join('\n');
}

/** The part of an arrow, or of a lane, that stands in one column. */
function cellText(column: number, start: number, end: number): string {
  const [left, right] = [Math.min(start, end), Math.max(start, end)];
  const isInside = column >= left && column < right;
  const tip = column === end ? (end > start ? '▶' : '◀') : column === start ? '●' : undefined;
  const mark = tip ?? (isInside ? '─' : '│');
  return `${mark}${(isInside ? '─' : ' ').repeat(columnWidth - 1)}`;
}
