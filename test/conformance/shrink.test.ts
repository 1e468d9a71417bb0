// Shrinking: shorter, legal by the model, failing by the same reason, and passed by an implementation that is not broken.

import { describe, expect, test } from 'vitest';
import { generousTimeouts } from '../../conformance/adapter.ts';
import type { Case } from '../../conformance/case.ts';
import { generateSlice } from '../../conformance/generate.ts';
import type { Result } from '../../conformance/play.ts';
import { createPlayer } from '../../conformance/player.ts';
import { symbolicOf } from '../../conformance/resimulate.ts';
import { inRoot } from '../../conformance/root.ts';
import { canonical } from '../../conformance/seed.ts';
import { shrinkCase } from '../../conformance/shrink.ts';
import { slices } from '../../model/slices.ts';

const slice = slices.find(({ name }) => name === 'lifecycle-alone');
const cases = slice === undefined ? [] : generateSlice(slice).cases;
const longest = cases.reduce((one, two) => (two.steps.length > one.steps.length ? two : one));
const types = ({ steps }: Case): string[] => steps.map(({ give }) => give.type);
const [early, late] = ['manager.protect', 'guest.copied'] as const;
const fixed = slice?.preamble.length ?? 0;
const all = [...longest.steps.keys()];

describe('a case as symbols', () => {
  const symbolic = symbolicOf(longest);

  test('of all its steps is the case again', () => {
    const again = symbolic?.of(all);

    expect(again?.steps.map(({ give }) => canonical(give))).toEqual(
      longest.steps.map(({ give }) => canonical(give)),
    );
    expect(again?.steps.map(({ expect }) => canonical(expect))).toEqual(
      longest.steps.map(({ expect }) => canonical(expect)),
    );
  });

  test('is none where the world cannot give what is left', () => {
    const saved = types(longest).indexOf('guest.saved');

    expect(saved).toBeGreaterThan(fixed);
    expect(symbolic?.of([saved])).toBeUndefined();
  });

  test('comes from a slice alone', () => {
    expect(symbolicOf({ ...longest, slice: 'none' })).toBeUndefined();
  });
});

describe('a case that fails', () => {
  const failure = { expected: '', actual: '', other: [], story: [] };
  /** Fails at the first of these stimuli behind another one. */
  const failing = (first: string, then: string, reason: (one: Case) => string) => {
    return async (one: Case): Promise<Result> => {
      const given = types(one);
      const at = given.indexOf(then, given.indexOf(first) + 1);
      const base = { case: one, seed: 1n, steps: one.steps.length };
      if (!given.includes(first) || at < 0) return { ...base, verdict: 'pass' };
      return {
        ...base,
        verdict: 'fail',
        failure: { ...failure, reason: reason(one), step: at + 1 },
      };
    };
  };
  const budget = { budgetMs: 60_000, now: () => 0 };

  test('keeps only what its failure needs, and what makes that legal', async () => {
    const play = failing(early, late, () => 'a.b#c');
    const shrunk = await shrinkCase(await play(longest), { ...budget, play });
    const kept = types(shrunk.case).slice(fixed);

    expect(types(shrunk.case).slice(0, fixed)).toEqual(types(longest).slice(0, fixed));
    expect(kept.at(-1)).toBe(late);
    expect(kept).toContain(early);
    expect(shrunk.after).toBeLessThan(shrunk.before);
    expect(shrunk.result.failure?.reason).toBe('a.b#c');
    expect(shrunk.case.id).toBe(`${longest.id}.shrunk`);
  });

  test('does not slip to another reason', async () => {
    const first = await failing(early, late, () => 'a.b#c')(longest);
    const whole = first.failure?.step ?? 0;
    const reason = (one: Case): string => (one.steps.length < whole ? 'other.one#c' : 'a.b#c');
    const play = failing(early, late, reason);
    const shrunk = await shrinkCase(first, { ...budget, play });

    expect(shrunk.result.failure?.reason).toBe('a.b#c');
    expect(shrunk.after).toBe(whole);
  });

  test('stops at its budget with the shortest so far', async () => {
    const play = failing(early, late, () => 'a.b#c');
    const shrunk = await shrinkCase(await play(longest), { play, budgetMs: 0, now: () => 0 });

    expect(shrunk).toMatchObject({ isOver: true, plays: 0, after: shrunk.before });
  });
});

test('a broken implementation fails the shrunk case by the same reason, its twin passes it', {
  timeout: 180_000,
}, async () => {
  const tsx = ['--import', import.meta.resolve('tsx')];
  const playerOf = (name: string) => {
    const args = [...tsx, inRoot('test', 'broken', `${name}.ts`)];
    return createPlayer({ file: process.execPath, args }, generousTimeouts);
  };
  const [broken, twin] = [playerOf('token-is-epoch'), playerOf('unbroken')];
  const long = cases.filter(({ steps }) => steps.length > 20);
  const results: Result[] = [];
  for (const one of long) results.push(await broken.play(one, 7n));
  const stepOf = (result: Result | undefined): number => result?.failure?.step ?? 0;
  const failed = results.reduce((one, two) => (stepOf(two) > stepOf(one) ? two : one));
  const play = (one: Case) => broken.play(one, 7n);
  const now = () => performance.now();
  const shrunk = await shrinkCase(failed, { play, budgetMs: 60_000, now });

  expect(shrunk.after).toBeLessThan(shrunk.before);
  expect((await play(shrunk.case)).failure?.reason).toBe(failed.failure?.reason);
  expect((await twin.play(shrunk.case, 7n)).verdict).toBe('pass');
  await Promise.all([broken.close(), twin.close()]);
});
