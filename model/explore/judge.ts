// Judges: what looks at every step of an exploration for all properties at once. The plain one builds the views; the
// recalling one runs a property once for each distinct outcome of what it reads, and knows the outcomes of all of them
// together wherever the same is read again. Both say the same.

import type { Lensed, Model } from './model.ts';
import type { Moment, Property } from './property.ts';
import { type Noted, Recall } from './recall.ts';

/** A finding is a number: which properties' premises held, and which were violated or witnessed. */
export interface Judge {
  findInStep(step: LookedAt): number;
  /** For the properties of states; of the one after `step`. */
  findInState(step: LookedAt): number;
  /** Counts a finding, and when it is the first of its kind calls `hit` with each property violated or witnessed. */
  count(finding: number, hit: (property: number) => void): void;
  /** How often the premise of each property held, as far as it was counted. */
  premises(): number[];
}
export interface LookedAt {
  step: number;
  before: Int32Array;
  after: Int32Array;
  /** A bit for each word that the step may have changed. */
  changed: number;
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
  const findings = new Findings();
  const find = (
    { step, before, after }: LookedAt,
    isLookedAt: (property: Property<View, Step>) => boolean,
  ): number => {
    const moment = {
      before: model.view(before),
      step: model.step(step),
      after: model.view(after),
    };
    const finding = properties.flatMap((property, index): Finding => {
      const outcome = isLookedAt(property) ? outcomeOf(property, moment) : 'idle';
      return outcome === 'idle' ? [] : [{ index, isHit: outcome === 'hit' }];
    });
    return findings.id(finding);
  };
  return {
    findInStep: (looked) => find(looked, (property) => !isOnState(property)),
    findInState: (looked) => find(looked, isOnState),
    count: (finding, hit) => findings.count(finding, hit),
    premises: () => findings.premises(properties.length),
  };
}

export function createRecallingJudge<View, Step>(
  model: Model<View, Step>,
  lensed: Lensed<View>,
  properties: readonly Property<View, Step>[],
): Judge {
  const { lens } = lensed;
  const findings = new Findings();
  const watched = properties.map((property, index) => ({
    index,
    property,
    /** Null: any step is looked at, even one that changes nothing. */
    mask: property.changes === undefined ? null : (model.maskOf?.(property.changes) ?? null),
    recall: new Recall(lens),
  }));
  const ofState = watched.filter(({ property }) => isOnState(property));
  const ofStep = watched.filter(({ property }) => !isOnState(property));
  const [onState, onKind, onStep] = [new Recall(lens), new Recall(lens), new Recall(lens)];
  const stateMoment = onlyAfter<View, Step>(lensed.after);

  /** The finding of these properties together, each run once for what it reads. */
  const learn = (options: {
    all: Recall;
    looking: typeof watched;
    kind: number;
    moment: Moment<View, Step>;
    changed: number;
  }): number => {
    const { all, looking, kind, moment, changed } = options;
    const noted = new Map<number, Noted>();
    const finding = looking.flatMap(({ index, property, recall }): Finding => {
      let outcome = recall.find(kind);
      if (outcome < 0) {
        const seen = lens.noting(() => outcomeOf(property, moment));
        outcome = outcomes.indexOf(seen.result);
        recall.learn(kind, seen.noted, outcome);
      }
      for (const { probe: read, value } of recall.trace(kind)) {
        const probe = lens.unchanged(read, changed);
        if (!noted.has(probe)) noted.set(probe, { probe, value });
      }
      return outcome === 0 ? [] : [{ index, isHit: outcome === 2 }];
    });
    const found = findings.id(finding);
    all.learn(kind, [...noted.values()], found);
    return found;
  };
  const learnState = (): number =>
    learn({ all: onState, looking: ofState, kind: 0, moment: stateMoment, changed: -1 });
  /** What the step alone settles need not be read again. */
  const learnStep = ({ step, changed }: LookedAt): number => {
    const kind = lensed.kindOf(step);
    let found = onKind.find(kind);
    if (found < 0) {
      const looking = ofStep.filter(({ mask }) => mask === null || (mask & changed) !== 0);
      const moment = { before: lensed.before, step: model.step(step), after: lensed.after };
      found = learn({ all: onKind, looking, kind, moment, changed });
    }
    const open = onKind.trace(kind).filter(({ probe }) => !lensed.isSettled(step, probe));
    onStep.learn(step, open, found);
    return found;
  };
  const focus = ({ before, after }: LookedAt): void => {
    if (before !== lens.before) lens.before.set(before);
    if (after !== lens.after) lens.after.set(after);
  };
  return {
    count: (finding, hit) => findings.count(finding, hit),
    premises: () => findings.premises(properties.length),
    findInState(looked) {
      focus(looked);
      const found = onState.find(0);
      return found < 0 ? learnState() : found;
    },
    findInStep(looked) {
      focus(looked);
      const found = onStep.find(looked.step);
      return found < 0 ? learnStep(looked) : found;
    },
  };
}

/** The properties whose premise held, and whether they were hit. */
type Finding = readonly { index: number; isHit: boolean }[];

/** Findings by their numbers, and how often each was made. */
class Findings {
  private readonly all: Finding[] = [];
  private readonly ids = new Map<string, number>();
  private counts = new Float64Array(64);

  id(finding: Finding): number {
    const key = finding.map(({ index, isHit }) => `${index}${isHit ? '!' : ''}`).join();
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.all.push(finding) - 1;
    this.ids.set(key, id);
    if (id === this.counts.length) {
      const larger = new Float64Array(2 * id);
      larger.set(this.counts);
      this.counts = larger;
    }
    return id;
  }

  count(id: number, hit: (property: number) => void): void {
    const before = this.counts[id] ?? 0;
    this.counts[id] = before + 1;
    if (before > 0) return;
    for (const { index, isHit } of this.all[id] ?? []) if (isHit) hit(index);
  }

  premises(properties: number): number[] {
    const sums = Array.from({ length: properties }, () => 0);
    this.all.forEach((finding, id) => {
      for (const { index } of finding) sums[index] = (sums[index] ?? 0) + (this.counts[id] ?? 0);
    });
    return sums;
  }
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
