// The facets of a state are complete: whatever a step changed in any part of the state, some line says so. On seeded
// walks through every row and through three hosts.

import { describe, expect, test } from 'vitest';
import { optionsOf } from '../../model/explore.ts';
import { compareFacets, facetsOf } from '../../model/facets.ts';
import { createRandom } from '../../model/generation/random.ts';
import { rows } from '../../model/rows.ts';
import { differences } from '../../model/swim-lane.ts';
import { createSystem, type SystemView } from '../../model/system.ts';

const walks = 40;
const stepsMax = 60;
const seed = 11;

const threeHosts = rows.slice(0, 1).map((row) => ({
  name: 'three hosts',
  bounds: { ...row.bounds, hosts: 3, joins: 2, restarts: 1 },
}));

describe('differences', () => {
  const seen = new Set<string>();

  test.each([...rows, ...threeHosts])('$name: every part that a step changed has a line', (row) => {
    for (const { before, after } of stepsOf(row.bounds)) {
      for (const part of partsThatDiffer(before, after)) {
        seen.add(part);
        const of = (view: SystemView) => facetsOf(view).filter((facet) => facet.part === part);
        const lines = compareFacets(of(before), of(after));
        expect(lines, `${part}, seed ${seed}`).not.toEqual([]);
        if (part === 'left') continue;
        expect(differences(before, after), part).toEqual(expect.arrayContaining(lines));
      }
    }
  });

  test('every part changed in some walk, so no line was looked for in vain', () => {
    expect([...seen].sort()).toEqual([
      'arbiter',
      'channels',
      'datagrams',
      'disk',
      'guest',
      'host',
      'images',
      'left',
      'lives',
      'outside',
      'record',
      'tape',
    ]);
  });

  test('are none where nothing changed, and fit the page', () => {
    for (const { before, after } of rows.flatMap(({ bounds }) => stepsOf(bounds).slice(0, 200))) {
      expect(differences(before, before)).toEqual([]);
      const long = differences(before, after).filter((line) => line.length > 120);
      expect(long).toEqual([]);
    }
  });
});

function stepsOf(bounds: (typeof rows)[number]['bounds']) {
  const model = createSystem(bounds);
  const random = createRandom(seed);
  const steps: { before: SystemView; after: SystemView }[] = [];
  for (let walk = 0; walk < walks; walk++) {
    let words: ArrayLike<number> = model.initial;
    for (let step = 0; step < stepsMax; step++) {
      const options = optionsOf(model, words);
      const taken = options[random.below(Math.max(1, options.length))];
      if (taken === undefined) break;
      steps.push({ before: model.view(words), after: model.view(taken.words) });
      words = taken.words;
    }
  }
  return steps;
}

/** By the values themselves, as JSON, without the facets. */
function partsThatDiffer(before: SystemView, after: SystemView): string[] {
  const values = (view: SystemView) => ({
    host: view.hosts,
    guest: view.guests,
    channels: view.channels,
    datagrams: view.datagrams,
    record: view.arbiter.record,
    arbiter: [view.arbiter.requests, view.arbiter.answers],
    disk: view.disk,
    outside: [view.world.emitted, view.world.since],
    images: view.world.images,
    lives: view.world.lives,
    tape: view.tape,
    left: view.world.left,
  });
  const [old, now] = [values(before), values(after)];
  return Object.entries(old)
    .filter(([part, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(now, part)))
    .map(([part]) => part);
}
