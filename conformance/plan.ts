// The plan of a run: which cases, in which order, under which hash. Nothing here plays a case.
// The same tier, filters and suite give the same plan, whatever the seed or the jobs.
// Spec: conformance.md, "Tiers".

import { createHash } from 'node:crypto';
import type { Case, Tier } from './case.ts';
import { type GeneratedSlice, generateSlices } from './generate.ts';
import { canonical } from './seed.ts';
import { BadInputError } from './verdict.ts';
import { loadWrittenCases } from './written-cases.ts';

export interface PlanOptions {
  readonly tier: Tier;
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export interface Plan {
  readonly tier: Tier;
  readonly cases: readonly Case[];
  readonly slices: readonly GeneratedSlice[];
  /** Twelve hexadecimal digits over identifiers and steps. */
  readonly hash: string;
}

export function planRun({ tier, only, skip }: PlanOptions): Plan {
  const written = loadWrittenCases();
  const slices = tier === 'smoke' ? [] : generateSlices();
  const all = [...written, ...slices.flatMap(({ cases }) => cases)];
  const inTier = all.filter((one) => tier === 'core' || one.tier === 'smoke');
  const cases = selectCases(inTier, only, skip);
  return { tier, cases, slices, hash: planHash(cases) };
}

/** Every case of the suite, for looking one up. */
export function allCases(): readonly Case[] {
  return planRun({ tier: 'core', only: [], skip: [] }).cases;
}

export function selectCases(
  cases: readonly Case[],
  only: readonly string[],
  skip: readonly string[],
): readonly Case[] {
  for (const pattern of [...only, ...skip]) {
    if (cases.some((one) => matches(one, pattern))) continue;
    throw new BadInputError(`pattern ${pattern} matches no case; see 'lockstep list'`);
  }
  return cases.filter((one) => {
    const isWanted = only.length === 0 || only.some((pattern) => matches(one, pattern));
    return isWanted && !skip.some((pattern) => matches(one, pattern));
  });
}

/**
 * A pattern is an identifier, a clause, an area or a slice; `*` is any part of one segment and
 * `**` anything. Segments are those of the identifier: clause, generator, hash.
 */
export function matches(one: Case, pattern: string): boolean {
  if (pattern.includes('*')) return patternToRegExp(pattern).test(one.id);
  const names = [one.id, one.slice, ...one.clauses, ...one.clauses.map((clause) => areaOf(clause))];
  return names.includes(pattern);
}

function areaOf(clause: string): string {
  return clause.split('.')[0] ?? clause;
}

function patternToRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replace(/\*\*|\*/g, (star) => (star === '**' ? '.*' : '[^/]*'));
  return new RegExp(`^${source}$`);
}

function planHash(cases: readonly Case[]): string {
  const hash = createHash('sha256');
  for (const { id, steps, parameters } of cases) hash.update(canonical({ id, steps, parameters }));
  return hash.digest('hex').slice(0, 12);
}
