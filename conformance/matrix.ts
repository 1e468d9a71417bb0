// The traceability matrix: for every clause, what covers it, and how far that goes.
// It gathers nothing itself: the caller brings the coverage found in the model, a run and the sources.
// Spec: conventions.md, "Coverage of a clause".

import type { Level, Requirement } from './requirements.ts';
import {
  citingPlaces,
  countScopes,
  type ModelCitations,
  type Scope,
  type ScopeTotals,
  scopeOf,
  scopeSummary,
  scopes,
  scopeToText,
} from './scope.ts';

/** What covers one clause. */
export interface ClauseCoverage extends ModelCitations {
  /** Conformance cases that judge the clause. */
  readonly cases: number;
  /** Instruction vectors that are evidence for the clause. */
  readonly vectors?: number;
  /** Clause monitors. */
  readonly monitors: readonly string[];
  /** Broken implementations that fail by this clause while their unbroken twin passes. */
  readonly mutants: readonly string[];
  /** Places of the reference implementation that cite the clause, as file:line. */
  readonly citations?: readonly string[];
}

/** Coverage by clause name. A clause that is absent is covered by nothing. */
export type Coverage = Readonly<Record<string, ClauseCoverage>>;

/**
 * How far the coverage of a clause goes, best first. `covered` needs a case, a monitor or a vector that
 * a mutant has proved able to fail; without the mutant the clause is only `judged`. `tested` is said of
 * the reference alone.
 */
export type Standing = 'covered' | 'judged' | 'modelled' | 'tested' | 'uncovered' | 'unscored';

export interface MatrixRow {
  readonly requirement: Requirement;
  readonly coverage: ClauseCoverage;
  readonly standing: Standing;
  readonly scope: Scope;
}

/** Counts of rows by standing; `total` is their sum. */
export type Totals = Readonly<Record<Standing | 'total', number>>;

export interface Matrix {
  readonly rows: readonly MatrixRow[];
  readonly byArea: Readonly<Record<string, Totals>>;
  readonly byLevel: Readonly<Record<Level, Totals>>;
  readonly total: Totals;
  /** What the model is about, of all clauses and by area. */
  readonly scope: { readonly total: ScopeTotals; readonly byArea: ScopesByArea };
}

type ScopesByArea = Readonly<Record<string, ScopeTotals>>;

/** Thrown when coverage and registry contradict each other; every contradiction is a line. */
export class CoverageError extends Error {
  override readonly name = 'CoverageError';
}

export const standings: readonly Standing[] = [
  'covered',
  'judged',
  'modelled',
  'tested',
  'uncovered',
  'unscored',
];

const levels: readonly Level[] = ['MUST', 'SHOULD', 'MAY'];

export function buildMatrix(requirements: readonly Requirement[], coverage: Coverage): Matrix {
  refuseContradictions(requirements, coverage);
  const rows = requirements.map((requirement) => {
    const found = coverage[requirement.name] ?? nothing;
    const standing = standingOf(requirement, found);
    return { requirement, coverage: found, standing, scope: scopeOf(requirement, found) };
  });
  const areas = [...new Set(requirements.map(({ area }) => area))];
  const ofArea = (area: string) => rows.filter(({ requirement }) => requirement.area === area);
  const ofLevel = (level: Level) => rows.filter(({ requirement }) => requirement.level === level);
  return {
    rows,
    byArea: Object.fromEntries(areas.map((area) => [area, count(ofArea(area))])),
    byLevel: {
      MUST: count(ofLevel('MUST')),
      SHOULD: count(ofLevel('SHOULD')),
      MAY: count(ofLevel('MAY')),
    },
    total: count(rows),
    scope: {
      total: countScopes(rows.map(({ scope }) => scope)),
      byArea: Object.fromEntries(
        areas.map((area) => [area, countScopes(ofArea(area).map(({ scope }) => scope))]),
      ),
    },
  };
}

