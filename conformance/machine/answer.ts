// Compares what a machine answered with what a case expects, field by field.
// Spec: conformance.md, "The machine".

import type { Difference } from '../judges/settled.ts';
import { canonical } from '../seed.ts';
import type { MachineResult, MachineSide } from '../wire.ts';
import type { AnswerSide, MachineAnswer } from './case.ts';
import { type DigestOf, entryToFrame, framesToLines, type Place } from './log.ts';

export interface AnswerContext {
  /** Of the first entry that the action may have logged. */
  readonly place: Place;
  readonly digestOf: DigestOf;
}

/** The first difference is the one that counts: fields that say why come before those that follow from it. */
export function compareAnswer(
  answer: MachineAnswer,
  result: MachineResult,
  context: AnswerContext,
): Difference[] {
  const pairs: readonly (readonly [code: string, expected: unknown, actual: unknown])[] = [
    ['refused', answer.refused, result.refused?.code ?? null],
    ['damage', answer.damage, damageOf(result)],
    ['divergence', answer.divergence, divergenceOf(result)],
    ['log', answer.log && expectedLog(answer.log, context), actualLog(result)],
    ['outputs', answer.outputs && outputsOf(answer.outputs), actualOutputs(answer, result)],
    ['stop', answer.stop, result.stop],
    ['position', answer.position, numberOf(result.position)],
    ['off', answer.off, result.off],
    ['taken', answer.taken, numberOf(result.taken)],
    ['dropped', answer.dropped, numberOf(result.dropped)],
    ['torn', answer.torn, numberOf(result.torn)],
    ['consumed', answer.consumed, numberOf(result.consumed)],
  ];
  const differences = pairs.flatMap(([code, expected, actual]) => {
    if (expected === undefined || canonical(expected) === canonical(actual ?? null)) return [];
    const [wanted, got] = [expected, actual ?? null].map((one) => `${code} ${canonical(one)}`);
    return [{ code, expected: wanted ?? '', actual: got ?? '' }];
  });
  return [...differences, ...compareDigest(answer.digest, result, context.digestOf)];
}

function compareDigest(
  expected: MachineAnswer['digest'],
  { digest }: MachineResult,
  digestOf: DigestOf,
): Difference[] {
  if (expected === undefined) return [];
  const actual = digest === undefined ? 'none' : Buffer.from(digest, 'base64').toString('hex');
  const hexOf = (mark: string): string => Buffer.from(digestOf(mark)).toString('hex');
  const isOther = typeof expected !== 'string' && expected.not !== undefined;
  const named = typeof expected === 'string' ? expected : hexOf(expected.of ?? expected.not ?? '');
  if ((actual === named) !== isOther) return [];
  const wanted = isOther ? `another than ${named}` : named;
  return [{ code: 'digest', expected: `digest ${wanted}`, actual: `digest ${actual}` }];
}

function expectedLog(log: NonNullable<MachineAnswer['log']>, { place, digestOf }: AnswerContext) {
  let { seq } = place;
  const frames = log.map((entry) => {
    const made = entryToFrame(entry, { ...place, seq }, digestOf);
    seq += 1;
    return made;
  });
  return framesToLines(Buffer.concat(frames));
}

function actualLog({ log }: MachineResult): readonly string[] {
  return framesToLines(Buffer.from(log ?? '', 'base64'));
}

function outputsOf(outputs: NonNullable<MachineAnswer['outputs']>): readonly object[] {
  return outputs.map(({ seq, offset, text }) => ({ ...(seq && { seq }), offset, text }));
}

/** With numbers where the case has them. */
function actualOutputs({ outputs: expected = [] }: MachineAnswer, { outputs = [] }: MachineResult) {
  const isNumbered = expected.some(({ seq }) => seq !== undefined);
  return outputs.map(({ seq, offset, data }) => {
    const text = Buffer.from(data, 'base64').toString('latin1');
    return { ...(isNumbered && { seq: Number(seq) }), offset: Number(offset), text };
  });
}

function damageOf({ damage }: MachineResult): object | null {
  return damage === undefined ? null : { code: damage.code, offset: Number(damage.offset) };
}

function divergenceOf({ divergence }: MachineResult): object | null {
  if (divergence === undefined) return null;
  const { seq, position, expected, actual } = divergence;
  const sideOf = ({ kind, position: at }: MachineSide): AnswerSide => {
    return { kind, position: Number(at) };
  };
  return {
    seq: Number(seq),
    position: Number(position),
    expected: sideOf(expected),
    actual: sideOf(actual),
  };
}

function numberOf(counter: string | undefined): number | null {
  return counter === undefined ? null : Number(counter);
}
