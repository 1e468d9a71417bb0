// Traces with one thing changed, drawn from a seed: what a recorder, a wire or a faulty node could do to a trace.

import type { TraceDone, TraceEffect, TraceLine } from '../../../model/refine/trace.ts';
import { createRandom, type Random } from '../../simulator/random.ts';
import type { RecordedTrace } from './recorded.ts';

export interface Mutation {
  /** What was changed, for a failure. */
  readonly text: string;
  /** By the effect's type, and the message's kind. */
  readonly subject: string;
  readonly trace: RecordedTrace;
}
export type MutationKind = (typeof mutationKinds)[number];
export const mutationKinds = ['drop', 'double', 'swap', 'change', 'lose'] as const;

/** Null where the drawn place has nothing to change. */
export function mutate(kind: MutationKind, trace: RecordedTrace, seed: number): Mutation | null {
  const random = createRandom(seed);
  return kind === 'lose' ? loseStep(trace, random) : changeEffects(kind, trace, random);
}

function changeEffects(
  kind: Exclude<MutationKind, 'lose'>,
  trace: RecordedTrace,
  random: Random,
): Mutation | null {
  const places = trace.lines.flatMap((line, at) =>
    'effects' in line ? line.effects.map((effect, index) => ({ at, line, effect, index })) : [],
  );
  const { at, line, effect, index } = random.pick(places);
  const effects = changes[kind](line.effects, index, random);
  if (effects === null) return null;
  const text = `line ${at + 2}: ${kind} effect ${index}, ${JSON.stringify(effect)}`;
  const changed: TraceDone = { ...line, effects };
  return { text, subject: subjectOf(effect), trace: withLines(trace, at, 1, [changed]) };
}

const changes: {
  readonly [K in Exclude<MutationKind, 'lose'>]: (
    effects: readonly TraceEffect[],
    index: number,
    random: Random,
  ) => readonly TraceEffect[] | null;
} = {
  drop: (effects, index) => effects.toSpliced(index, 1),
  double: (effects, index) => effects.toSpliced(index, 0, ...effects.slice(index, index + 1)),
  swap(effects, index) {
    const [first, second] = effects.slice(index, index + 2);
    if (first === undefined || second === undefined) return null;
    if (subjectOf(first) !== subjectOf(second)) return null;
    return JSON.stringify(first) === JSON.stringify(second)
      ? null
      : effects.toSpliced(index, 2, second, first);
  },
  change(effects, index, random) {
    const places = leavesOf(effects[index], []).filter((path) => !isFree(path));
    if (places.length === 0) return null;
    const changed = changeLeaf(effects[index], random.pick(places));
    // One leaf of a value of this shape is another value of this shape.
    return effects.toSpliced(index, 1, changed as TraceEffect);
  },
};

/** An input and its effects, as if the recorder had slept; what a node may leave out as well leaves no sign. */
function loseStep(trace: RecordedTrace, random: Random): Mutation | null {
  const inputs = trace.lines.flatMap((line, at) => ('input' in line ? [{ line, at }] : []));
  const { line, at } = random.pick(inputs);
  const after = trace.lines[at + 1];
  if (after === undefined || !('effects' in after) || after.node !== line.node) return null;
  if (after.effects.every((effect) => /beat|acknowledge|alive/.test(subjectOf(effect))))
    return null;
  const { input } = line;
  const subject = 'message' in input ? `${input.type} ${input.message.kind}` : input.type;
  const text = `line ${at + 2}: lose ${JSON.stringify(line)}`;
  return { text, subject, trace: withLines(trace, at, 2, []) };
}

const withLines = (
  { header, lines }: RecordedTrace,
  at: number,
  count: number,
  by: readonly TraceLine[],
): RecordedTrace => ({ header, lines: lines.toSpliced(at, count, ...by) });

const subjectOf = (effect: TraceEffect): string =>
  'message' in effect ? `${effect.type} ${effect.message.kind}` : effect.type;

type Path = readonly (string | number)[];

function leavesOf(value: unknown, path: Path): Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => leavesOf(one, [...path, name]));
}

/** The kind of a thing is not changed into another here, and these fields are free. */
const isFree = (path: Path): boolean =>
  [
    'type',
    'kind',
    'reason',
    'number',
    'nonce',
    'entry',
    'code',
    'state',
    'phase',
    'result',
  ].includes(String(path.at(-1)));

function changeLeaf(value: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined) return changeText(String(value));
  if (Array.isArray(value)) {
    return value.map((one, at) => (String(at) === name ? changeLeaf(one, rest) : one));
  }
  const fields = Object.entries(value ?? {});
  return Object.fromEntries(
    fields.map(([field, one]) => [field, field === name ? changeLeaf(one, rest) : one]),
  );
}

function changeText(text: string): string {
  if (/^\d+$/.test(text)) return `${BigInt(text) + 1n}`;
  if (text.includes('#')) return `${text}0`;
  if (text === 'network') return 'console';
  if (text === 'console') return 'network';
  return `AA${text.startsWith('AA') ? 'B' : 'A'}${text.slice(3)}`;
}
