// Judges: what looks at every step of an exploration for all properties at once. The plain one builds the views; the
// recalling one runs a property once for each distinct outcome of what it reads. Both say the same.

import type { Lensed, Model } from './model.ts';
import type { Moment, Property } from './property.ts';
import { type Lens, type Noted, Recall } from './recall.ts';

export interface Judge {
  /** Calls `hit` with the number of each property of steps that the step violates or witnesses. */
  onStep(step: LookedAt, hit: (property: number) => void): void;
  /** The same for the properties of states, of a state whose core was never seen; the state is the one after `step`. */
  onCore(step: LookedAt, hit: (property: number) => void): void;
  /** How often the premise of each property held, given how often each core was seen. */
  premises(cores: ArrayLike<number>): number[];
}
export interface LookedAt {
  step: number;
  before: Int32Array;
  after: Int32Array;
  /** A bit for each word that the step may have changed. */
  changed: number;
  /** The number of the core of the state after. */
  core: number;
}

type Outcome = 'idle' | 'held' | 'hit';
const outcomes: readonly Outcome[] = ['idle', 'held', 'hit'];

export function outcomeOf<View, Step>(
  property: Property<View, Step>,
  moment: Moment<View, Step>,
): Outcome {
  if (property.kind === 'sometimes') return property.isWitness(moment) ? 'hit' : 'idle';
  const complaints = property.check(moment);
  if (complaints === null) return 'idle';
  return complaints.length === 0 ? 'held' : 'hit';
}

/** What each of the judges is told to look at, and how it counts. */
function createTally<View, Step>(properties: readonly Property<View, Step>[]) {
  const steps = new Float64Array(properties.length);
  /** Of each core, the properties of states whose premise holds there. */
  const cores: (readonly number[])[] = [];
  return {
    countStep(index: number, outcome: number, hit: (property: number) => void): void {
      if (outcome === 0) return;
      steps[index] = (steps[index] ?? 0) + 1;
      if (outcome === 2) hit(index);
    },
    addCore(core: number, held: readonly number[]): void {
      cores[core] = held;
    },
    premises(seen: ArrayLike<number>): number[] {
      const sums = Array.from(steps);
      cores.forEach((held, core) => {
        for (const index of held) sums[index] = (sums[index] ?? 0) + (seen[core] ?? 0);
      });
      return sums;
    },
  };
}

export function createPlainJudge<View, Step>(
  model: Model<View, Step>,
  properties: readonly Property<View, Step>[],
): Judge {
  const tally = createTally(properties);
  const momentOf = ({ step, before, after }: LookedAt): Moment<View, Step> => ({
    before: model.view(before),
    step: model.step(step),
    after: model.view(after),
  });
  return {
    premises: tally.premises,
    onStep(looked, hit) {
      const moment = momentOf(looked);
      properties.forEach((property, index) => {
        if (isOnState(property)) return;
        tally.countStep(index, outcomes.indexOf(outcomeOf(property, moment)), hit);
      });
    },
    onCore(looked, hit) {
      const moment = momentOf(looked);
      const found = properties.map((property) =>
        isOnState(property) ? outcomeOf(property, moment) : 'idle',
      );
      tally.addCore(
        looked.core,
        found.flatMap((outcome, index) => (outcome === 'idle' ? [] : [index])),
      );
      for (const [index, outcome] of found.entries()) if (outcome === 'hit') hit(index);
    },
  };
}

export function createRecallingJudge<View, Step>(
  model: Model<View, Step>,
  lensed: Lensed<View>,
  properties: readonly Property<View, Step>[],
): Judge {
  const { lens } = lensed;
  const tally = createTally(properties);
  const watched = properties.map((property, index) => ({
    index,
    property,
    /** Null: any step is looked at. */
    mask: property.changes === undefined ? null : (model.maskOf?.(property.changes) ?? null),
    recall: new Recall(lens),
  }));
  const onState = watched.filter(({ property }) => isOnState(property));
  const onStep = watched.filter(({ property }) => !isOnState(property));
  /** Of each step, the properties whose answer takes a look at the states. */
  const watchers: (typeof watched)[] = [];
  const learn = (
    { property, recall }: (typeof watched)[number],
    key: number,
    moment: Moment<View, Step>,
  ): number => {
    const { result, noted } = lens.noting(() => outcomeOf(property, moment));
    if (isOnState(property)) refuseBeyond(model, lens, property.name, noted);
    const outcome = outcomes.indexOf(result);
    recall.learn(key, noted, outcome);
    return outcome;
  };
  const focus = ({ before, after }: LookedAt): void => {
    if (before !== lens.before) lens.before.set(before);
    if (after !== lens.after) lens.after.set(after);
  };
  const ofState = onlyAfter<View, Step>(lensed.after);
  return {
    premises: tally.premises,
    onCore(looked, hit) {
      focus(looked);
      const held: number[] = [];
      for (const one of onState) {
        let outcome = one.recall.find(0);
        if (outcome < 0) outcome = learn(one, 0, ofState);
        if (outcome !== 0) held.push(one.index);
        if (outcome === 2) hit(one.index);
      }
      tally.addCore(looked.core, held);
    },
    onStep(looked, hit) {
      focus(looked);
      const { step, changed } = looked;
      let watching = watchers[step];
      if (watching === undefined) {
        watching = onStep.filter(({ mask }) => mask === null || (mask & changed) !== 0);
        watchers[step] = watching;
      }
      let isIdle = false;
      for (const one of watching) {
        let outcome = one.recall.find(step);
        if (outcome < 0) {
          const moment = { before: lensed.before, step: model.step(step), after: lensed.after };
          outcome = learn(one, step, moment);
          isIdle ||= outcome === 0 && one.recall.isConstant(step);
        }
        tally.countStep(one.index, outcome, hit);
      }
      if (isIdle) {
        watchers[step] = watching.filter(
          ({ recall }) => !(recall.isConstant(step) && recall.find(step) === 0),
        );
      }
    },
  };
}

/** A property of states that looks beyond the core would be judged too rarely. */
function refuseBeyond<View, Step>(
  model: Model<View, Step>,
  lens: Lens,
  name: string,
  noted: readonly Noted[],
): void {
  const core = model.core ?? model.width;
  const beyond = noted.find(({ probe }) => lens.placeOf(probe) - model.width >= core);
  if (beyond === undefined) return;
  const word = lens.placeOf(beyond.probe) - model.width;
  throw new Error(
    `${name} is a property of states and looks at word ${word}; the core has ${core} words`,
  );
}

export const isOnState = <View, Step>(property: Property<View, Step>): boolean =>
  property.kind === 'always' && property.on === 'state';

/** A property of states that looks at the step or at what was before it would be judged too rarely. */
function onlyAfter<View, Step>(after: View): Moment<View, Step> {
  const refuse = (): never => {
    throw new Error('a property of states looks at `after` only');
  };
  return {
    get before() {
      return refuse();
    },
    get step() {
      return refuse();
    },
    after,
  };
}
