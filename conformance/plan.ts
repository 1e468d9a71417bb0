// The plan of a run: which cases, in which order, under which hash. Nothing here plays a case.
// The same tier, filters and suite give the same plan, whatever the seed or the jobs.
// Spec: conformance.md, "Tiers".

import { createHash } from 'node:crypto';
import { type Case, type Profile, profiles, type Step, type Tier } from './case.ts';
import { type GeneratedSlice, generateSlices } from './generate.ts';
import { canonical, hash6 } from './seed.ts';
import type { Shard } from './shard.ts';
import { BadInputError } from './verdict.ts';
import { loadWrittenCases } from './written-cases.ts';

export interface PlanOptions {
  /** Absent: `protocol`. */
  readonly profile?: Profile;
  readonly tier: Tier;
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** Cases in their order, as often as they are asked for; an array is one. */
export interface CaseList extends Iterable<Case> {
  readonly length: number;
}

export interface Plan {
  /** Absent: `protocol`. */
  readonly profile?: Profile;
  readonly tier: Tier;
  readonly cases: CaseList;
  readonly slices: readonly GeneratedSlice[];
  /** The complete suites of the tier: none below `full`. */
  readonly suites: readonly PlannedSuite[];
  /** Twelve hexadecimal digits over identifiers and steps; of a shard those of the whole plan. */
  readonly hash: string;
  /** Which share of a plan this is. */
  readonly shard?: PlannedShard;
}

export interface PlannedShard extends Shard {
  /** Cases of the whole plan. */
  readonly cases: number;
  /** By case of this share: its place in the whole plan, from 0. */
  readonly places: readonly number[];
}

/** A plan whose cases are all there, not made when they are asked for. */
export interface ListPlan extends Plan {
  readonly cases: readonly Case[];
}

/** A slice's complete suite, as the plan's survey found it. */
export interface PlannedSuite {
  readonly slice: string;
  readonly extraStates: number;
  readonly states: number;
  readonly transitions: number;
  /** Cases of the suite, and how many of them virtual time cuts short. */
  readonly tests: number;
  readonly cut: number;
}

/** The tiers whose cases are few: `smoke` and `core`. */
export function planRun({ profile = 'protocol', tier, only, skip }: PlanOptions): ListPlan {
  const written = loadWrittenCases(profile);
  const slices = tier === 'smoke' || profile === 'replay' ? [] : generateSlices();
  const all = [...written, ...slices.flatMap(({ cases }) => cases)];
  const inTier = all.filter((one) => tier !== 'smoke' || one.tier === 'smoke');
  const cases = selectCases(inTier, only, skip);
  const hash = createPlanHash();
  for (const one of cases) hash.add(one);
  const of = profile === 'protocol' ? {} : { profile };
  return { ...of, tier, cases, slices, suites: [], hash: hash.digest() };
}

/** Every case of the suite, for looking one up. */
export function allCases(): readonly Case[] {
  const all = { tier: 'core', only: [], skip: [] } as const;
  everyCase ??= profiles.flatMap((profile) => planRun({ ...all, profile }).cases);
  return everyCase;
}

/** The suite stays the same while a process runs. */
let everyCase: readonly Case[] | undefined;

export function selectCases(
  cases: readonly Case[],
  only: readonly string[],
  skip: readonly string[],
): readonly Case[] {
  const selection = createSelection(only, skip);
  const chosen = cases.filter((one) => selection.takes(one));
  selection.end();
  return chosen;
}

export interface Selection {
  takes(one: Case): boolean;
  /** Once every case was asked for: refuses a pattern that matched none. */
  end(): void;
}

export function createSelection(only: readonly string[], skip: readonly string[]): Selection {
  const unused = new Set([...only, ...skip]);
  const tests = new Map([...unused].map((pattern) => [pattern, matcherOf(pattern)]));
  const isMatched = (one: Case, pattern: string): boolean => {
    const isHere = tests.get(pattern)?.(one) === true;
    if (isHere) unused.delete(pattern);
    return isHere;
  };
  return {
    takes(one) {
      // Every pattern is tried, so that each that matches something is known to.
      const wanted = only.filter((pattern) => isMatched(one, pattern));
      const unwanted = skip.filter((pattern) => isMatched(one, pattern));
      return (only.length === 0 || wanted.length > 0) && unwanted.length === 0;
    },
    end() {
      const [pattern] = unused;
      if (pattern === undefined) return;
      throw new BadInputError(`pattern ${pattern} matches no case; see 'lockstep list'`);
    },
  };
}

/**
 * A pattern is an identifier, a clause, an area or a slice; `*` is any part of one segment and
 * `**` anything. Segments are those of the identifier: clause, generator, hash.
 */
export function matcherOf(pattern: string): (one: Case) => boolean {
  if (pattern.includes('*')) {
    const form = patternToRegExp(pattern);
    return ({ id }) => form.test(id);
  }
  return ({ id, slice, clauses }) =>
    id === pattern ||
    slice === pattern ||
    clauses.some((clause) => clause === pattern || areaOf(clause) === pattern);
}

function areaOf(clause: string): string {
  return clause.split('.')[0] ?? clause;
}

function patternToRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replace(/\*\*|\*/g, (star) => (star === '**' ? '.*' : '[^/]*'));
  return new RegExp(`^${source}$`);
}

export interface PlanHash {
  add(one: Case): void;
  digest(): string;
}

/** Steps that cases share are put into words once. */
export function createPlanHash(): PlanHash {
  const hash = createHash('sha256');
  const texts = new WeakMap<Step, string>();
  const textOf = (step: Step): string => {
    const text = texts.get(step) ?? hash6(canonical(step));
    texts.set(step, text);
    return text;
  };
  return {
    add({ id, steps, parameters }) {
      hash.update(`${id}\n${canonical(parameters ?? null)}\n`);
      for (const step of steps) hash.update(textOf(step));
    },
    digest: () => hash.digest('hex').slice(0, 12),
  };
}
