// What is memoised by its reads says what the plain function says: over whole explorations, for the right model and for
// seeded bugs, both judges count the same premises and find the same.

import { describe, expect, test } from 'vitest';
import { Aspect } from '../../../model/explore/aspect.ts';
import { Lens, Recall } from '../../../model/explore/recall.ts';
import { explore, type Model } from '../../../model/explore.ts';
import { properties } from '../../../model/properties.ts';
import { rows } from '../../../model/rows.ts';
import { findBug } from '../../../model/seeded-bugs.ts';
import { createSystem, type SystemView, type Transition } from '../../../model/system.ts';

/** The same model without the views that note what is read of them. */
function plain(model: Model<SystemView, Transition>): Model<SystemView, Transition> {
  const { lensed: _, ...rest } = model;
  return rest;
}

describe('the judge that recalls', () => {
  test.each(rows)('says in $name what the plain one says', ({ bounds }) => {
    const statesMax = 1500;
    const recalled = explore({ model: createSystem(bounds), properties, statesMax });
    const looked = explore({ model: plain(createSystem(bounds)), properties, statesMax });
    expect(recalled.verdicts).toEqual(looked.verdicts);
    expect(recalled.edges).toBe(looked.edges);
  });

  test('finds a seeded bug at the same step', () => {
    const bug = findBug('refusal-taken-for-a-win');
    if (bug === null) throw new Error('the bug of this test is not in the list');
    const system = (): Model<SystemView, Transition> => createSystem(bug.bounds, bug.variant);
    const recalled = explore({ model: system(), properties, statesMax: 20_000 });
    const looked = explore({ model: plain(system()), properties, statesMax: 20_000 });
    expect(recalled.stoppedBy).toBe('violation');
    expect(recalled.verdicts).toEqual(looked.verdicts);
  });

  test('a property of states that looks at what was before is an error', () => {
    const [row] = rows;
    if (row === undefined) throw new Error('there is no row');
    const model = createSystem(row.bounds);
    const nosy = {
      kind: 'always' as const,
      on: 'state' as const,
      name: 'nosy',
      about: '',
      requirements: [],
      check: ({ before }: { before: SystemView }) => (before.hosts.length > 9 ? [] : null),
    };
    expect(() => explore({ model, properties: [nosy], statesMax: 10 })).toThrow('`after` only');
  });
});

describe('recall', () => {
  test('knows a result wherever the same was read, and only there', () => {
    const lens = new Lens(2);
    const parity = lens.probe({ word: 0, aspect: new Aspect((word) => word % 2), isAfter: false });
    const second = lens.probe({ word: 1, aspect: null, isAfter: true });
    const recall = new Recall(lens);
    lens.before.set([3, 0]);
    lens.after.set([0, 7]);
    expect(recall.find(0)).toBe(-1);
    const { noted } = lens.noting(() => [lens.see(parity), lens.note(second), lens.see(parity)]);
    expect(noted).toEqual([
      { probe: parity, value: 0 },
      { probe: second, value: 7 },
    ]);
    recall.learn(0, noted, 5);
    lens.before.set([9, 9]);
    expect(recall.find(0)).toBe(5);
    expect(recall.find(1)).toBe(-1);
    lens.before.set([4, 9]);
    expect(recall.find(0)).toBe(-1);
  });

  test('a function that reads otherwise than before is not pure', () => {
    const lens = new Lens(2);
    const [one, other] = [0, 1].map((word) => lens.probe({ word, aspect: null, isAfter: false }));
    const recall = new Recall(lens);
    recall.learn(0, [{ probe: one ?? 0, value: 0 }], 1);
    expect(() => recall.learn(0, [{ probe: other ?? 0, value: 0 }], 1)).toThrow('not pure');
  });
});
