import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generousTimeouts } from '../../conformance/adapter.ts';
import { monitors } from '../../conformance/monitors/index.ts';
import { type Plan, planRun, selectCases } from '../../conformance/plan.ts';
import { loadRequirements } from '../../conformance/requirements.ts';
import { inRoot } from '../../conformance/root.ts';
import { runPlan } from '../../conformance/runner.ts';
import { fileProblem } from '../../conformance/schema.ts';
import { caseSeed } from '../../conformance/seed.ts';

const everything = { tier: 'core', only: [], skip: [] } as const;
const plan = planRun(everything);
const clauses = new Set(loadRequirements(inRoot('spec', 'requirements')).map(({ name }) => name));
const twin = {
  file: process.execPath,
  args: ['--import', import.meta.resolve('tsx'), inRoot('test', 'broken', 'unbroken.ts')],
};

describe('the plan', () => {
  test('has no identifier twice', () => {
    expect(new Set(plan.cases.map(({ id }) => id)).size).toBe(plan.cases.length);
  });

  test('is the same whenever it is made', () => {
    expect(planRun(everything).hash).toBe(plan.hash);
  });

  test('files every case under clauses of the registry', () => {
    const unknown = plan.cases.flatMap((one) => one.clauses.filter((name) => !clauses.has(name)));

    expect([...new Set(unknown)]).toEqual([]);
  });

  test('is made of cases that fit their schema', () => {
    const problems = plan.cases.flatMap((one) => {
      const problem = fileProblem('case', JSON.parse(JSON.stringify(one)));
      return problem === undefined ? [] : [`${one.id}: ${problem}`];
    });

    expect(problems.slice(0, 5)).toEqual([]);
  });

  test('takes every state of every slice', () => {
    expect(plan.slices.length).toBeGreaterThan(0);
    for (const { name, states, transitions, cases, unreachable } of plan.slices) {
      expect(cases.length, name).toBeGreaterThan(0);
      expect(transitions - unreachable, name).toBeGreaterThan(states);
    }
  });
});

test('every monitor watches for a clause of the registry', () => {
  expect(monitors.map(({ clause }) => clause).filter((clause) => !clauses.has(clause))).toEqual([]);
});

describe('patterns', () => {
  test.each([
    ['an identifier', 'lifecycle.operations-on-owner/manual/protect-refused'],
    ['a clause', 'lifecycle.operations-on-owner'],
    ['an area', 'lifecycle'],
    ['a star', 'lifecycle.*/manual/protect-refused'],
    ['two stars', '**/protect-refused'],
  ])('%s', (_, pattern) => {
    const ids = selectCases(plan.cases, [pattern], []).map(({ id }) => id);

    expect(ids).toContain('lifecycle.operations-on-owner/manual/protect-refused');
    expect(selectCases(plan.cases, [], [pattern])).toHaveLength(plan.cases.length - ids.length);
  });

  test('one star does not cross a segment, and what matches nothing is an error', () => {
    expect(() => selectCases(plan.cases, ['lifecycle.*refused'], [])).toThrow(/matches no case/);
  });
});

test('the seed of a case depends on the seed of the run and on its identifier', () => {
  expect(caseSeed(1n, 'a')).toBe(caseSeed(1n, 'a'));
  expect(caseSeed(1n, 'a')).not.toBe(caseSeed(2n, 'a'));
  expect(caseSeed(1n, 'a')).not.toBe(caseSeed(1n, 'b'));
});

test('results do not depend on the number of jobs', async () => {
  const some: Plan = { ...plan, cases: plan.cases.filter((_, index) => index % 150 === 0) };
  const run = async (jobs: number) => {
    const options = {
      command: twin,
      timeouts: generousTimeouts,
      seed: 3n,
      jobs,
      failMax: Infinity,
    };
    const { results } = await runPlan(some, options);
    return results.map(({ case: { id }, verdict, steps, failure }) => {
      return { id, verdict, steps, reason: failure?.reason };
    });
  };

  expect(await run(2)).toEqual(await run(1));
});

describe('exit codes', () => {
  const exit = (...words: string[]): number | null => {
    const cwd = mkdtempSync(join(tmpdir(), 'lockstep-'));
    return spawnSync(process.execPath, [inRoot('lockstep.js'), ...words], { cwd }).status;
  };
  const smoke = ['run', '--tier', 'smoke', '--seed', '1'];

  test('0: conformant', () => expect(exit(...smoke, '--', twin.file, ...twin.args)).toBe(0));
  test('1: not conformant', () => {
    const mutant = inRoot('test', 'broken', 'releases-unacknowledged.ts');
    const command = [process.execPath, '--import', import.meta.resolve('tsx'), mutant];
    expect(exit(...smoke, '--', ...command)).toBe(1);
  });
  test('64: misuse', () => expect(exit('run', '--tier', 'none', '--', 'true')).toBe(64));
  test('64: no adapter', () => expect(exit('run')).toBe(64));
  test('65: a pattern that matches nothing', () => {
    expect(exit('run', '--only', 'no.such-clause', '--', 'true')).toBe(65);
  });
  test('69: no handshake', () => expect(exit(...smoke, '--', 'true')).toBe(69));
});
