// A shorter case that fails by the same reason: steps are left out by ddmin (Zeller and Hildebrandt 2002), what is
// left is made legal or given up, and it must fail as the first did. Bounded by time.
// Spec: conformance.md, "Shrinking".

import type { Case } from './case.ts';
import type { Result } from './play.ts';
import { symbolicOf } from './resimulate.ts';

export interface ShrinkOptions {
  /** Plays a case by the seed that the failing one had. */
  play(one: Case): Promise<Result>;
  /** Milliseconds from now on; of `now`. */
  readonly budgetMs: number;
  now(): number;
}
export interface Shrunk {
  readonly case: Case;
  readonly result: Result;
  /** Steps up to the failing one, before. */
  readonly before: number;
  readonly after: number;
  /** Cases that were played. */
  readonly plays: number;
  /** The budget ended it: there may be a shorter one. */
  readonly isOver: boolean;
}

export const defaultBudgetSeconds = 10;

/** Of a result that failed. Steps behind the failing one go first. */
export async function shrinkCase(failed: Result, options: ShrinkOptions): Promise<Shrunk> {
  const { failure } = failed;
  if (failure === undefined) throw new Error('shrink: expected a case that failed');
  const steps = failed.case.steps.slice(0, failure.step);
  const cut: Case = { ...failed.case, id: shrunkId(failed.case.id), steps };
  const { make, fixed } = makerOf(cut, failure.reason);
  const until = options.now() + options.budgetMs;
  let best: { case: Case; result: Result } = { case: cut, result: failed };
  let plays = 0;
  const isOver = (): boolean => options.now() >= until;

  /** Whether these steps still fail by the same reason; the last is the one that fails. */
  async function fails(kept: readonly number[]): Promise<boolean> {
    const made = make(kept);
    if (made === undefined || isOver()) return false;
    plays += 1;
    const result = await options.play(made);
    if (result.failure?.reason !== failure?.reason) return false;
    const length = result.failure?.step ?? made.steps.length;
    best = { case: { ...made, steps: made.steps.slice(0, length) }, result };
    return true;
  }

  const last = steps.length - 1;
  const removable = steps.slice(0, -1).flatMap((_, index) => (index < fixed ? [] : [index]));
  if (removable.length > 0) await minimise(removable, (kept) => fails([...kept, last]), isOver);
  const after = best.case.steps.length;
  return { ...best, before: steps.length, after, plays, isOver: isOver() };
}

function shrunkId(id: string): string {
  return id.endsWith('.shrunk') ? id : `${id}.shrunk`;
}

interface Maker {
  /** Steps that stay. */
  readonly fixed: number;
  /** How a subset of the others becomes a case; undefined: it is none. */
  make(kept: readonly number[]): Case | undefined;
}

function makerOf(cut: Case, reason: string): Maker {
  const symbolic = symbolicOf(cut);
  if (symbolic !== undefined) return { fixed: symbolic.fixed, make: symbolic.of };
  const isFree = cut.steps.every((step) => step.expect === undefined);
  const isJudgedByMonitor =
    isFree || !cut.clauses.some((clause) => reason.startsWith(`${clause}#`));
  // What an author expects holds in the author's sequence alone.
  if (cut.kind !== 'system' || !isJudgedByMonitor) return { fixed: 0, make: () => undefined };
  const make = (kept: readonly number[]): Case => {
    const steps = kept.flatMap((index) => cut.steps[index] ?? []);
    return { ...cut, steps: steps.map(({ expect: _, ...step }) => step) };
  };
  return { fixed: 0, make };
}

/** ddmin: complements of ever finer parts, until no single one can go. */
async function minimise(
  all: readonly number[],
  fails: (kept: readonly number[]) => Promise<boolean>,
  isOver: () => boolean,
): Promise<readonly number[]> {
  if (await fails([])) return [];
  let kept = all;
  let parts = 2;
  while (kept.length > 1 && !isOver()) {
    const size = Math.ceil(kept.length / parts);
    const found = await firstComplement(kept, size, fails);
    if (found !== undefined) {
      kept = found;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(kept.length, parts * 2);
  }
  return kept;
}

async function firstComplement(
  kept: readonly number[],
  size: number,
  fails: (kept: readonly number[]) => Promise<boolean>,
): Promise<readonly number[] | undefined> {
  for (let from = 0; from < kept.length; from += size) {
    const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
    if (await fails(rest)) return rest;
  }
  return undefined;
}
