// Which clauses the formal model is about: those that it cites, those that it leaves out and the registry says why, and
// those of the chapters that it leaves out as a whole. How far an implementation is judged is the standing (matrix.ts).
// Spec: conventions.md, "Scope of the model".

import type { Requirement } from './requirements.ts';

/** What of the model names one clause. */
export interface ModelCitations {
  /** States and transitions of the charts whose meta names the clause. */
  readonly chart: readonly string[];
  /** Properties that stand for the clause. */
  readonly properties: readonly string[];
  /** Slices that show the clause. */
  readonly slices: readonly string[];
}

/** `unclaimed`: of the model's chapter, and neither cited nor left out for a reason. */
export type Scope = 'modelled' | 'outside' | 'unclaimed' | 'other-chapter';

/** Counts of clauses by scope; `total` is their sum. */
export type ScopeTotals = Readonly<Record<Scope | 'total', number>>;

export const scopes: readonly Scope[] = ['modelled', 'outside', 'unclaimed', 'other-chapter'];

export function scopeOf(requirement: Requirement, citations: ModelCitations): Scope {
  if (citingPlaces(citations).length > 0) return 'modelled';
  if (requirement.unmodelled !== undefined) return 'outside';
  return requirement.chapter.startsWith(modelledChapter) ? 'unclaimed' : 'other-chapter';
}

/** Every place of the model that cites the clause. */
export function citingPlaces({ chart, properties, slices }: ModelCitations): string[] {
  return [...chart, ...properties, ...slices];
}

/** The scope in one cell of a table, with the reason of what is outside. */
export function scopeToText({ unmodelled }: Requirement, scope: Scope): string {
  switch (scope) {
    case 'outside':
      return `outside: ${unmodelled ?? 'no reason'}`;
    case 'other-chapter':
      return 'outside: its chapter is';
    case 'unclaimed':
    case 'modelled':
      return scope;
  }
}

export function countScopes(list: readonly Scope[]): ScopeTotals {
  const totals = { modelled: 0, outside: 0, unclaimed: 0, 'other-chapter': 0, total: 0 };
  for (const scope of list) {
    totals[scope] += 1;
    totals.total += 1;
  }
  return totals;
}

/** Says how much of the model's chapter is cited, how much is left out, and whether anything is forgotten. */
export function scopeSummary(totals: ScopeTotals): string {
  const { modelled, outside, unclaimed } = totals;
  return [
    `Of ${modelled + outside + unclaimed} clauses of the protocol the model cites ${modelled},`,
    `leaves out ${outside} for a reason that the registry gives, and neither with ${unclaimed};`,
    `${totals['other-chapter']} clauses are of chapters that the model leaves out as a whole.`,
  ].join(' ');
}

/** The model is of the pair, the arbiter and the disk; processor, machine and replay are judged by tests of their own. */
const modelledChapter = 'protocol.md#';
