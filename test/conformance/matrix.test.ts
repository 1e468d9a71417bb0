// The coverage matrix: standings, contradictions, totals and its two renderings.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildMatrix,
  type ClauseCoverage,
  type Coverage,
  CoverageError,
  matrixToJson,
  matrixToMarkdown,
  standings,
} from '../../conformance/matrix.ts';
import type { Level, Requirement } from '../../conformance/requirements.ts';

const none: ClauseCoverage = {
  chart: [],
  properties: [],
  slices: [],
  cases: 0,
  monitors: [],
  mutants: [],
};

function requirement(name: string, change: Partial<Requirement> = {}): Requirement {
  const area = name.split('.')[0] ?? '';
  const text = 'It MUST be so.';
  return {
    name,
    area,
    level: 'MUST',
    text,
    source: 'derived',
    chapter: 'protocol.md#flow',
    ...change,
  };
}

function standingWith(coverage: Partial<ClauseCoverage>): string | undefined {
  return buildMatrix([requirement('flow.a')], { 'flow.a': { ...none, ...coverage } }).rows[0]
    ?.standing;
}

describe('the standing of a clause', () => {
  it.each<[string, Partial<ClauseCoverage>]>([
    ['uncovered', {}],
    ['uncovered', { citations: ['impl/protocol/gate.ts:7'] }],
    ['uncovered', { mutants: ['drops-entry'] }],
    ['modelled', { chart: ['logging.full'] }],
    ['modelled', { properties: ['never-lost'] }],
    ['modelled', { slices: ['logging-owner'] }],
    ['judged', { cases: 1 }],
    ['judged', { vectors: 1 }],
    ['covered', { vectors: 3, mutants: ['counts-of-8-bits'] }],
    ['judged', { monitors: ['entry-order'], chart: ['logging.full'] }],
    ['covered', { cases: 3, mutants: ['drops-entry'] }],
    ['covered', { monitors: ['entry-order'], mutants: ['drops-entry'] }],
  ])('is %s with %j', (standing, coverage) => {
    expect(standingWith(coverage)).toBe(standing);
  });

  it('is uncovered when coverage does not speak of it', () => {
    expect(buildMatrix([requirement('flow.a')], {}).rows[0]?.standing).toBe('uncovered');
  });

  it('is tested when the registry names the test of the reference', () => {
    const clauses = [requirement('flow.a', { tested: 'test/a.test.ts' })];
    expect(buildMatrix(clauses, {}).rows[0]?.standing).toBe('tested');
  });

  it('is unscored when the registry says so, whatever a monitor sees', () => {
    const clauses = [requirement('flow.a', { unscored: 'nobody can see it' })];
    const matrix = buildMatrix(clauses, { 'flow.a': { ...none, monitors: ['m'], mutants: ['n'] } });
    expect(matrix.rows[0]?.standing).toBe('unscored');
  });
});

describe('contradictions', () => {
  it('refuses clauses that are not in the registry, all of them', () => {
    const build = () => buildMatrix([requirement('flow.a')], { 'flow.b': none, 'flow.c': none });
    expect(build).toThrow(CoverageError);
    expect(build).toThrow(/got flow\.b.*\n.*got flow\.c/);
  });

  it('refuses a case of an unscored clause', () => {
    const clauses = [requirement('flow.a', { unscored: 'nobody can see it' })];
    expect(() => buildMatrix(clauses, { 'flow.a': { ...none, cases: 1 } })).toThrow(
      /drop 'unscored'/,
    );
  });

  it.each<Partial<ClauseCoverage>>([{ cases: 1 }, { vectors: 2 }, { monitors: ['m'] }])(
    'refuses what judges a clause that is only tested: %j',
    (judged) => {
      const clauses = [requirement('flow.a', { tested: 'test/a.test.ts' })];
      expect(() => buildMatrix(clauses, { 'flow.a': { ...none, ...judged } })).toThrow(
        /drop 'tested'/,
      );
    },
  );

  it.each<Partial<ClauseCoverage>>([
    { chart: ['logging.full'] },
    { properties: ['never-lost'] },
    { slices: ['logging-owner'] },
  ])('refuses a citation by the model of an unmodelled clause: %j', (cited) => {
    const clauses = [requirement('flow.a', { unmodelled: 'real time: the model has no clock' })];
    expect(() => buildMatrix(clauses, { 'flow.a': { ...none, ...cited } })).toThrow(
      /expected no citation of an unmodelled clause, got (logging|never)/,
    );
  });

  it('accepts cases and monitors of an unmodelled clause', () => {
    const clauses = [requirement('flow.a', { unmodelled: 'real time: the model has no clock' })];
    const matrix = buildMatrix(clauses, { 'flow.a': { ...none, cases: 1, monitors: ['m'] } });
    expect(matrix.rows[0]).toMatchObject({ standing: 'judged', scope: 'outside' });
  });

  it.each([-1, 0.5, Number.NaN])('refuses %d cases', (cases) => {
    expect(() => standingWith({ cases })).toThrow(/expected a count of cases/);
  });
});

