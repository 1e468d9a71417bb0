// Which steps are possible in a state of the product, in a fixed order, so that a path of choices names a run. They
// come in families: each is run once for every distinct outcome of what it reads.

import { IdleTable } from '../explore/idle.ts';
import { type Lens, Recall } from '../explore/recall.ts';
import type { Sink } from '../explore.ts';
import { createInterner } from '../intern.ts';
import type { DraftMade } from './draft.ts';
import { hostFamilies } from './host-steps.ts';
import type { Product } from './product.ts';
import type { Family, Push, Scene } from './scene.ts';
import { type Template, Templates } from './templates.ts';
import type { Deed, Transition } from './view.ts';
import { worldFamilies } from './world-steps.ts';

/** What a function that is memoised by its reads comes to. */
interface Outcome {
  templates: readonly Template[];
  /** The word whose value alone makes the family idle; null: it has steps, or several words decide. */
  settledBy: number | null;
}
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
  /** By the number of a template. */
  step(id: number): Transition;
  kindOf(id: number): number;
  isSettled(id: number, probe: number): boolean;
}

export function createSteps(product: Product): Steps {
  const { lens } = product;
  const kinds = createKinds();
  const templates = new Templates(lens);
  const families = [...product.hosts.flatMap(hostFamilies), ...worldFamilies(product)].map(
    (family) => remembered(family, lens),
  );
  const idle = new IdleTable(product.words.length, families.length);
  const outcomes: Outcome[] = [];
  const learn = ({ run, needs, recall }: Remembered): number => {
    const { result, noted } = lens.noting(() => stepsOf(run, product));
    if (result.length > 0 && !needs.every(({ isMet }) => isMet(sceneOf(product)))) {
      throw new Error(`a step is possible without what it needs: ${result[0]?.transition.label}`);
    }
    recall.learn(0, noted, outcomes.length);
    const reads = Int32Array.from(noted, ({ probe }) => probe);
    const made = result.map(({ transition, draft }) =>
      templates.add({ ...draft, kind: kinds.id(transition, draft.changed), reads }),
    );
    const settledBy = made.length === 0 ? lens.onlyWordOf(noted) : null;
    return outcomes.push({ templates: made, settledBy }) - 1;
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
    step: (id) => kinds.value(templates.kindOf(id)),
    kindOf: (id) => templates.kindOf(id),
    isSettled: (id, probe) => templates.isSettled(id, probe),
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
        const outcome = outcomes[known < 0 ? learn(family) : known];
        if (outcome === undefined) break;
        const { templates } = outcome;
        if (templates.length === 0) {
          const word = outcome.settledBy ?? lackOf(family);
          if (word !== null) idle.settle(word, state[word] ?? 0, at);
        }
        for (const template of templates) {
          make(product, template, state, next);
          sink(template.step, next, template.changed);
          for (const word of template.words) next[word] = state[word] ?? 0;
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

function make(product: Product, template: Template, state: Int32Array, next: Int32Array): void {
  const { words, codes } = template;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? 0;
    const code = codes[at] ?? 0;
    next[word] = code >= 0 ? code : product.apply(word, state[word] ?? 0, ~code);
  }
}

interface Kinds {
  id(transition: Transition, changed: number): number;
  value(id: number): Transition;
}

/** Equal steps that change the same words are of one kind; the deeds of one step of a node are compared once. */
function createKinds(): Kinds {
  const all = createInterner<{ transition: Transition; changed: number }>(
    ({ transition: { label, deeds, fairness }, changed }) =>
      `${changed} ${label} ${fairness?.name ?? ''} ${deeds.map((deed) => deedId(deed)).join()}`,
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
