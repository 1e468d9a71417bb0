// Traces of the reference are accepted, whole, with inputs left out, and from their middle; a trace with one thing
// changed is refused. Rates are printed, not only bounded.

import { describe, expect, test } from 'vitest';
import { playCase } from '../../conformance/play.ts';
import { loadWrittenCases } from '../../conformance/written-cases.ts';
import { demonstrate } from '../../impl/host/demo.ts';
import { localPairConfig } from '../../impl/host/local-pair.ts';
import { createTraceRecorder } from '../../impl/host/trace.ts';
import { type Omissible, omissible, type TraceLine } from '../../model/refine/trace.ts';
import { createKvMachine } from '../machine/kv-guest.ts';
import { createRecordedAdapter } from './refine/adapter-trace.ts';
import { type MutationKind, mutate } from './refine/mutations.ts';
import { parseTrace, type RecordedTrace, recordSimulation, refine } from './refine/recorded.ts';

const long = recordSimulation({ seed: 18 });
/** With every kind of input that a trace may leave out, but for a divergence. */
const short = recordSimulation({ seed: 49, span: 300, operations: 0.3 });

describe('runs of the simulator with faults', () => {
  test.each([
    { seed: 31, network: 'may-be-lost', span: 600 },
    // The arbiter answers a request that it has failed.
    { seed: 289 },
  ] as const)('are accepted: seed $seed', (options) => {
    const trace = recordSimulation(options);

    expect(refine(trace)).toMatchObject({ outcome: 'accepted', refusal: null, unjudged: [] });
  });

  test('are accepted over thousands of steps, several lives and a takeover', () => {
    const { outcome, nodes } = refine(long);

    expect(outcome).toBe('accepted');
    expect(sum(nodes.map(({ steps }) => steps))).toBeGreaterThan(2500);
    expect(nodes.length).toBeGreaterThan(3);
    expect(JSON.stringify(long.lines)).toContain('"reason":"takeover"');
  });
});

test('the demonstration on the engine is accepted, over two kills', () => {
  const texts: string[] = [];
  const trace = createTraceRecorder(localPairConfig, (text) => texts.push(text));
  demonstrate(createKvMachine, () => {}, trace);
  const { outcome, nodes } = refine(parseTrace(texts));

  expect(outcome).toBe('accepted');
  expect(nodes.map(({ node }) => node)).toEqual(['p#1', 'b#1', 'p#2']);
});

describe('a trace that leaves inputs out', () => {
  test.each([...omissible])('of %s is accepted when it says so', (type) => {
    const given = short.lines.some((line) => 'input' in line && line.input.type === type);

    expect(given).toBe(type !== 'guest.diverged');
    expect(refine(without(short, [type]))).toMatchObject({ outcome: 'accepted', refusal: null });
  });

  test('of all that may be left out is accepted', () => {
    expect(refine(without(short, omissible))).toMatchObject({ outcome: 'accepted' });
  });

  test('is still refused for what no hidden input explains', () => {
    const trace = without(short, ['clock.advanced']);
    const at = trace.lines.findIndex((line) => hasEffect(line, 'output.emit'));
    const lines = trace.lines.toSpliced(at, 0, ...trace.lines.slice(at, at + 1));

    expect(refine({ ...trace, lines })).toMatchObject({
      outcome: 'refused',
      refusal: { line: at + 3, inputLine: null, differences: [{ field: 'emit' }] },
    });
  });
});

describe('a trace from the middle', () => {
  const header = { ...long.header, from: 'anywhere' } as const;

  test.each([100, 1500])('without its first %d lines is accepted from its anchors on', (cut) => {
    const verdict = refine({ header, lines: fromStep(long, cut) });

    expect(verdict).toMatchObject({ outcome: 'accepted', refusal: null });
    expect(sum(verdict.nodes.map(({ skipped }) => skipped))).toBeGreaterThan(0);
    expect(sum(verdict.nodes.map(({ steps }) => steps))).toBeGreaterThan(500);
  });

  test('is refused for a wrong step after an anchor', () => {
    const lines = fromStep(long, 1000);
    const at = lines.findLastIndex((line) => hasEffect(line, 'guest.hold'));
    const done = lines[at];
    if (done === undefined || !('effects' in done)) throw new Error('the run holds no guest');
    const effects = done.effects.filter(({ type }) => type !== 'guest.hold');

    expect(refine({ header, lines: lines.with(at, { ...done, effects }) })).toMatchObject({
      outcome: 'refused',
      refusal: { line: at + 2, differences: [{ allowed: 'guest.hold' }] },
    });
  });

  test('without an anchor is not decided', () => {
    const lines = long.lines.filter((line) => 'incarnation' in line || !('input' in line));

    expect(
      refine({ header: { ...header, omitted: ['clock.advanced'] }, lines: lines.slice(0, 9) }),
    ).toMatchObject({ outcome: 'undecided', why: 'no step could be followed' });
  });
});