describe('totals', () => {
  const level = fc.constantFrom<Level>('MUST', 'SHOULD', 'MAY');
  const row = fc.record({
    area: fc.constantFrom('flow', 'output', 'device'),
    level,
    isScored: fc.boolean(),
    cases: fc.nat(2),
    mutants: fc.array(fc.constant('m'), { maxLength: 1 }),
    chart: fc.array(fc.constant('s'), { maxLength: 1 }),
  });

  it('add up, by area and by level alike', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const coverage: Record<string, ClauseCoverage> = {};
        const clauses = rows.map(({ area, level, isScored, cases, mutants, chart }, index) => {
          const name = `${area}.clause-${index}`;
          coverage[name] = { ...none, cases: isScored ? cases : 0, mutants, chart };
          return requirement(name, { level, ...(isScored ? {} : { unscored: 'not visible' }) });
        });
        const { total, byArea, byLevel } = buildMatrix(clauses, coverage);
        expect(total.total).toBe(rows.length);
        for (const standing of standings) {
          const sum = (all: readonly (typeof total)[]) => all.reduce((n, t) => n + t[standing], 0);
          expect(sum(Object.values(byArea))).toBe(total[standing]);
          expect(sum(Object.values(byLevel))).toBe(total[standing]);
        }
        expect(standings.reduce((n, standing) => n + total[standing], 0)).toBe(total.total);
      }),
    );
  });
});

describe('rendering', () => {
  const clauses = [
    requirement('flow.a', { profile: 'timed' }),
    requirement('flow.b', { level: 'SHOULD' }),
    requirement('output.c', { unscored: 'nobody can see it', unmodelled: 'no clock, no sight' }),
    requirement('output.d'),
    requirement('cpu.e', { chapter: 'cpu.md#steps', tested: 'test/e.test.ts' }),
    requirement('cpu.f', { chapter: 'cpu.md#steps' }),
  ];
  const coverage: Coverage = {
    'flow.a': { ...none, cases: 2, mutants: ['m|n'], citations: ['impl/x.ts:1'] },
    'output.d': { ...none, slices: ['logging-owner'] },
    'cpu.f': { ...none, vectors: 4 },
  };
  const matrix = buildMatrix(clauses, coverage);

  it('writes a Markdown row for every clause, uncovered ones too', () => {
    const lines = matrixToMarkdown(matrix).split('\n');
    expect(lines).toContain(
      '| flow.a | MUST (timed) | covered | unclaimed |  |  |  | 2 |  |  | m\\|n | impl/x.ts:1 |',
    );
    expect(lines).toContain('| flow.b | SHOULD | uncovered | unclaimed |  |  |  |  |  |  |  |  |');
    const reasons = 'unscored: nobody can see it | outside: no clock, no sight';
    expect(lines).toContain(`| output.c | MUST | ${reasons} |  |  |  |  |  |  |  |  |`);
    expect(lines).toContain(
      '| output.d | MUST | modelled | modelled |  |  | logging-owner |  |  |  |  |  |',
    );
    expect(lines).toContain(
      '| cpu.e | MUST | tested: test/e.test.ts | outside: its chapter is |  |  |  |  |  |  |  |  |',
    );
  });

  it('begins with the totals', () => {
    const text = matrixToMarkdown(matrix);
    expect(text).toContain(
      'Of 4 scored MUST, 0 are uncovered, 1 only tested on the reference, 1 only modelled, 1 judged',
    );
    expect(text).toContain('| all | 1 | 1 | 1 | 1 | 1 | 1 | 6 |');
    expect(text).toContain('| flow | 1 | 0 | 0 | 0 | 1 | 0 | 2 |');
  });

  it('counts what the model is about, by area and in all', () => {
    const text = matrixToMarkdown(matrix);
    expect(text).toContain('Of 4 clauses of the protocol the model cites 1, leaves out 1 for');
    expect(text).toContain('and neither with 2; 2 clauses are of chapters');
    expect(text).toContain('| area | modelled | outside | unclaimed | other-chapter | total |');
    expect(text).toContain('| output | 1 | 1 | 0 | 0 | 2 |');
    expect(text).toContain('| all | 1 | 1 | 2 | 2 | 6 |');
  });

  it('writes JSON with the same rows', () => {
    const { total, rows, scope } = JSON.parse(matrixToJson(matrix));
    expect(total).toEqual(matrix.total);
    expect(scope.total).toEqual({
      modelled: 1,
      outside: 1,
      unclaimed: 2,
      'other-chapter': 2,
      total: 6,
    });
    expect(rows[2]).toMatchObject({ scope: 'outside', unmodelled: 'no clock, no sight' });
    expect(rows).toHaveLength(clauses.length);
    expect(rows[0]).toMatchObject({ name: 'flow.a', standing: 'covered', coverage: { cases: 2 } });
  });
});
