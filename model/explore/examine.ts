// Explores and then judges what must happen in the end, on the whole graph at once. A lasso that was found is a
// violation whether or not everything was seen; without one, what was not exhausted is partial.

import { type Exploration, exploring, type Figures, follow, type Report } from '../explore.ts';
import type { Fairness } from './fairness.ts';
import { Graph } from './graph.ts';
import type { LookedAt } from './judge.ts';
import { type Fairnesses, type Found, findLasso, findTrap } from './liveness.ts';
import type { Lensed, Model } from './model.ts';
import type { Prospect, Prospective, Verdict } from './property.ts';
import { Recall } from './recall.ts';
import type { Marks } from './region.ts';

export interface Examination<View, Step> extends Omit<Exploration<View, Step>, Told> {
  prospects: readonly Prospective<View, Step>[];
  /** Null: the step may be left out for ever. */
  fairnessOf(step: Step): Fairness | null;
}
type Told = 'progress' | 'onEdge' | 'onState' | 'isReduced' | 'isSymmetric';

export interface ExaminedReport<Step> extends Report<Step> {
  /** Of the edges, the ways back and what holds in each state. */
  graphBytes: number;
}

export function examine<View, Step>(examination: Examination<View, Step>): ExaminedReport<Step> {
  const walk = examining(examination);
  let turn = walk.next();
  while (turn.done !== true) turn = walk.next(true);
  return turn.value;
}

/** In turns, as `exploring`; the judgement at the end is one turn. */
export function* examining<View, Step>(
  examination: Examination<View, Step>,
): Generator<Figures, ExaminedReport<Step>, boolean> {
  const { model, prospects, fairnessOf } = examination;
  const graph = new Graph();
  const cases = prospects.flatMap((property) =>
    property.cases.map((prospect) => ({ property, prospect })),
  );
  const sights = cases.map(({ prospect }) => createSight(model, prospect));
  const onSteps = sights.filter((_, index) => cases[index]?.prospect.begins !== undefined);
  const report = yield* exploring({
    ...examination,
    onEdge: (from, to, step, seen) => {
      graph.add(from, to, step);
      for (const sight of onSteps) sight.follow(from, to, seen);
    },
    onState: (words) => {
      for (const sight of sights) sight.look(words);
    },
  });
  graph.close(report.isExhausted);
  const fairnesses = createFairnesses((step) => fairnessOf(model.step(step)));
  const judged = cases.map(({ property, prospect }, index) => {
    const marks = sights[index] ?? createSight(model, prospect);
    const found =
      property.kind === 'eventually' ? findLasso(graph, marks, fairnesses) : findTrap(graph, marks);
    return { property, prospect, found };
  });
  const verdicts = prospects.map((property) => {
    const own = judged.filter((one) => one.property === property);
    return verdictOf({ model, property, own, isExhausted: report.isExhausted });
  });
  const bytes = sights.reduce((sum, sight) => sum + sight.bytes, graph.bytes);
  return { ...report, verdicts: [...report.verdicts, ...verdicts], graphBytes: bytes };
}

/** What a prospect says of each state, in the order in which it looked at them, and of each step. */
interface Sight extends Marks {
  look(words: Int32Array): void;
  follow(from: number, to: number, seen: LookedAt): void;
  readonly bytes: number;
}

const [beginning, reached] = [1, 2];

