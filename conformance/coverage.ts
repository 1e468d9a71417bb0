// Gathers what covers each clause: the charts, the model's properties and slices, the cases, the vectors of
// instructions, the monitors, and mutants that were killed. It judges nothing: matrix.ts does.
// Spec: conventions.md, "Coverage of a clause".

import { charts, machineToCanonical, properties, prospects, slices } from '../model/index.ts';
import { readInstructionIndex } from './instructions.ts';
import { buildMatrix, type ClauseCoverage, type Coverage } from './matrix.ts';
import { monitors } from './monitors/index.ts';
import { allCases } from './plan.ts';
import { loadRequirements } from './requirements.ts';
import { inRoot } from './root.ts';
import type { ModelCitations } from './scope.ts';

/** A mutant that failed by the clause it breaks, while its unbroken twin passed the same cases. */
export interface Kill {
  readonly mutant: string;
  readonly clause: string;
}

interface Gathering {
  chart: string[];
  properties: string[];
  slices: string[];
  cases: number;
  vectors?: number;
  monitors: string[];
  mutants: string[];
}

export function gatherCoverage(kills: readonly Kill[]): Coverage {
  const found = new Map<string, Gathering>();
  const at = gatheringIn(found);
  citeModel(at);
  for (const one of allCases()) for (const clause of one.clauses) at(clause).cases += 1;
  const { clauses } = readInstructionIndex();
  for (const [clause, count] of Object.entries(clauses)) at(clause).vectors = count;
  for (const { clause, codes } of monitors) at(clause).monitors.push(...codes);
  for (const { mutant, clause } of kills) at(clause).mutants.push(mutant);
  return Object.fromEntries([...found].map(([clause, gathered]) => [clause, tidy(gathered)]));
}

/**
 * The MUSTs that a case or a monitor judges and none of these kills has shown able to fail. Vectors have
 * mutants of their own, which no adapter is.
 */
export function unprovenMusts(kills: readonly Kill[]): readonly string[] {
  const requirements = loadRequirements(inRoot('spec', 'requirements'));
  const { rows } = buildMatrix(requirements, gatherCoverage(kills));
  return rows.flatMap(({ requirement: { name, level }, standing, coverage }) => {
    const isPlayed = coverage.cases > 0 || coverage.monitors.length > 0;
    return level === 'MUST' && standing === 'judged' && isPlayed ? [name] : [];
  });
}

/** What of the model names each clause that it names: no case is made for it. */
export function gatherModelCitations(): Readonly<Record<string, ModelCitations>> {
  const found = new Map<string, Gathering>();
  citeModel(gatheringIn(found));
  return Object.fromEntries(found);
}

type GatheringOf = (clause: string) => Gathering;

function gatheringIn(found: Map<string, Gathering>): GatheringOf {
  return (clause) => {
    const known = found.get(clause);
    if (known !== undefined) return known;
    const fresh = { chart: [], properties: [], slices: [], cases: 0, monitors: [], mutants: [] };
    found.set(clause, fresh);
    return fresh;
  };
}

function citeModel(at: GatheringOf): void {
  for (const { clause, place } of chartCitations()) at(clause).chart.push(place);
  for (const { name, requirements } of [...properties, ...prospects]) {
    for (const clause of requirements) at(clause).properties.push(name);
  }
  for (const { name, requirements } of slices) {
    for (const clause of requirements) at(clause).slices.push(name);
  }
}

/** States as `chart.path`, transitions as `chart.path event`. */
function chartCitations(): { clause: string; place: string }[] {
  return Object.values(charts).flatMap((machine) => {
    const { chart, states } = machineToCanonical(machine);
    return states.flatMap(({ path, requirements, transitions }) => {
      const place = path === '' ? chart : `${chart}.${path}`;
      const moves = transitions.flatMap((one) =>
        one.requirements.map((clause) => ({ clause, place: `${place} ${one.event}` })),
      );
      return [...requirements.map((clause) => ({ clause, place })), ...moves];
    });
  });
}

function tidy(gathered: Gathering): ClauseCoverage {
  const once = (list: readonly string[]): string[] => [...new Set(list)];
  return {
    chart: once(gathered.chart),
    properties: once(gathered.properties),
    slices: once(gathered.slices),
    cases: gathered.cases,
    ...(gathered.vectors === undefined ? {} : { vectors: gathered.vectors }),
    monitors: once(gathered.monitors),
    mutants: once(gathered.mutants),
  };
}
