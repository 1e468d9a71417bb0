// The features and their pairs: each feature shows what it is for, every two have a row with both on, and a sample of
// the rows is not violated near its start. `lockstep model check --pairs` exhausts them all.

import { describe, expect, test } from 'vitest';
import { explore } from '../../model/explore.ts';
import { type Feature, features, given } from '../../model/features.ts';
import { base, boundsWith, featuresIn, findPair, isOn, pairs } from '../../model/pairs.ts';
import { properties } from '../../model/properties.ts';
import { livenessRows, rows } from '../../model/rows.ts';
import { createSystem } from '../../model/system.ts';

/** More than a feature alone has. */
const statesMax = 100_000;
/** Of a pair in the sample, the states nearest to the start. */
const sampledStatesMax = 10_000;
const sampledEvery = 21;

const named = (name: string): Feature => {
  const feature = features.find((one) => one.name === name);
  if (feature === undefined) throw new Error(`no feature ${name}`);
  return feature;
};

describe('a feature', () => {
  const alone = features.map((feature) => ({ ...feature, all: boundsWith([feature]) }));

  test.each(alone)('$name alone violates nothing and shows what it is for', (feature) => {
    const report = explore({ model: createSystem(feature.all), properties, statesMax });
    expect(report.isExhausted).toBe(true);
    const shown = report.verdicts.filter(({ premise }) => premise > 0);
    expect(shown.map(({ property }) => property)).toEqual(
      expect.arrayContaining([...feature.premises]),
    );
  });

  test('is not on in the base, where what is given shows what it is for', () => {
    expect(featuresIn(base).on).toEqual(given);
    const report = explore({ model: createSystem(base), properties, statesMax });
    const shown = report.verdicts.filter(({ premise }) => premise > 0);
    const wanted = given.flatMap(({ premises }) => premises);
    expect(shown.map(({ property }) => property)).toEqual(expect.arrayContaining(wanted));
  });

  test('is on where as much may happen, and a log is the sooner full the less it holds', () => {
    expect(isOn(named('second-output'), { ...base, positionsMax: 3 })).toBe(true);
    expect(isOn(named('second-output'), base)).toBe(false);
    expect(isOn(named('full-log'), { ...base, entriesMax: 1 })).toBe(true);
    expect(isOn(named('full-log'), { ...base, entriesMax: 2 })).toBe(false);
    expect(isOn(named('arbiter-loss'), { ...base, losses: 1, retries: 'unbounded' })).toBe(true);
    expect(isOn(named('parting'), { ...base, commands: 1, operations: ['turn-off'] })).toBe(false);
  });

  test('is on in some named row', () => {
    const off = features.filter(
      (feature) => ![...rows, ...livenessRows].some(({ bounds }) => isOn(feature, bounds)),
    );
    expect(off.map(({ name }) => name)).toEqual([]);
  });
});

describe('a pair', () => {
  test('there is one for every two, of another name than any row', () => {
    expect(pairs.length).toBe((features.length * (features.length - 1)) / 2);
    const names = [...rows, ...livenessRows, ...pairs].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(pairs)('$name has both on', ({ features: both, bounds }) => {
    expect(both.filter((feature) => !isOn(feature, bounds))).toEqual([]);
  });

  test('has room for the operations of both in one run, and the outputs of all', () => {
    expect(findPair('power-off+suspend')?.bounds).toMatchObject({
      operations: ['power-off', 'suspend', 'resume'],
      commands: 3,
    });
    expect(findPair('disk+may-be-lost')?.bounds.outputs).toEqual(['console', 'disk', 'network']);
    expect(findPair('input+full-log')?.bounds).toMatchObject({ positionsMax: 2, entriesMax: 1 });
  });

  const sample = pairs.filter((_, at) => at % sampledEvery === 0);
  test.each(sample)('$name: no property is violated near the start', ({ bounds }) => {
    const model = createSystem(bounds);
    const report = explore({ model, properties, statesMax: sampledStatesMax });
    const violated = report.verdicts.filter(({ outcome }) => outcome === 'violated');
    expect(violated.map(({ property, complaints }) => ({ property, complaints }))).toEqual([]);
  });
});
