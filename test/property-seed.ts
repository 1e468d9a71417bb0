// One seed for every property of a test run, so that a run repeats on any machine.

import fc from 'fast-check';

const seed = Number(process.env.PROPERTY_SEED ?? 1);
if (!Number.isSafeInteger(seed)) {
  throw new Error(`PROPERTY_SEED: expected an integer, got ${process.env.PROPERTY_SEED}`);
}
fc.configureGlobal({ seed });
