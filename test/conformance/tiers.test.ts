// The complete tiers: each word of a suite is a case, nothing is built before it is asked for, and the plan is
// the same whenever it is made.

import { beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../conformance/case.ts';
import { type CompleteSlice, completeSlice, parseGenerator } from '../../conformance/complete.ts';
import { playableSlices } from '../../conformance/generate.ts';
import type { Plan } from '../../conformance/plan.ts';
import { guaranteeText } from '../../conformance/report/guarantee.ts';
import { fileProblem } from '../../conformance/schema.ts';
import { planTier } from '../../conformance/tiers.ts';

const sliceNamed = (name: string) => {
  const slice = playableSlices().find((one) => one.name === name);
  if (slice === undefined) throw new Error(`no slice ${name}`);
  return slice;
};
const logging = sliceNamed('logging-backup');
const all = (suite: CompleteSlice): Case[] => [...suite.cases()].map((made) => made.case);

describe('a complete suite', () => {
  const suite = completeSlice(logging, { extraStates: 0, facts: true });
  const cases = all(suite);

  test('has a case for each test, each with an identifier of its own', () => {
    expect(cases).toHaveLength(suite.tests);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(suite.tests);
  });

  test('is the same whenever it is asked for', () => {
    expect(all(suite).map(({ id }) => id)).toEqual(cases.map(({ id }) => id));
  });

  test('gives cases that fit their schema and name how they are made', () => {
    for (const one of cases) {
      expect(fileProblem('case', JSON.parse(JSON.stringify(one)))).toBeUndefined();
      const generator = parseGenerator(one.id.split('/')[1] ?? '');
      expect(generator).toEqual({ slice: 'logging-backup', extraStates: 0, facts: true });
    }
  });

  test('compares facts after every input of the word, and none where none are observed', () => {
    const preamble = logging.preamble.length;
    const blind = all(completeSlice(logging, { extraStates: 0, facts: false }));
    for (const { steps } of cases) {
      expect(steps.slice(preamble).every(({ expect }) => expect?.facts !== undefined)).toBe(true);
    }
    expect(blind.flatMap(({ steps }) => steps).some(({ expect }) => expect?.facts)).toBe(false);
    expect(blind[0]?.id).toMatch(/\.no-facts\//);
  });

  test('grows with the states that an implementation may have beyond its own', () => {
    const deeper = completeSlice(logging, { extraStates: 1, facts: true });

    expect(deeper.tests).toBeGreaterThan(suite.tests);
    expect(deeper.states).toBe(suite.states);
  });

  test('counts what virtual time cuts short, and gives no sequence twice', () => {
    const cut = completeSlice(sliceNamed('pairing-owner'), { extraStates: 0, facts: true });
    const made = [...cut.cases()];
    const ids = new Set(made.map((one) => one.case.id));

    expect(made.some(({ isCut }) => isCut)).toBe(true);
    expect(made.length).toBeLessThanOrEqual(cut.tests);
    expect(ids.size).toBe(made.length);
  });
});

describe('the plan of the tier full', () => {
  const options = { tier: 'full', only: ['logging-backup'], skip: [] } as const;
  let plan: Plan;
  beforeAll(() => {
    plan = planTier(options);
  });

  test('holds core and the suites, as the filters allow', () => {
    const ids = [...plan.cases].map(({ id }) => id.split('/')[1]);

    expect(ids).toHaveLength(plan.cases.length);
    expect(new Set(ids)).toEqual(new Set(['logging-backup', 'logging-backup.hsi.k0']));
    expect(plan.suites.map(({ extraStates }) => extraStates)).not.toContain(1);
  });

  test('says what it guarantees, and nothing where not all of it passed', () => {
    const whole = guaranteeText({ ...plan, leftOut: 0, isWhole: true, observes: true });
    const cut = plan.suites.reduce((sum, one) => sum + one.cut, 0);

    expect(whole).toMatch(/the same outputs and facts as the model after every sequence/);
    expect(whole).toContain(`but for ${cut} tests`);
    expect(whole).toMatch(/no more states than the minimal slice/);
    expect(guaranteeText({ ...plan, leftOut: 0, isWhole: false, observes: true })).toMatch(/^none/);
  });
});
