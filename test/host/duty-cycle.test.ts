// A share of a processor as slices: as many of a hundred as it has percent, evenly spread, whatever it was before.

import { describe, expect, test } from 'vitest';
import { createDutyCycle } from '../../impl/host/duty-cycle.ts';

const taken = (
  duty: ReturnType<typeof createDutyCycle>,
  share: number,
  slices: number,
): boolean[] => Array.from({ length: slices }, () => duty.takesSlice(share));

describe('a duty cycle', () => {
  test.each([5, 35, 50, 95, 100])('runs in %i of a hundred slices', (share) => {
    expect(taken(createDutyCycle(), share, 100).filter(Boolean)).toHaveLength(share);
  });

  test.each([5, 20, 50])('spreads a share of %i evenly', (share) => {
    const every = 100 / share;
    const slices = taken(createDutyCycle(), share, 100);
    expect(slices.flatMap((isTaken, at) => (isTaken ? [at % every] : []))).toEqual(
      Array.from({ length: share }, () => every - 1),
    );
  });

  test('runs in every slice again as soon as its share is full', () => {
    const duty = createDutyCycle();
    taken(duty, 5, 33);
    expect(taken(duty, 100, 50).every(Boolean)).toBe(true);
  });
});
