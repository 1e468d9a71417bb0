// Judges: what looks at every step of an exploration for all properties at once. The plain one builds the views; the
// recalling one runs a property once for each distinct outcome of what it reads. Both say the same.

import type { Lensed, Model } from './model.ts';
import type { Moment, Property } from './property.ts';
import { Recall } from './recall.ts';

export interface Judge {
  /** States or steps at which the premise of each property held. */
  readonly premises: Float64Array;
  /** Calls `hit` with the number of each property that the step violates or witnesses. */
  look(step: LookedAt, hit: (property: number) => void): void;
}
export interface LookedAt {
  step: number;
  before: Int32Array;
  after: Int32Array;
  /** A bit for each word that the step may have changed. */
  changed: number;
  /** The state after it was never seen before. */
  isNew: boolean;
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

export function createPlainJudge<View, Step>(
  model: Model<View, Step>,
  properties: readonly Property<View, Step>[],
): Judge {
  const premises = new Float64Array(properties.length);
  return {
    premises,
    look({ step, before, after, isNew }, hit) {
      const moment = {
        before: model.view(before),
        step: model.step(step),
        after: model.view(after),
      };
      properties.forEach((property, index) => {
        if (isOnState(property) && !isNew) return;
        const outcome = outcomeOf(property, moment);
        if (outcome !== 'idle') premises[index] = (premises[index] ?? 0) + 1;
        if (outcome === 'hit') hit(index);
      });
    },
  };
}

export function createRecallingJudge<View, Step>(
  model: Model<View, Step>,
  lensed: Lensed<View>,
  properties: readonly Property<View, Step>[],
): Judge {
  const { lens } = lensed;
  const premises = new Float64Array(properties.length);
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
    const outcome = outcomes.indexOf(result);
    recall.learn(key, noted, outcome);
    return outcome;
  };
  const ofState = onlyAfter<View, Step>(lensed.after);
  return {
    premises,
    look({ step, before, after, changed, isNew }, hit) {
      if (before !== lens.before) lens.before.set(before);
      if (after !== lens.after) lens.after.set(after);
      if (isNew) {
        for (const one of onState) {
          let outcome = one.recall.find(0);
          if (outcome < 0) outcome = learn(one, 0, ofState);
          if (outcome === 0) continue;
          premises[one.index] = (premises[one.index] ?? 0) + 1;
          if (outcome === 2) hit(one.index);
        }
      }
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
        if (outcome === 0) continue;
        premises[one.index] = (premises[one.index] ?? 0) + 1;
        if (outcome === 2) hit(one.index);
      }
      if (isIdle) {
        watchers[step] = watching.filter(
          ({ recall }) => !(recall.isConstant(step) && recall.find(step) === 0),
        );
      }
    },
  };
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