/** The matrix as Markdown: totals by level and by area, then a table of clauses for each area. */
export function matrixToMarkdown(matrix: Matrix): string {
  const areas = Object.entries(matrix.byArea);
  const byLevel = levels.map((level): TotalsLine => [level, matrix.byLevel[level]]);
  const sections = [
    '# Coverage of the clauses',
    summary(matrix),
    totalsTable('level', [...byLevel, ['all', matrix.total]]),
    totalsTable('area', areas),
    scopeSection(matrix),
    ...areas.map(([area]) => areaSection(area, matrix.rows)),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** The matrix as JSON text, one row a clause, for reports and other programs. */
export function matrixToJson(matrix: Matrix): string {
  const rows = matrix.rows.map(({ requirement, coverage, standing, scope }) => {
    const { name, level, profile, unscored, tested, unmodelled } = requirement;
    return { name, level, profile, unscored, tested, standing, scope, unmodelled, coverage };
  });
  const { total, byLevel, byArea, scope } = matrix;
  return `${JSON.stringify({ total, byLevel, byArea, scope, rows }, null, 2)}\n`;
}

const nothing: ClauseCoverage = {
  chart: [],
  properties: [],
  slices: [],
  cases: 0,
  monitors: [],
  mutants: [],
};

function standingOf(requirement: Requirement, coverage: ClauseCoverage): Standing {
  if (requirement.unscored !== undefined) return 'unscored';
  if (isJudged(coverage)) return coverage.mutants.length > 0 ? 'covered' : 'judged';
  if (citingPlaces(coverage).length > 0) return 'modelled';
  return requirement.tested === undefined ? 'uncovered' : 'tested';
}

function isJudged({ cases, vectors = 0, monitors }: ClauseCoverage): boolean {
  return cases > 0 || vectors > 0 || monitors.length > 0;
}

function refuseContradictions(requirements: readonly Requirement[], coverage: Coverage): void {
  const byName = new Map(requirements.map((requirement) => [requirement.name, requirement]));
  const lines = Object.entries(coverage).flatMap(([name, found]) => {
    const { cases, vectors = 0 } = found;
    const requirement = byName.get(name);
    if (requirement === undefined) {
      return [
        `expected the name of a clause, got ${name}: add it to the registry or mend the name`,
      ];
    }
    if (!Number.isSafeInteger(cases) || cases < 0) {
      return [`${name}: expected a count of cases, got ${cases}`];
    }
    if (requirement.unscored !== undefined && cases + vectors > 0) {
      const got = `${cases} and ${vectors}: drop 'unscored'`;
      return [`${name}: expected no case and no vector of an unscored clause, got ${got}`];
    }
    if (requirement.tested !== undefined && isJudged(found)) {
      const got = `${cases}, ${vectors} and ${found.monitors.length}: drop 'tested'`;
      return [`${name}: expected neither case, vector nor monitor of a tested clause, got ${got}`];
    }
    const [place] = citingPlaces(found);
    if (requirement.unmodelled !== undefined && place !== undefined) {
      return [`${name}: expected no citation of an unmodelled clause, got ${place}: drop one`];
    }
    return [];
  });
  if (lines.length > 0) throw new CoverageError(lines.join('\n'));
}

function count(rows: readonly MatrixRow[]): Totals {
  const totals = {
    ...{ covered: 0, judged: 0, modelled: 0, tested: 0 },
    ...{ uncovered: 0, unscored: 0, total: 0 },
  };
  for (const { standing } of rows) {
    totals[standing] += 1;
    totals.total += 1;
  }
  return totals;
}

type TotalsLine = readonly [heading: string, totals: Totals];

/** Says first what is not covered: a matrix that only shows strengths is of no use. */
function summary({ total, byLevel }: Matrix): string {
  const { covered, judged, modelled, tested, uncovered, unscored } = byLevel.MUST;
  const scored = byLevel.MUST.total - unscored;
  return [
    `${total.total} clauses, of which ${byLevel.MUST.total} MUST.`,
    `Of ${scored} scored MUST, ${uncovered} are uncovered, ${tested} only tested on the reference,`,
    `${modelled} only modelled,`,
    `${judged} judged without a mutant and ${covered} covered; ${unscored} more are unscored.`,
  ].join(' ');
}

function totalsTable(heading: string, lines: readonly TotalsLine[]): string {
  const rows = lines.map(([name, totals]) => [
    name,
    ...standings.map((standing) => String(totals[standing])),
    String(totals.total),
  ]);
  return table([heading, ...standings, 'total'], rows);
}

function scopeSection({ scope }: Matrix): string {
  const lines = [...Object.entries(scope.byArea), ['all', scope.total] as const];
  const rows = lines.map(([name, totals]) => [
    name,
    ...scopes.map((one) => String(totals[one])),
    String(totals.total),
  ]);
  const counts = table(['area', ...scopes, 'total'], rows);
  return ['## Scope of the model', scopeSummary(scope.total), counts].join('\n\n');
}

function areaSection(area: string, rows: readonly MatrixRow[]): string {
  const headings = ['clause', 'level', 'standing', 'model', 'chart', 'properties', 'slices'];
  const lines = rows
    .filter(({ requirement }) => requirement.area === area)
    .map(({ requirement, coverage, standing, scope }) => [
      requirement.name,
      levelCell(requirement),
      standingCell(requirement, standing),
      scopeToText(requirement, scope),
      list(coverage.chart),
      list(coverage.properties),
      list(coverage.slices),
      coverage.cases === 0 ? '' : String(coverage.cases),
      coverage.vectors === undefined ? '' : String(coverage.vectors),
      list(coverage.monitors),
      list(coverage.mutants),
      list(coverage.citations ?? []),
    ]);
  return `## ${area}\n\n${table([...headings, 'cases', 'vectors', 'monitors', 'mutants', 'cited'], lines)}`;
}

function standingCell({ unscored, tested }: Requirement, standing: Standing): string {
  if (unscored !== undefined) return `unscored: ${unscored}`;
  return standing === 'tested' ? `tested: ${tested ?? 'nowhere'}` : standing;
}

function levelCell({ level, profile }: Requirement): string {
  return profile === undefined ? level : `${level} (${profile})`;
}

function list(items: readonly string[]): string {
  return items.join(', ');
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = `|${headings.map(() => '---').join('|')}|`;
  return [line(headings), rule, ...rows.map(line)].join('\n');
}

/** A bar or a line break inside a cell would end it. */
function escapeCell(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');
}
