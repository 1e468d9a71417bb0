// What a node is free in is accepted, and refused beyond its bounds. Each trace is one of the reference with the
// freedom used by hand.

import { describe, expect, test } from 'vitest';
import type {
  TraceDone,
  TraceEffect,
  TraceLine,
  TraceMessage,
} from '../../../model/refine/trace.ts';
import { recordSimulation, refine } from './recorded.ts';

const { header, lines } = recordSimulation({ seed: 11 });

type Sent = Extract<TraceEffect, { type: 'channel.send' }>;
const isSent =
  (kind: string) =>
  (effect: TraceEffect): effect is Sent =>
    effect.type === 'channel.send' && effect.message.kind === kind;
const isBeat = (effect: TraceEffect): boolean => effect.type === 'datagram.send';

/** The first line of effects from `from` on that has one that fits. */
function placeOf(
  fits: (effect: TraceEffect) => boolean,
  from = 0,
): { at: number; done: TraceDone } {
  const at = lines.findIndex(
    (line, index) => index >= from && 'effects' in line && line.effects.some(fits),
  );
  const done = lines[at];
  if (done === undefined || !('effects' in done)) throw new Error('the run has no such effect');
  return { at, done };
}

function effectAt(fits: (effect: TraceEffect) => boolean, from = 0): TraceEffect {
  const found = placeOf(fits, from).done.effects.find(fits);
  if (found === undefined) throw new Error('the run has no such effect');
  return found;
}

/** The trace with the effects of some lines replaced. */
const changed = (...changes: readonly (readonly [number, readonly TraceEffect[]])[]) => {
  const by = new Map(changes);
  const next = lines.map((line, at): TraceLine => {
    const effects = by.get(at);
    return effects !== undefined && 'effects' in line ? { ...line, effects } : line;
  });
  return refine({ header, lines: next });
};

const acknowledge = isSent('acknowledge');
type Acknowledge = Extract<TraceMessage, { kind: 'acknowledge' }>;
const isAcknowledgement = (effect: TraceEffect): effect is Sent & { message: Acknowledge } =>
  acknowledge(effect);

describe('acknowledgements', () => {
  const first = placeOf(acknowledge);
  const second = placeOf(acknowledge, first.at + 1);
  const withoutOwn = ({ at, done }: typeof first) =>
    [at, done.effects.filter((effect) => !acknowledge(effect))] as const;

  /** The acknowledgement of one line, with what is consumed at another. */
  function asAppliedAt(at: number, of: number): TraceEffect {
    const [now, then] = [effectAt(acknowledge, at), effectAt(acknowledge, of)];
    if (!isAcknowledgement(now) || !isAcknowledgement(then)) throw new Error('no acknowledgement');
    return { ...then, message: { ...then.message, applied: now.message.applied } };
  }

  test('may be gathered', () => {
    expect(changed(withoutOwn(first))).toMatchObject({ outcome: 'accepted' });
  });

  test('come before the next alive', () => {
    const node = first.done.node;
    const alive = lines.findIndex(
      (line, at) =>
        at > second.at &&
        'effects' in line &&
        line.node === node &&
        line.effects.some(isSent('alive')),
    );
    const gathered = lines.flatMap((line, at) => {
      if (!('effects' in line) || at > alive || line.node !== node) return [];
      return [withoutOwn({ at, done: line })];
    });

    expect(changed(...gathered)).toMatchObject({
      outcome: 'refused',
      refusal: { line: alive + 2, differences: [{ field: 'acknowledge' }] },
    });
  });

  test('may be repeated, and never decrease', () => {
    const again = [...second.done.effects, effectAt(acknowledge, second.at)];
    const lower = [...second.done.effects, asAppliedAt(second.at, first.at)];

    expect(changed([second.at, again])).toMatchObject({ outcome: 'accepted' });
    expect(changed([second.at, lower])).toMatchObject({
      outcome: 'refused',
      refusal: { line: second.at + 2, differences: [{ observed: 'acknowledge 1' }] },
    });
  });
});