describe('a number beyond the model', () => {
  test('is not decided', () => {
    const at = short.lines.findIndex(
      (line) => 'input' in line && line.input.type === 'guest.output',
    );
    const line = short.lines[at];
    if (line === undefined || !('input' in line)) throw new Error('the run has no output');
    const input = { ...line.input, position: `${2n ** 63n}` } as typeof line.input;

    expect(refine({ ...short, lines: short.lines.with(at, { ...line, input }) })).toMatchObject({
      outcome: 'undecided',
      why: `line ${at + 3}: the model counts up to 2^53-1, got ${2n ** 63n}`,
    });
  });
});

describe('one thing changed', async () => {
  const traces = await writtenTraces();

  test.each([
    { kind: 'drop', least: 0.97 },
    { kind: 'double', least: 1 },
    { kind: 'swap', least: 1 },
    { kind: 'change', least: 0.97 },
    // A step that is lost at the end of a life leaves no sign.
    { kind: 'lose', least: 0.6 },
  ] as const)('is refused: $kind', ({ kind, least }) => {
    const { tried, missed } = tryMutations(kind, traces);
    const rate = 1 - missed.length / tried;
    console.log(
      `${kind}: ${tried - missed.length} of ${tried} refused; not: ${[...new Set(missed)].join(', ') || 'none'}`,
    );

    expect(rate).toBeGreaterThanOrEqual(least);
  });
});

function tryMutations(
  kind: MutationKind,
  traces: readonly RecordedTrace[],
): { tried: number; missed: readonly string[] } {
  const missed: string[] = [];
  let tried = 0;
  for (let seed = 1; tried < mutationsTried; seed++) {
    const trace = traces[seed % traces.length];
    const mutation = trace && mutate(kind, trace, seed);
    if (mutation === undefined || mutation === null || isFree(kind, mutation.subject)) continue;
    tried++;
    if (refine(mutation.trace).outcome !== 'refused') missed.push(mutation.subject);
  }
  return { tried, missed };
}
const mutationsTried = 120;

/** What a node may do more than once, or late: spec/conformance.md, "Recorded traces". */
const isFree = (kind: MutationKind, subject: string): boolean => {
  if (/beat|acknowledge|alive/.test(subject)) return true;
  // Two channels that one step closes are those of two peers.
  if (kind === 'swap' && subject === 'channel.close') return true;
  return kind === 'double' && /^guest\.(?!apply|complete)|^channel\.(close|send)/.test(subject);
};

async function writtenTraces(): Promise<readonly RecordedTrace[]> {
  const adapter = createRecordedAdapter();
  const traces: RecordedTrace[] = [];
  for (const one of loadWrittenCases()) {
    await playCase(adapter, one, 5n, true);
    traces.push(adapter.trace());
  }
  return traces;
}

/** The inputs are gone, and so are their effects where there are none. */
function without({ header, lines }: RecordedTrace, omitted: readonly Omissible[]): RecordedTrace {
  const isOmitted = (line: TraceLine | undefined): boolean =>
    line !== undefined && 'input' in line && omitted.some((type) => type === line.input.type);
  const kept = lines.filter((line, at) => {
    if (isOmitted(line)) return false;
    return !(isOmitted(lines[at - 1]) && 'effects' in line && line.effects.length === 0);
  });
  return { header: { ...header, omitted }, lines: kept };
}

const hasEffect = (line: TraceLine, type: string): boolean =>
  'effects' in line && line.effects.some((effect) => effect.type === type);

/** Begins at an input; the lives that had begun before are named first. */
function fromStep({ lines }: RecordedTrace, cut: number): readonly TraceLine[] {
  const at = lines.findIndex((line, index) => index >= cut && 'input' in line);
  const begun = lines.slice(0, at).filter((line) => 'incarnation' in line);
  return [...begun, ...lines.slice(at)];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
