// The second formalisation and the model speak of the same things: bugs, claims and words. Whether they say the same of
// them is for `npm run bench:model`, which needs SPIN; nothing here does.

import { describe, expect, test } from 'vitest';
import type { Bounds } from '../../../model/environment/manager.ts';
import { calm, findRow } from '../../../model/rows.ts';
import { claimed, claims, coreBugs, definesOf, switches, switchOf, words } from './core-text.ts';
import { projectModel } from './lockstep-explorer.ts';

describe('core.pml', () => {
  test('has a switch for every seeded bug that its bounds can show, and no other', () => {
    expect([...switches].sort()).toEqual(coreBugs.map(switchOf).sort());
    expect(coreBugs.length).toBeGreaterThanOrEqual(10);
  });

  test('claims only what the model claims, and what each of its bugs violates', () => {
    expect(claimed.map(({ name }) => name).sort()).toEqual([...claims].sort());
    expect(coreBugs.map(({ property }) => property).filter((one) => !claims.includes(one))).toEqual(
      [],
    );
  });

  test.each(['core', 'again'])('can be given the bounds of the row %s', (name) => {
    expect(definesOf(findRow(name)?.bounds ?? calm)).toContain(
      `-DJOINS=${name === 'core' ? 1 : 2}`,
    );
  });

  test.each<[string, Partial<Bounds>]>([
    ['a restart', { restarts: 1 }],
    ['a write of the disk', { outputs: ['disk'] }],
    ['a longer history than an int holds', { positionsMax: 8 }],
  ])('cannot be given %s', (_, bounds) => {
    expect(definesOf({ ...calm, ...bounds })).toBeNull();
  });
});

describe('the projection', () => {
  // The states nearest to the start say nearly every word.
  const { bounds } = findRow('core') ?? { bounds: calm };
  const projected = [...projectModel(bounds, 20_000)];

  test('uses no word that core.pml has not', () => {
    // Of a node the first seven; of the guest the one before its history. A number is not a word.
    const said = projected.flatMap((line) =>
      line
        .split('; ')
        .filter((part) => / knows /.test(part))
        .flatMap((part) => [...part.split(' ').slice(0, 7), /(\w+)\[/.exec(part)?.[1] ?? '?']),
    );
    expect([...new Set(said)].filter((word) => word !== '-' && !words.includes(word))).toEqual([]);
  });

  test('says the first state in the words of observed.h', () => {
    const node =
      'idle notConfigured shut inattentive uninvolved - - s0 l0 e0<0 c0<0 log e0 t0 0/0/0/0 0/0 waiting kept knows none none[]';
    expect(projected[0]).toBe(
      `${node}; ${node}; link none; record none; fence 0 00 00; emitted; left 1111`,
    );
  });
});
