// Which steps of the product must happen in the end: no fault, no false suspicion, nothing that the guest need not do;
// but every message, answer and deadline.

import { describe, expect, test } from 'vitest';
import { explore } from '../../../model/explore.ts';
import { calm } from '../../../model/rows.ts';
import { createSystem, type Transition } from '../../../model/system.ts';

/** Every label of a small exploration with all faults, by the fairness of its step. */
function labelsByStrength(): Map<string, Set<string>> {
  const bounds = {
    ...calm,
    retries: 'unbounded' as const,
    crashes: 1,
    breaks: 1,
    losses: 1,
    restarts: 1,
    divergences: 1,
    lagging: true,
    inputs: true,
    beats: true,
    datagramsMax: 1,
  };
  const model = createSystem(bounds);
  const labels = new Map<string, Set<string>>();
  const note = ({ label, fairness }: Transition): void => {
    const strength = fairness?.strength ?? 'none';
    const known = labels.get(strength) ?? new Set();
    labels.set(strength, known.add(label));
  };
  explore({
    model,
    properties: [],
    statesMax: 30_000,
    onEdge: (_from, _to, step) => note(model.step(step)),
  });
  return labels;
}

describe('a step', () => {
  const labels = labelsByStrength();
  const has = (strength: string, label: RegExp): boolean =>
    [...(labels.get(strength) ?? [])].some((one) => label.test(one));

  test.each([
    /crashes$/,
    /restarts/,
    /^arbiter: loses/,
    /diverges/,
    /guest output/,
    /guest input/,
    /datagram .* is lost/,
    /hears beat/,
    /beat-timeout/,
  ])('%s is in no class', (label) => {
    expect([has('none', label), has('weak', label), has('strong', label)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each([
    /^arbiter: attempts/,
    /receives/,
    /stands$/,
    /applies entry/,
    /retry passed/,
    /beat passed/,
    /protect with/,
    /^disk: fence/,
  ])('%s is in a weak class', (label) => {
    expect([has('none', label), has('weak', label)]).toEqual([false, true]);
  });

  test('by which the arbiter answers is in a strong class', () => {
    expect(has('strong', /: reads v/)).toBe(true);
    expect(has('weak', /: reads v/)).toBe(false);
  });

  test('by which a connection closes or silence is seen is due only with a cause', () => {
    for (const label of [/channel 1 closed/, /channel-timeout passed/]) {
      expect([has('none', label), has('weak', label)]).toEqual([true, true]);
    }
  });
});
