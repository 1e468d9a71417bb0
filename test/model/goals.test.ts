// What a run may be asked to visit: every name is of one kind, and a mistyped one has near names.

import { describe, expect, test } from 'vitest';
import { clausesCited, findGoal, namesNear } from '../../model/goals.ts';
import { nearNames } from '../../model/near.ts';
import { sometimes } from '../../model/properties/sometimes.ts';

describe('a goal', () => {
  test.each([
    ['takes-over', 'property'],
    ['failover.fence-before-live', 'requirement'],
    ['failover:owning.asking', 'state'],
    ['failover:owning', 'state'],
    ['heartbeat:watching.suspecting', 'state'],
    ['p: receives', 'label'],
    ['manager: p start', 'label'],
  ])('%s is a %s', (name, kind) => {
    expect(findGoal(name)).toMatchObject({ name, kind });
  });

  test.each(['failover:owning.asked', 'failover:own', 'logging:asking'])('%s is none', (name) => {
    expect(findGoal(name)).toBeNull();
  });

  test('no name is of two kinds', () => {
    const names = sometimes.map(({ name }) => name);
    expect(names.filter((name) => clausesCited.has(name))).toEqual([]);
  });
});

describe('near names', () => {
  test('are the nearest first, and none that is far', () => {
    expect(namesNear('takes-ovr')[0]).toBe('takes-over');
    expect(namesNear('pairing:owner.alon')[0]).toBe('pairing:owner.alone');
    expect(namesNear('zzzzzzzz')).toEqual([]);
    expect(nearNames('b: crash', ['world: b crashes', 'b: crash', 'b: trash', 'far away'])).toEqual(
      ['b: crash', 'b: trash'],
    );
  });

  test('are those that have the word in them, however long', () => {
    expect(nearNames('crashes', ['world: b crashes', 'world: p crashes'])).toHaveLength(2);
  });
});