describe('beats', () => {
  const { at, done } = placeOf(isBeat);
  const beat = effectAt(isBeat);
  const next = lines.findIndex(
    (line, index) => index > at && 'effects' in line && line.node === done.node,
  );
  const after = lines[next];
  const effects = after !== undefined && 'effects' in after ? after.effects : [];

  test('may come early', () => {
    expect(changed([next, [...effects, beat]])).toMatchObject({ outcome: 'accepted' });
  });

  test('go to the peer alone', () => {
    const stray = { ...beat, to: 'c#9' } as TraceEffect;

    expect(changed([next, [...effects, stray]])).toMatchObject({
      outcome: 'refused',
      refusal: { line: next + 2, differences: [{ field: 'beat' }] },
    });
  });
});

describe('messages', () => {
  const entry = placeOf(isSent('entry'));

  test('may be sent again as they were', () => {
    const next = placeOf(isSent('entry'), entry.at + 1);
    const again = [...next.done.effects, effectAt(isSent('entry'))];

    expect(changed([next.at, again])).toMatchObject({ outcome: 'accepted' });
  });

  test('are not made up', () => {
    const sent = effectAt(isSent('entry')) as Sent;
    const message = { ...sent.message, seq: '77' } as Sent['message'];
    const effects = [...entry.done.effects, { ...sent, message }];

    expect(changed([entry.at, effects])).toMatchObject({ refusal: { line: entry.at + 2 } });
  });
});

describe('the order of effects', () => {
  const { at, done } = placeOf((effect) => effect.type === 'report');

  test('is free between what is independent', () => {
    expect(done.effects.length).toBeGreaterThan(1);
    expect(changed([at, [...done.effects].reverse()])).toMatchObject({ outcome: 'accepted' });
  });

  test('is not free for an entry that names an output as left', () => {
    // In this run the guest puts out behind an open gate while its copy is on the way.
    const trace = recordSimulation({ seed: 7, span: 500 });
    const isLeaving = (line: TraceLine | undefined): line is TraceDone =>
      line !== undefined &&
      'effects' in line &&
      line.effects[0]?.type === 'output.emit' &&
      line.effects.some(isSent('entry'));
    const at = trace.lines.findIndex(isLeaving);
    const leaving = trace.lines[at];
    if (!isLeaving(leaving)) throw new Error('no entry behind an open gate');
    const effects = [...leaving.effects].reverse();

    expect(refine(trace)).toMatchObject({ outcome: 'accepted' });
    expect(
      refine({ ...trace, lines: trace.lines.with(at, { ...leaving, effects }) }),
    ).toMatchObject({
      outcome: 'refused',
      refusal: { line: at + 2, differences: [{ field: 'watermark' }] },
    });
  });
});

describe('a reason', () => {
  const worded = (reason: string) => (effect: TraceEffect) =>
    effect.type === 'report' ? { ...effect, reason } : effect;

  test('is free in its wording', () => {
    const { at, done } = placeOf((effect) => effect.type === 'report');

    expect(changed([at, done.effects.map(worded('as it pleased'))])).toMatchObject({
      outcome: 'accepted',
    });
  });

  test('but for a lost connection', () => {
    const { at, done } = placeOf(
      (effect) => effect.type === 'report' && effect.reason === 'lost-connection',
    );

    expect(changed([at, done.effects.map(worded('as it pleased'))])).toMatchObject({
      outcome: 'refused',
      refusal: { differences: [{ field: 'report' }] },
    });
  });
});

test('a channel that does not stand may be closed', () => {
  const isClose = (effect: TraceEffect): boolean => effect.type === 'channel.close';
  const { at, done } = placeOf(isClose);

  expect(changed([at, [...done.effects, effectAt(isClose)]])).toMatchObject({
    outcome: 'accepted',
  });
});