function createSight<View, Step>(
  model: Model<View, Step>,
  { from = () => false, begins = () => false, goal }: Prospect<View, Step>,
): Sight {
  let marks = new Uint8Array(1024);
  let size = 0;
  /** Where a run begins by a step alone: the state before the first such step. */
  const entries = new Map<number, number>();
  const { lensed } = model;
  const markOf = (view: View): number => (from(view) ? beginning : 0) + (goal(view) ? reached : 0);
  const mark = recalled(lensed, {
    plainly: (_, words) => markOf(model.view(words)),
    through: ({ after }) => markOf(after),
  });
  const isBegun = recalled(lensed, {
    plainly: (step, after, before) => {
      const moment = {
        before: model.view(before),
        step: model.step(step),
        after: model.view(after),
      };
      return begins(moment) ? 1 : 0;
    },
    through: ({ before, after }, step) =>
      begins({ before, step: model.step(step), after }) ? 1 : 0,
  });
  return {
    look(words) {
      if (size === marks.length) {
        const larger = new Uint8Array(2 * size);
        larger.set(marks);
        marks = larger;
      }
      marks[size++] = mark(0, words, words);
    },
    follow(state, to, { step, before, after }) {
      if (((marks[to] ?? 0) & beginning) !== 0 || isBegun(step, after, before) === 0) return;
      marks[to] = (marks[to] ?? 0) | beginning;
      entries.set(to, state);
    },
    isBeginning: (state) => ((marks[state] ?? 0) & beginning) !== 0,
    isGoal: (state) => ((marks[state] ?? 0) & reached) !== 0,
    entry: (state) => entries.get(state) ?? null,
    get bytes() {
      return marks.byteLength;
    },
  };
}

/** A small number that a function finds in a state or a step, found once for each outcome of what it reads. */
function recalled<View>(
  lensed: Lensed<View> | undefined,
  of: {
    plainly(step: number, after: Int32Array, before: Int32Array): number;
    through(lensed: Lensed<View>, step: number): number;
  },
): (step: number, after: Int32Array, before: Int32Array) => number {
  if (lensed === undefined) return of.plainly;
  const { lens } = lensed;
  const recall = new Recall(lens);
  return (step, after, before) => {
    if (after !== lens.after) lens.after.set(after);
    if (before !== lens.before && before !== after) lens.before.set(before);
    const known = recall.find(step);
    if (known >= 0) return known;
    const { result, noted } = lens.noting(() => of.through(lensed, step));
    recall.learn(step, noted, result);
    return result;
  };
}

/** Steps are asked for their class once. */
export function createFairnesses(of: (step: number) => Fairness | null): Fairnesses {
  const classes: Fairness[] = [];
  const byName = new Map<string, number>();
  const known: number[] = [];
  const learn = (step: number): number => {
    const fairness = of(step);
    if (fairness === null) return -1;
    const index = byName.get(fairness.name) ?? classes.push(fairness) - 1;
    byName.set(fairness.name, index);
    return index;
  };
  return {
    classes,
    classOf(step) {
      const index = known[step] ?? learn(step);
      known[step] = index;
      return index;
    },
  };
}

interface Judged<View, Step> {
  prospect: Prospect<View, Step>;
  found: Found;
}

function verdictOf<View, Step>(judged: {
  model: Model<View, Step>;
  property: Prospective<View, Step>;
  own: readonly Judged<View, Step>[];
  isExhausted: boolean;
}): Verdict<Step> {
  const { model, property, own, isExhausted } = judged;
  const { name, kind } = property;
  const premise = own.reduce((sum, { found }) => sum + found.premise, 0);
  const violated = own.find(({ found }) => found.lasso !== null);
  const lasso = violated?.found.lasso ?? null;
  if (violated === undefined || lasso === null) {
    const outcome = isExhausted ? 'holds' : 'partial';
    return { property: name, kind, outcome, premise, complaints: [], path: null };
  }
  const choices = [...lasso.stem, ...lasso.loop];
  const steps = follow(model, choices).map(({ step }) => step);
  const path = { choices, steps, stem: lasso.stem.length };
  const complaints = [`${violated.prospect.about}: ${howOf(property.kind, lasso)}`];
  return { property: name, kind, outcome: 'violated', premise, complaints, path };
}

function howOf(
  kind: 'eventually' | 'possibly',
  { stem, loop }: { stem: readonly number[]; loop: readonly number[] },
): string {
  if (kind === 'possibly') return `after step ${stem.length} no run comes to it`;
  if (loop.length === 0) return `after step ${stem.length} nothing more must happen`;
  return `from step ${stem.length + 1} to step ${stem.length + loop.length} it goes round for ever`;
}
