// The explorer: breadth-first over all states within the bounds, so the first violation found is a shortest one.
// It has no clock; who calls it may pass one in for progress. Verdicts are honest: what was not exhausted is `partial`.

import { Batch } from './explore/batch.ts';
import {
  createPlainJudge,
  createRecallingJudge,
  type Judge,
  type LookedAt,
} from './explore/judge.ts';
import type { Model, Sink } from './explore/model.ts';
import type { Complaint, Moment, Property, Verdict } from './explore/property.ts';
import { confluentIn } from './explore/reduction.ts';
import { StateTable } from './explore/state-table.ts';
import { isSpare } from './explore/symmetry.ts';
import { Trail } from './explore/trail.ts';

export type { Model, Sink } from './explore/model.ts';
export type {
  Always,
  Complaint,
  Eventually,
  Moment,
  Path,
  Possibly,
  Property,
  Prospect,
  Prospective,
  Sometimes,
  Verdict,
} from './explore/property.ts';

export interface Exploration<View, Step> {
  model: Model<View, Step>;
  properties: readonly Property<View, Step>[];
  statesMax: number;
  /** States at this depth are seen and judged, but not expanded. */
  depthMax?: number;
  /** The tables that hold the states stop growing here; what they do not hold is not counted. */
  bytesMax?: number;
  /** Confluent steps alone are made where there are any; not for what happens in the end. */
  isReduced?: boolean;
  /** Of steps that differ only in which of the parts that are alike they touch, one is made; as above. */
  isSymmetric?: boolean;
  /** Is told of every edge, by the numbers of its states, and with their words. */
  onEdge?: (from: number, to: number, step: number, seen: LookedAt) => void;
  /** Is told of every state when it is first seen, in the order of their numbers; before its edge. */
  onState?: (words: Int32Array) => void;
  /** Called after every `progressEvery` states expanded; returns false to stop. */
  progress?: (figures: Figures) => boolean;
}
export interface Figures {
  states: number;
  edges: number;
  depth: number;
  /** States seen and not yet expanded. */
  waiting: number;
  /** Of the tables of states and ways back. */
  bytes: number;
  /** The states at each depth, as far as a depth is known whole. */
  levels: readonly number[];
}
export interface Report<Step> extends Figures {
  isExhausted: boolean;
  /** Why it ended early. */
  stoppedBy: 'violation' | 'states' | 'depth' | 'bytes' | 'caller' | null;
  verdicts: readonly Verdict<Step>[];
}

export const progressEvery = 1024;

/** Stops at the first violation; a shorter one does not exist. */
export function explore<View, Step>(exploration: Exploration<View, Step>): Report<Step> {
  const walk = exploring(exploration);
  let turn = walk.next();
  while (turn.done !== true) turn = walk.next(exploration.progress?.(turn.value) ?? true);
  return turn.value;
}

/**
 * The same in turns: after every `progressEvery` states expanded it yields the figures so far, and stops, partial,
 * when it is sent `false`. Who drives it may do other things between two turns.
 */
