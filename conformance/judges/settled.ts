// The first judge: what was observed against what the slice, or the case's author, expects.
// It compares field by field and says which; what an implementation is free in is not compared.
// Spec: conformance.md, "Settled observation".

import type { AskExpected, CaseMessage, Expectation } from '../case.ts';
import { canonical, isSame } from '../seed.ts';
import type { Facts } from '../wire.ts';
import type { Observation } from './observation.ts';

export interface Difference {
  /** The field that differs: the code of the reason. */
  readonly code: string;
  /** Both begin with the name of what is compared. */
  readonly expected: string;
  readonly actual: string;
}

const fields = [
  'refused',
  'emit',
  'write',
  'fence',
  'announce',
  'ask',
  'say',
  'acknowledged',
  'open',
  'close',
  'guest',
  'share',
  'complete',
  'report',
] as const;

/** Every field in which the observation is not what was expected. */
export function compareObservation(expected: Expectation, actual: Observation): Difference[] {
  const found: Difference[] = [];
  for (const field of fields) {
    if (expected[field] === undefined) continue;
    const [wanted, got] = comparable(field, expected, actual);
    if (!isSame(wanted, got)) {
      const named = (value: unknown): string => `${field} ${canonical(value)}`;
      found.push({ code: field, expected: named(wanted), actual: named(got) });
    }
  }
  return found;
}

function comparable(
  field: (typeof fields)[number],
  expected: Expectation,
  actual: Observation,
): [unknown, unknown] {
  if (field === 'ask') return [expected.ask?.map(askShape), actual.ask?.map(askShape)];
  if (field === 'say') return sayShapes(expected.say ?? [], actual.say ?? []);
  // Channels are closed in any order.
  if (field === 'close') return [inOrder(expected.close), inOrder(actual.close)];
  if (field === 'report') return reportShapes(expected.report ?? [], actual.report ?? []);
  return [expected[field], actual[field]];
}

const inOrder = (connections: readonly number[] = []): readonly number[] =>
  [...connections].sort((a, b) => a - b);

/** A read by its name, a swap by its content; the reason in a record is for people. */
function askShape({ intent, version, record }: AskExpected): unknown {
  if (intent === 'read' || record === undefined) return { intent };
  return { version, record: record === null ? null : { ...record, reason: '' } };
}

/** Messages by the fields that the expectation names. */
function sayShapes(
  expected: readonly CaseMessage[],
  actual: readonly CaseMessage[],
): [unknown, unknown] {
  const shown = actual.map((message, index) => {
    const wanted = expected[index];
    if (wanted === undefined || wanted.kind !== message.kind) return message;
    return Object.fromEntries(
      Object.entries(message).filter(([name]) => Object.hasOwn(wanted, name)),
    );
  });
  return [expected, shown];
}

/** States in order; a reason only where the expectation names one. */
function reportShapes(
  expected: NonNullable<Expectation['report']>,
  actual: NonNullable<Expectation['report']>,
): [unknown, unknown] {
  const shown = actual.map(({ state, reason }, index) => {
    return expected[index]?.reason === undefined ? { state } : { state, reason };
  });
  return [expected, shown];
}

/** Facts that differ; one that the adapter cannot observe is not compared. */
export function compareFacts(
  expected: NonNullable<Expectation['facts']>,
  actual: Facts,
): Difference[] {
  const observed = new Map<string, unknown>(Object.entries(actual));
  const found: Difference[] = [];
  for (const [name, wanted] of Object.entries(expected)) {
    const got = observed.get(name);
    if (typeof got === 'object' && got !== null) continue;
    if (String(got) === String(wanted)) continue;
    found.push({ code: `fact-${name}`, expected: `${name} ${wanted}`, actual: `${name} ${got}` });
  }
  return found;
}
