// The explorer: breadth-first over all states within the bounds, so the first violation found is a shortest one.
// It has no clock; who calls it may pass one in for progress. Verdicts are honest: what was not exhausted is `partial`.

import { createStateSet } from './state-set.ts';

/** What the explorer walks: states are fixed numbers of words. */
export interface Model<View, Step> {
  readonly width: number;
  readonly initial: readonly number[];
  next(state: readonly number[], push: (step: Step, state: number[]) => void): void;
  view(state: readonly number[]): View;
}

/** One step of a run, with what stood before and after it. */
export interface Moment<View, Step> {
  before: View;
  step: Step;
  after: View;
}
/** What is false, with values. */
export type Complaint = string;

export interface Always<View, Step> {
  kind: 'always';
  /** The requirement that it stands for; the name by which it is reported. */
  name: string;
  about: string;
  requirements: readonly string[];
  /** `state`: it looks only at what stands after a step, so each state is looked at once. */
  on: 'state' | 'step';
  /** Null: the premise does not hold here. Otherwise every false conjunct; none when it holds. */
  check(moment: Moment<View, Step>): readonly Complaint[] | null;
}
export interface Sometimes<View, Step> {
  kind: 'sometimes';
  name: string;
  about: string;
  requirements: readonly string[];
  isWitness(moment: Moment<View, Step>): boolean;
}
export type Property<View, Step> = Always<View, Step> | Sometimes<View, Step>;

export interface Exploration<View, Step> {
  model: Model<View, Step>;
  properties: readonly Property<View, Step>[];
  statesMax: number;
  /** Called after every `progressEvery` states expanded; returns false to stop. */
  progress?: (figures: Figures) => boolean;
}
export interface Figures {
  states: number;
  edges: number;
  depth: number;
}
export interface Verdict<Step> {
  property: string;
  kind: 'always' | 'sometimes';
  /** `holds` and `unwitnessed` only after an exhausted exploration. */
  outcome: 'holds' | 'violated' | 'witnessed' | 'unwitnessed' | 'partial';
  /** States or steps at which the premise held, or steps that were witnesses. */
  premise: number;
  complaints: readonly Complaint[];
  /** The counterexample or the witness: choices from the initial state, and the steps. */
  path: Path<Step> | null;
}
export interface Path<Step> {
  choices: readonly number[];
  steps: readonly Step[];
}
export interface Report<Step> extends Figures {
  isExhausted: boolean;
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
  const { model, statesMax } = exploration;
  const set = createStateSet(model.width);
  const trail = createTrail();
  const findings = exploration.properties.map((property) => ({ property, ...nothingFound() }));
  const onSteps = findings.filter(({ property }) => !isOnState(property));
  const figures = { states: 1, edges: 0, depth: 0 };
  set.add(model.initial);
  trail.push(-1, 0);
  let isStopped = false;
  let isViolated = false;
  const state: number[] = [];
  let levelEnd = 1;
  for (let id = 0; id < set.size && !isStopped && !isViolated; id++) {
    if (id === levelEnd) {
      figures.depth++;
      levelEnd = set.size;
    }
    set.read(id, state);
    const before = model.view(state);
    let choice = 0;
    model.next(state, (step, words) => {
      figures.edges++;
      if (isViolated) return;
      const { isNew } = set.add(words);
      if (isNew) trail.push(id, choice);
      const moment = { before, step, after: model.view(words) };
      for (const finding of isNew ? findings : onSteps) {
        look(finding, moment, id, choice);
        isViolated ||= finding.complaints.length > 0;
      }
      choice++;
    });
    figures.states = set.size;
    if (set.size > statesMax) isStopped = true;
    if (id % progressEvery === 0) isStopped ||= !(yield { ...figures });
  }
  const isExhausted = !isStopped && !isViolated;
  return {
    ...figures,
    isExhausted,
    verdicts: findings.map((finding) => verdictOf(finding, isExhausted, model, trail)),
  };
}

/** The run that a path of choices names, step by step. */
export function follow<View, Step>(
  model: Model<View, Step>,
  choices: readonly number[],
): Moment<View, Step>[] {
  let state: readonly number[] = model.initial;
  return choices.map((choice, index) => {
    const options: { step: Step; state: number[] }[] = [];
    model.next(state, (step, next) => options.push({ step, state: next }));
    const taken = options[choice];
    if (taken === undefined) {
      throw new Error(
        `the path has choice ${choice} at step ${index + 1}, where ${options.length} are possible`,
      );
    }
    const before = model.view(state);
    state = taken.state;
    return { before, step: taken.step, after: model.view(taken.state) };
  });
}

const isOnState = <View, Step>(property: Property<View, Step>): boolean =>
  property.kind === 'always' && property.on === 'state';

interface Found {
  premise: number;
  complaints: readonly Complaint[];
  at: { id: number; choice: number } | null;
}
const nothingFound = (): Found => ({ premise: 0, complaints: [], at: null });

function look<View, Step>(
  finding: Found & { property: Property<View, Step> },
  moment: Moment<View, Step>,
  id: number,
  choice: number,
): void {
  const { property } = finding;
  if (property.kind === 'sometimes') {
    if (!property.isWitness(moment)) return;
    finding.premise++;
    finding.at ??= { id, choice };
    return;
  }
  const complaints = property.check(moment);
  if (complaints === null) return;
  finding.premise++;
  if (complaints.length === 0) return;
  finding.complaints = complaints;
  finding.at = { id, choice };
}

function verdictOf<View, Step>(
  finding: Found & { property: Property<View, Step> },
  isExhausted: boolean,
  model: Model<View, Step>,
  trail: Trail,
): Verdict<Step> {
  const { property, premise, complaints, at } = finding;
  const choices = at === null ? null : [...trail.to(at.id), at.choice];
  const steps = choices === null ? [] : follow(model, choices).map(({ step }) => step);
  return {
    property: property.name,
    kind: property.kind,
    outcome: outcomeOf(finding, isExhausted),
    premise,
    complaints,
    path: choices === null ? null : { choices, steps },
  };
}

function outcomeOf(
  { property, complaints, at }: Found & { property: { kind: 'always' | 'sometimes' } },
  isExhausted: boolean,
): Verdict<never>['outcome'] {
  if (property.kind === 'sometimes' && at !== null) return 'witnessed';
  if (complaints.length > 0) return 'violated';
  if (!isExhausted) return 'partial';
  return property.kind === 'always' ? 'holds' : 'unwitnessed';
}

interface Trail {
  push(parent: number, choice: number): void;
  to(id: number): number[];
}

/** The way back of every state: its parent, and which choice of the parent it was. */
function createTrail(): Trail {
  let parents = new Int32Array(1024);
  let choices = new Uint16Array(1024);
  let size = 0;
  return {
    push(parent, choice) {
      if (size === parents.length) {
        const [oldParents, oldChoices] = [parents, choices];
        parents = new Int32Array(size * 2);
        choices = new Uint16Array(size * 2);
        parents.set(oldParents);
        choices.set(oldChoices);
      }
      parents[size] = parent;
      choices[size] = choice;
      size++;
    },
    to(id) {
      const way: number[] = [];
      for (let at = id; at > 0; at = parents[at] ?? 0) way.unshift(choices[at] ?? 0);
      return way;
    },
  };
}
