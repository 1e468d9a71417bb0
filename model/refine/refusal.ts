// Why no candidate explains a step: what was done, what the nearest runs would have allowed, and the clauses.

import type { HostView } from '../host.ts';
import { clausesOf } from './clauses.ts';
import type { Difference } from './difference.ts';
import type { Miss } from './search.ts';

export interface RefusedStep {
  /** Of the nearest run. */
  readonly differences: readonly Difference[];
  /** What other runs would have allowed, in the fields in which all of them differ from the trace. */
  readonly alternatives: readonly (readonly Difference[])[];
  readonly clauses: readonly string[];
}

export function refusedStep(
  misses: readonly Miss[],
  viewOf: (state: number) => HostView,
): RefusedStep {
  const near = [...misses].sort((a, b) => a.differences.length - b.differences.length);
  const [nearest] = near;
  if (nearest === undefined) return { differences: [], alternatives: [], clauses: [] };
  const shown = new Set([allowedText(nearest.differences)]);
  const alternatives: (readonly Difference[])[] = [];
  for (const { differences } of near.slice(1)) {
    const text = allowedText(differences);
    if (shown.has(text) || alternatives.length === alternativesMax) continue;
    shown.add(text);
    alternatives.push(differences);
  }
  const { run, differences } = nearest;
  const views = [run.before, viewOf(run.candidate.host)];
  return { differences, alternatives, clauses: clausesOf(differences, run.requirements, views) };
}

/** Other runs that a report names. */
const alternativesMax = 3;

const allowedText = (differences: readonly Difference[]): string =>
  differences.map(({ field, allowed }) => `${field} ${allowed}`).join('; ');
