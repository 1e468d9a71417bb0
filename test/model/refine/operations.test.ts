// The manager's operations in traces: all of them in one run, and what a node may not do with any of them. Each refused
// trace is that run with one thing changed by hand.

import { describe, expect, test } from 'vitest';
import type { TraceDone, TraceEffect, TraceLine } from '../../../model/refine/trace.ts';
import { recordSimulation, refine } from './recorded.ts';

const trace = recordSimulation({ seed: 1, span: 500, operations: 0.2, faults: 3 });
const { header, lines } = trace;

describe('a run with every operation', () => {
  test.each([
    '"entry":"yield"',
    '"entry":"power-off"',
    '"type":"guest.saved"',
    '"type":"guest.loaded"',
    '"type":"manager.turn-off"',
    '"type":"manager.restart-secondary"',
    '"refused":"operation-pending"',
    '"phase":"off"',
    '"phase":"suspended"',
  ])('has %s', (text) => {
    expect(lines.some((line) => JSON.stringify(line).includes(text))).toBe(true);
  });

  test('is accepted', () => {
    expect(refine(trace)).toMatchObject({ outcome: 'accepted', refusal: null, unjudged: [] });
  });

  test('is accepted without the answers of images', () => {
    const shown = lines.filter((line) => !('input' in line) || line.input.type !== 'guest.saved');

    expect(refine({ header: { ...header, omitted: ['guest.saved'] }, lines: shown })).toMatchObject(
      { outcome: 'accepted' },
    );
  });

  test('is followed from a resume on', () => {
    const at = lines.findIndex((line) => 'input' in line && line.input.type === 'manager.resume');
    const resumed = lines[at];
    if (resumed === undefined) throw new Error('the run resumes nothing');
    const before = lines.slice(0, at).filter((line) => 'incarnation' in line);
    const own = lines.slice(at).filter(({ node }) => node === resumed.node);
    const verdict = refine({
      header: { ...header, from: 'anywhere' },
      lines: [...before, ...own],
    });

    expect(verdict).toMatchObject({ outcome: 'accepted' });
    expect(verdict.nodes.find(({ node }) => node === resumed.node)?.steps).toBeGreaterThan(10);
  });

  test('is accepted whatever its records give as reasons', () => {
    const worded = lines.map((line): TraceLine => {
      if (!('input' in line) || line.input.type !== 'arbiter.answered') return line;
      const { record } = line.input;
      const reason = 'as it pleased';
      return { ...line, input: { ...line.input, record: record && { ...record, reason } } };
    });

    expect(refine({ header, lines: worded })).toMatchObject({ outcome: 'accepted' });
  });
});

type Fits = (effect: TraceEffect) => boolean;
const is =
  (type: TraceEffect['type']): Fits =>
  (effect) =>
    effect.type === type;
const isEntry =
  (kind: string): Fits =>
  (effect) =>
    effect.type === 'channel.send' &&
    effect.message.kind === 'entry' &&
    effect.message.entry === kind;
const isEnabled: Fits = (effect) => effect.type === 'report' && effect.state === 'enabled';

const without =
  (fits: Fits) =>
  (done: TraceDone): TraceDone => ({
    ...done,
    effects: done.effects.filter((effect) => !fits(effect)),
  });
/** The effects that fit, with these fields instead; a message's own are in the message. */
const withFields =
  (fits: Fits, fields: object) =>
  (done: TraceDone): TraceDone => ({
    ...done,
    effects: done.effects.map((effect): TraceEffect => {
      if (!fits(effect)) return effect;
      if (effect.type !== 'channel.send') return { ...effect, ...fields } as TraceEffect;
      return { ...effect, message: { ...effect.message, ...fields } as typeof effect.message };
    }),
  });

const enabled = { type: 'report', state: 'enabled', reason: 'power-off' } as const;
const elsewhere = { network: '7', console: '7', disk: '7' };

describe('refused is', () => {
  test.each([
    ['an image under another token', is('guest.save'), { token: '77' }, 'guest'],
    ['an image with other offsets', is('guest.save'), { offsets: elsewhere }, 'guest'],
    ['the image of another token', is('guest.load'), { token: '77' }, 'guest'],
    ['an end of the log with data', isEntry('yield'), { data: 'AAAA' }, 'say'],
    ['an end of another kind', isEntry('yield'), { entry: 'power-off' }, 'say'],
    ['another state than that of the record', isEnabled, { state: 'halted' }, 'report'],
  ] as const)('%s', (_, fits, fields, field) => {
    expectRefused(({ effects }) => effects.some(fits), withFields(fits, fields), field);
  });

  test.each([
    ['a yield of a guest that runs', isEntry('yield'), is('guest.hold'), 'guest'],
    ['a power-off that the backup is not told', isEntry('power-off'), isEntry('power-off'), 'say'],
    ['a resume without its image', is('guest.load'), is('guest.load'), 'guest'],
    ['an end that is not reported', isEnabled, isEnabled, 'report'],
  ] as const)('%s', (_, fits, missing, field) => {
    expectRefused(({ effects }) => effects.some(fits), without(missing), field);
  });

  test('an end that is reported before its record', () => {
    const reportsEarly = (done: TraceDone): TraceDone => ({
      ...done,
      effects: [...done.effects, enabled],
    });
    expectRefused(({ effects }) => effects.some(isEntry('power-off')), reportsEarly, 'report');
  });

  test('a refusal by another code', () => {
    const isPending = ({ refused }: TraceDone): boolean => refused === 'operation-pending';
    expectRefused(isPending, (done) => ({ ...done, refused: 'joining' }), 'refused');
  });
});

/** At the first line of effects that fits, when it is changed. */
function expectRefused(
  fits: (done: TraceDone) => boolean,
  change: (done: TraceDone) => TraceDone,
  field: string,
): void {
  const at = lines.findIndex((line) => 'effects' in line && fits(line));
  const done = lines[at];
  if (done === undefined || !('effects' in done)) throw new Error('the run has no such step');

  expect(refine({ header, lines: lines.with(at, change(done)) })).toMatchObject({
    outcome: 'refused',
    refusal: {
      line: at + 2,
      differences: expect.arrayContaining([expect.objectContaining({ field })]),
    },
  });
}
