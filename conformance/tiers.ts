// The plan of any tier. Of the complete suites no list is kept: their cases are made when they are asked for, once to
// survey them and once to play them, so that a plan of millions takes the room of its slices.
// Spec: conformance.md, "Tiers".

import { type BaselineEntry, createBaseline, refuseUnused } from './baseline.ts';
import type { Case, Tier } from './case.ts';
import { type CompleteCase, type CompleteSlice, completeSlices } from './complete.ts';
import {
  allCases,
  type CaseList,
  createPlanHash,
  createSelection,
  type Plan,
  type PlannedSuite,
  type PlanOptions,
  planRun,
  type Selection,
} from './plan.ts';
import { isInShard, type Shard } from './shard.ts';

export interface TierOptions extends PlanOptions {
  /** Of `deep`: states beyond those of a minimal slice. */
  readonly extraStates?: number;
  /** Whether the adapter observes: a complete suite is made for what is seen. */
  readonly observes?: boolean;
  /** Only this share of the cases. */
  readonly shard?: Shard;
  readonly baseline?: { readonly entries: readonly BaselineEntry[]; readonly file: string };
}

/** Whether the tier plays complete suites: what its cases are depends on what is observed. */
export function isComplete(tier: Tier): tier is 'full' | 'deep' {
  return tier === 'full' || tier === 'deep';
}

export const defaultExtraStates = 1;

export function planTier(options: TierOptions): Plan {
  const { tier, shard, baseline } = options;
  const isPlain = shard === undefined && baseline === undefined;
  if (!isComplete(tier) && isPlain) return planRun(options);
  const extraStates = tier === 'full' ? 0 : (options.extraStates ?? defaultExtraStates);
  const core = planRun({ ...profileOf(options), tier, only: [], skip: [] });
  const facts = options.observes ?? true;
  const suites = isComplete(tier) ? completeSlices({ extraStates, facts }) : [];
  const every = (): Iterable<Source> => sources(core.cases, suites);
  const selection = selectionOf(options);
  if (baseline !== undefined) {
    // A file is of more than the few cases of `smoke`.
    const known = tier === 'smoke' ? allCases() : casesIn(every());
    refuseUnused(baseline.entries, known, baseline.file);
  }
  const hash = createPlanHash();
  const counts = new Map(suites.map(({ slice }) => [slice, { tests: 0, cut: 0 }]));
  const places: number[] = [];
  let length = 0;
  for (const { from, made } of every()) {
    count(counts.get(from), made);
    if (!selection.takes(made.case)) continue;
    hash.add(made.case);
    if (isHere(made.case, shard)) places.push(length);
    length += 1;
  }
  selection.end();
  const cases: CaseList = {
    length: places.length,
    *[Symbol.iterator]() {
      for (const { made } of every()) {
        if (selection.takes(made.case) && isHere(made.case, shard)) yield made.case;
      }
    },
  };
  const planned = suites.map((suite) => plannedSuite(suite, counts.get(suite.slice)));
  const of = { ...profileOf(options), tier, slices: core.slices };
  const plan = { ...of, cases, suites: planned, hash: hash.digest() };
  return shard === undefined ? plan : { ...plan, shard: { ...shard, cases: length, places } };
}

function profileOf({ profile }: TierOptions): Pick<TierOptions, 'profile'> {
  return profile === undefined || profile === 'protocol' ? {} : { profile };
}

/** What the filters choose, without what the baseline says is not to be played. */
function selectionOf({ only, skip, baseline }: TierOptions): Selection {
  const chosen = createSelection(only, skip);
  if (baseline === undefined) return chosen;
  const known = createBaseline(baseline.entries, baseline.file);
  return { ...chosen, takes: (one) => chosen.takes(one) && !known.isSkipped(one) };
}

function* casesIn(every: Iterable<Source>): Generator<Case> {
  for (const { made } of every) yield made.case;
}

function isHere({ id }: Case, shard: Shard | undefined): boolean {
  return shard === undefined || isInShard(id, shard);
}

/** A case, and the slice of the suite that it belongs to; empty where it belongs to none. */
interface Source {
  readonly from: string;
  readonly made: CompleteCase;
}

function* sources(core: readonly Case[], suites: readonly CompleteSlice[]): Generator<Source> {
  for (const one of core) yield { from: '', made: { case: one, isCut: false } };
  for (const suite of suites) {
    for (const made of suite.cases()) yield { from: suite.slice, made };
  }
}

interface Count {
  tests: number;
  cut: number;
}

function count(counts: Count | undefined, { isCut }: CompleteCase): void {
  if (counts === undefined) return;
  counts.tests += 1;
  if (isCut) counts.cut += 1;
}

function plannedSuite(suite: CompleteSlice, counts: Count | undefined): PlannedSuite {
  const { slice, extraStates, states, transitions, tests } = suite;
  const { cut = 0 } = counts ?? {};
  return { slice, extraStates, states, transitions, tests, cut };
}