export function* exploring<View, Step>(
  exploration: Omit<Exploration<View, Step>, 'progress'>,
): Generator<Figures, Report<Step>, boolean> {
  const { model, properties, statesMax, onEdge, onState } = exploration;
  const { isReduced = false, isSymmetric = false } = exploration;
  const { depthMax = Number.POSITIVE_INFINITY, bytesMax = Number.POSITIVE_INFINITY } = exploration;
  const table = new StateTable(model.width);
  const trail = new Trail();
  const judge = createJudge(model, properties);
  const found: (Found | null)[] = properties.map(() => null);
  // Where a lens reads the state before a step there is no need to copy it.
  const words: Int32Array = model.lensed?.lens.before ?? new Int32Array(model.width);
  const afterWords: Int32Array = model.lensed?.lens.after ?? new Int32Array(model.width);
  const looked = { step: 0, before: words, after: afterWords, changed: -1 };
  const batch = new Batch();
  let [id, choice, edges, depth] = [0, 0, 0, 0];
  const levels = [1];
  let stoppedBy: Report<Step>['stoppedBy'] = null;
  const hit = (index: number): void => {
    const isViolation = properties[index]?.kind === 'always';
    if (isViolation) stoppedBy = 'violation';
    if (isViolation || found[index] === null) found[index] = { id, choice };
  };
  const take: Sink = (step, after, changed) => {
    table.stage(after, changed);
    looked.step = step;
    looked.after = after;
    looked.changed = changed;
    batch.add(step, changed, judge.findInStep(looked));
  };
  const lookAt = (index: number): void => {
    looked.step = batch.step(index);
    looked.after = afterWords;
    looked.changed = batch.changed(index);
    table.unpack(index, afterWords);
  };
  const isLeftOut = (alike: number): boolean => {
    if ((alike & (alike - 1)) === 0) return false;
    table.unpack(choice, afterWords);
    return isSpare(alike, model.alike?.(afterWords) ?? 0);
  };
  /** Enters the steps of one state in their order, and counts what was found, as far as the first violation. */
  const enter = (): void => {
    table.fetch();
    const only = isReduced ? confluentIn(model, batch) : -1;
    const end = only < 0 ? batch.size : only + 1;
    edges += only < 0 ? batch.size : 1;
    const alike = isSymmetric ? (model.alike?.(words) ?? 0) : 0;
    for (choice = Math.max(only, 0); choice < end && stoppedBy !== 'violation'; choice++) {
      if (isLeftOut(alike)) {
        edges--;
        continue;
      }
      const size = table.size;
      const to = table.enter(choice);
      if (to === size || onEdge !== undefined) lookAt(choice);
      if (to === size) {
        trail.push(id, choice);
        if (onState !== undefined) onState(looked.after);
        judge.count(judge.findInState(looked), hit);
      }
      if (onEdge !== undefined) onEdge(id, to, looked.step, looked);
      judge.count(batch.finding(choice), hit);
    }
    table.clear();
    batch.size = 0;
  };
  const figures = (): Figures => ({
    states: table.size,
    edges,
    depth,
    waiting: table.size - id,
    bytes: table.bytes + trail.bytes,
    levels,
  });
  words.set(model.initial);
  table.add(words, -1);
  trail.push(-1, 0);
  if (onState !== undefined) onState(words);
  let levelEnd = 1;
  for (; id < table.size && stoppedBy === null; id++) {
    if (id === levelEnd) {
      depth++;
      levels.push(table.size - levelEnd);
      if (depth >= depthMax) {
        stoppedBy = 'depth';
        break;
      }
      levelEnd = table.size;
    }
    table.unfold(id, words);
    model.expand(words, take);
    enter();
    if (stoppedBy !== null) break;
    if (table.size > statesMax) stoppedBy = 'states';
    if (id % progressEvery !== 0) continue;
    const now = figures();
    if (now.bytes > bytesMax) stoppedBy = 'bytes';
    if (!(yield now)) stoppedBy ??= 'caller';
  }
  const isExhausted = stoppedBy === null;
  const premises = judge.premises();
  return {
    ...figures(),
    stoppedBy,
    isExhausted,
    verdicts: properties.map((property, index) => {
      const at = found[index] ?? null;
      const choices = at === null ? null : [...trail.to(at.id), at.choice];
      return verdictOf({
        model,
        property,
        premise: premises[index] ?? 0,
        choices,
        isExhausted,
      });
    }),
  };
}

/** The run that a path of choices names, step by step. */
export function follow<View, Step>(
  model: Model<View, Step>,
  choices: readonly number[],
): Moment<View, Step>[] {
  let state: Int32Array = Int32Array.from(model.initial);
  return choices.map((choice, index) => {
    const options = optionsOf(model, state);
    const taken = options[choice];
    if (taken === undefined) {
      throw new Error(
        `the path has choice ${choice} at step ${index + 1}, where ${options.length} are possible`,
      );
    }
    const before = model.view(state);
    state = taken.words;
    return { before, step: taken.step, after: model.view(taken.words) };
  });
}

/** Every step that is possible in a state, with the words after it. */
export function optionsOf<View, Step>(
  model: Model<View, Step>,
  words: ArrayLike<number>,
): { step: Step; words: Int32Array }[] {
  const options: { step: Step; words: Int32Array }[] = [];
  model.expand(Int32Array.from(words), (step, after) =>
    options.push({ step: model.step(step), words: Int32Array.from(after) }),
  );
  return options;
}

interface Found {
  id: number;
  choice: number;
}

const createJudge = <View, Step>(
  model: Model<View, Step>,
  properties: readonly Property<View, Step>[],
): Judge =>
  model.lensed === undefined
    ? createPlainJudge(model, properties)
    : createRecallingJudge(model, model.lensed, properties);

function verdictOf<View, Step>(found: {
  model: Model<View, Step>;
  property: Property<View, Step>;
  premise: number;
  choices: readonly number[] | null;
  isExhausted: boolean;
}): Verdict<Step> {
  const { model, property, premise, choices, isExhausted } = found;
  const run = choices === null ? [] : follow(model, choices);
  const last = run.at(-1);
  const complaints: readonly Complaint[] =
    property.kind === 'always' && last !== undefined ? (property.check(last) ?? []) : [];
  return {
    property: property.name,
    kind: property.kind,
    outcome: outcomeOf(property.kind, choices !== null, isExhausted),
    premise,
    complaints,
    path: choices === null ? null : { choices, steps: run.map(({ step }) => step) },
  };
}

function outcomeOf(
  kind: 'always' | 'sometimes',
  isFound: boolean,
  isExhausted: boolean,
): Verdict<never>['outcome'] {
  if (isFound) return kind === 'always' ? 'violated' : 'witnessed';
  if (!isExhausted) return 'partial';
  return kind === 'always' ? 'holds' : 'unwitnessed';
}
