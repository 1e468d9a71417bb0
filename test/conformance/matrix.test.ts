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

const none: ClauseCoverage = { chart: [], properties: [], cases: 0, monitors: [], mutants: [] };

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
    ['judged', { cases: 1 }],
    ['judged', { monitors: ['entry-order'], chart: ['logging.full'] }],
    ['covered', { cases: 3, mutants: ['drops-entry'] }],
    ['covered', { monitors: ['entry-order'], mutants: ['drops-entry'] }],
  ])('is %s with %j', (standing, coverage) => {
    expect(standingWith(coverage)).toBe(standing);
  });

  it('is uncovered when coverage does not speak of it', () => {
    expect(buildMatrix([requirement('flow.a')], {}).rows[0]?.standing).toBe('uncovered');
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
    requirement('output.c', { unscored: 'nobody can see it' }),
  ];
  const coverage: Coverage = {
    'flow.a': { ...none, cases: 2, mutants: ['m|n'], citations: ['impl/x.ts:1'] },
  };
  const matrix = buildMatrix(clauses, coverage);

  it('writes a Markdown row for every clause, uncovered ones too', () => {
    const lines = matrixToMarkdown(matrix).split('\n');
    expect(lines).toContain(
      '| flow.a | MUST (timed) | covered |  |  | 2 |  | m\\|n | impl/x.ts:1 |',
    );
    expect(lines).toContain('| flow.b | SHOULD | uncovered |  |  |  |  |  |  |');
    expect(lines).toContain('| output.c | MUST | unscored: nobody can see it |  |  |  |  |  |  |');
  });

  it('begins with the totals', () => {
    const text = matrixToMarkdown(matrix);
    expect(text).toContain('Of 1 scored MUST, 0 are uncovered, 0 only modelled, 0 judged');
    expect(text).toContain('| all | 1 | 0 | 0 | 1 | 1 | 3 |');
    expect(text).toContain('| flow | 1 | 0 | 0 | 1 | 0 | 2 |');
  });

  it('writes JSON with the same rows', () => {
    const { total, rows } = JSON.parse(matrixToJson(matrix));
    expect(total).toEqual(matrix.total);
    expect(rows).toHaveLength(clauses.length);
    expect(rows[0]).toMatchObject({ name: 'flow.a', standing: 'covered', coverage: { cases: 2 } });
  });
});
