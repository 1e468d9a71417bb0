// What a run may be asked to visit, by name: what a sometimes-property describes, a transition that cites a clause, a
// state of a chart, or a step by a text of its label.

import { machineToCanonical } from './chart/canonical.ts';
import { Recall } from './explore/recall.ts';
import type { Moment } from './explore.ts';
import { charts } from './host.ts';
import { nearNames } from './near.ts';
import { sometimes } from './properties/sometimes.ts';
import type { System, SystemView, Transition } from './system.ts';
import type { ChartName } from './vocabulary.ts';

export interface Goal {
  name: string;
  kind: 'property' | 'requirement' | 'state' | 'label';
  isVisited(moment: Moment<SystemView, Transition>): boolean;
  /** Whether the state alone visits it; false where it takes a step. */
  isVisitedIn(view: SystemView): boolean;
}

/** Null: it names a state of a chart that the chart does not have. Whatever names nothing else is text of a label. */
export function findGoal(name: string): Goal | null {
  const property = sometimes.find((one) => one.name === name);
  if (property !== undefined) {
    return { ...ofSteps, name, kind: 'property', isVisited: property.isWitness };
  }
  if (clausesCited.has(name)) {
    const cites = ({ requirements }: { requirements: readonly string[] }) =>
      requirements.includes(name);
    return {
      ...ofSteps,
      name,
      kind: 'requirement',
      isVisited: ({ step }) => step.deeds.some(cites),
    };
  }
  const [, chart, path] = /^(\w+):(\S+)$/.exec(name) ?? [];
  if (isChart(chart)) return chartStates.has(name) ? inState(name, chart, path ?? '') : null;
  return {
    ...ofSteps,
    name,
    kind: 'label',
    isVisited: ({ step }) => step.label.includes(name),
  };
}

/** What may have been meant by a name, among all that can be asked for and these labels. */
export const namesNear = (name: string, labels: Iterable<string> = []): string[] =>
  nearNames(name, [
    ...sometimes.map((property) => property.name),
    ...clausesCited,
    ...chartStates,
    ...labels,
  ]);

const ofSteps = { isVisitedIn: () => false };

function inState(name: string, chart: ChartName, path: string): Goal {
  const isIn = (state: string): boolean =>
    state.split(',').some((part) => part === path || part.startsWith(`${path}.`));
  const isVisitedIn = (view: SystemView): boolean =>
    view.hosts.some((node) => node !== null && isIn(node[chart].state));
  return { name, kind: 'state', isVisitedIn, isVisited: ({ after }) => isVisitedIn(after) };
}

const isChart = (name: string | undefined): name is ChartName =>
  name !== undefined && Object.hasOwn(charts, name);

const canonical = Object.values(charts).map(machineToCanonical);
const chartStates: ReadonlySet<string> = new Set(
  canonical.flatMap(({ chart, states }) =>
    states.flatMap(({ path }) => (path === '' ? [] : [`${chart}:${path}`])),
  ),
);
export const clausesCited: ReadonlySet<string> = new Set(
  canonical.flatMap(({ states }) =>
    states.flatMap(({ requirements, transitions }) => [
      ...requirements,
      ...transitions.flatMap((one) => one.requirements),
    ]),
  ),
);

export interface GoalWatch {
  /** The goals that the first state visits, as bits. */
  initially: number;
  look(step: number, before: Int32Array, after: Int32Array): number;
  /** Of all steps looked at. */
  labels(): ReadonlySet<string>;
}

/** Looks at steps for all goals; each goal is asked once for each distinct outcome of what it reads. */
export function watchGoals(system: System, goals: readonly Goal[]): GoalWatch {
  const { lensed } = system;
  if (lensed === undefined) throw new Error('the product has views under a lens');
  const { lens, before, after, kindOf } = lensed;
  const watched = goals.map((goal, at) => ({ goal, bit: 1 << at, recall: new Recall(lens) }));
  /** Of each kind, one. */
  const steps = new Map<number, number>();
  const first = system.view(system.initial);
  return {
    initially: watched.reduce(
      (mask, { goal, bit }) => (goal.isVisitedIn(first) ? mask | bit : mask),
      0,
    ),
    labels: () => new Set([...steps.values()].map((id) => system.step(id).label)),
    look(id, words, next) {
      const step = kindOf(id);
      steps.set(step, id);
      if (words !== lens.before) lens.before.set(words);
      if (next !== lens.after) lens.after.set(next);
      let mask = 0;
      for (const { goal, bit, recall } of watched) {
        let isVisited = recall.find(step);
        if (isVisited < 0) {
          const moment = { before, step: system.step(id), after };
          const { result, noted } = lens.noting(() => goal.isVisited(moment));
          isVisited = result ? 1 : 0;
          recall.learn(step, noted, isVisited);
        }
        if (isVisited === 1) mask |= bit;
      }
      return mask;
    },
  };
}
