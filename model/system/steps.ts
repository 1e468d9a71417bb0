// Which steps are possible in a state of the product, in a fixed order, so that a path of choices names a run. They
// come in families: each is run once for every distinct outcome of what it reads.

import { IdleTable } from '../explore/idle.ts';
import { type Lens, Recall } from '../explore/recall.ts';
import type { Sink } from '../explore.ts';
import { createInterner } from '../intern.ts';
import { adversaryFamilies } from './adversary-steps.ts';
import type { DraftMade } from './draft.ts';
import { hostFamilies } from './host-steps.ts';
import { misdeedFamilies } from './misdeed-steps.ts';
import { Plans, planHead, stepHead } from './plans.ts';
import type { Product } from './product.ts';
import type { Family, Push, Scene } from './scene.ts';
import type { Deed, Transition } from './view.ts';
import { worldFamilies } from './world-steps.ts';

interface Remembered {
  run(scene: Scene): void;
  recall: Recall;
  needs: readonly Need[];
}
interface Need {
  isMet(scene: Scene): boolean;
  recall: Recall;
}

export interface Steps {
  expand(words: Int32Array, sink: Sink): void;
  /** By its number in a plan. */
  step(id: number): Transition;
  kindOf(id: number): number;
  isSettled(id: number, probe: number): boolean;
}

export function createSteps(product: Product): Steps {
  const { lens } = product;
  const kinds = createKinds();
  const plans = new Plans(lens);
  const families = [
    ...product.hosts.flatMap(hostFamilies),
    ...worldFamilies(product),
    ...adversaryFamilies(product),
    ...misdeedFamilies(product),
  ].map((family) => remembered(family, lens));
  const idle = new IdleTable(product.words.length, families.length);
  const learn = ({ run, needs, recall }: Remembered): number => {
    const { result, noted } = lens.noting(() => stepsOf(run, product));
    if (result.length > 0 && !needs.every(({ isMet }) => isMet(sceneOf(product)))) {
      throw new Error(`a step is possible without what it needs: ${result[0]?.transition.label}`);
    }
    const reads = Int32Array.from(noted, ({ probe }) => probe);
    const steps = result.map(({ transition, draft }) => ({
      ...draft,
      kind: kinds.id(transition, draft.changed),
    }));
    const settledBy = steps.length === 0 ? lens.onlyWordOf(noted) : null;
    const plan = plans.add(steps, { reads, settledBy });
    recall.learn(0, noted, plan);
    return plan;
  };
  /** The word by which one need, looked at alone, is not met; null: there is none. */
  const lackOf = ({ needs }: Remembered): number | null => {
    for (const { isMet, recall } of needs) {
      let lack = recall.find(0) - 1;
      if (lack < -1) {
        const { result, noted } = lens.noting(() => isMet(sceneOf(product)));
        lack = result ? -1 : (lens.onlyWordOf(noted) ?? -1);
        recall.learn(0, noted, lack + 1);
      }
      if (lack >= 0) return lack;
    }
    return null;
  };
  return {
    step: (id) => kinds.value(plans.kindOf(id)),
    kindOf: (id) => plans.kindOf(id),
    isSettled: (id, probe) => plans.isSettled(id, probe),
    expand(state, sink) {
      const next = lens.after;
      if (state !== lens.before) lens.before.set(state);
      next.set(state);
      const { count, list } = idle.activeIn(state);
      for (let active = 0; active < count; active++) {
        const at = list[active] ?? 0;
        const family = families[at];
        if (family === undefined) break;
        const known = family.recall.find(0);
        const plan = known < 0 ? learn(family) : known;
        const { cells } = plans;
        const steps = cells[plan] ?? 0;
        if (steps === 0) {
          const settledBy = cells[plan + 1] ?? -1;
          const word = settledBy < 0 ? lackOf(family) : settledBy;
          if (word !== null) idle.settle(word, state[word] ?? 0, at);
        }
        let place = plan + planHead;
        for (let step = 0; step < steps; step++) {
          const first = place + stepHead;
          const end = first + 2 * (cells[place + 2] ?? 0);
          for (let touch = first; touch < end; touch += 2) {
            const word = cells[touch] ?? 0;
            const code = cells[touch + 1] ?? 0;
            next[word] = code >= 0 ? code : product.apply(word, state[word] ?? 0, ~code);
          }
          sink(cells[place] ?? 0, next, cells[place + 1] ?? 0);
          for (let touch = first; touch < end; touch += 2) {
            const word = cells[touch] ?? 0;
            next[word] = state[word] ?? 0;
          }
          place = end;
        }
      }
    },
  };
}

function remembered(family: Family, lens: Lens): Remembered {
  const { needs, run } = typeof family === 'function' ? { needs: [], run: family } : family;
  return {
    run,
    recall: new Recall(lens),
    needs: needs.map((isMet) => ({ isMet, recall: new Recall(lens) })),
  };
}

const sceneOf = (product: Product, push: Push = refusePush): Scene => ({
  product,
  view: product.before,
  push,
});

const refusePush = (): never => {
  throw new Error('what a step needs makes no step');
};

interface Pushed {
  transition: Transition;
  draft: DraftMade;
}

function stepsOf(run: (scene: Scene) => void, product: Product): Pushed[] {
  const pushed: Pushed[] = [];
  run(sceneOf(product, (transition, draft) => pushed.push({ transition, draft: draft.made() })));
  return pushed;
}

interface Kinds {
  id(transition: Transition, changed: number): number;
  value(id: number): Transition;
}

/** Equal steps that change the same words are of one kind; the deeds of one step of a node are compared once. */
function createKinds(): Kinds {
  const all = createInterner<{ transition: Transition; changed: number }>(
    ({ transition: { label, deeds, fairness, isConfluent = false }, changed }) =>
      `${changed} ${isConfluent} ${label} ${fairness?.name ?? ''} ${deeds.map((deed) => deedId(deed)).join()}`,
  );
  const deeds = createInterner<Deed>();
  const byEffects = new WeakMap<readonly unknown[], Map<string, number>>();
  const deedId = (deed: Deed): number => {
    const known = byEffects.get(deed.effects) ?? new Map<string, number>();
    byEffects.set(deed.effects, known);
    const key = `${deed.self} ${JSON.stringify(deed.input)}`;
    const id = known.get(key) ?? deeds.id(deed);
    known.set(key, id);
    return id;
  };
  return {
    id: (transition, changed) => all.id({ transition, changed }),
    value: (id) => all.value(id).transition,
  };
}
