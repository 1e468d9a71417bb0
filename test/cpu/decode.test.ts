// The decoder against an independent one, iced-x86, on random bytes: the same length, mnemonic and
// operands for every instruction of the table; what is not in the table must be invalid, and is
// counted. A longer run: decode-campaign.ts.

import { describe, expect, it } from 'vitest';
import { compareDecoders, randomBytes } from './decode-compare.ts';
import { createRandom } from './oracle/random.ts';

const SEED = 64;
const SAMPLES = 60_000;
const REPORTS_MAX = 40;

describe('decoder and iced-x86', () => {
  it('agree on length, mnemonic and operands', () => {
    const random = createRandom(SEED);
    const counts = { same: 0, invalid: 0, absent: 0, hint: 0 };
    const differences: string[] = [];
    for (let k = 0; k < SAMPLES; k += 1) {
      const verdict = compareDecoders(randomBytes(random));
      if (verdict.kind === 'different') differences.push(verdict.report);
      else counts[verdict.kind] += 1;
    }
    console.log(`decoder: ${JSON.stringify(counts)}, seed ${SEED}`);
    expect(differences.slice(0, REPORTS_MAX)).toEqual([]);
    expect(counts.same).toBeGreaterThan(SAMPLES / 2);
  });
});
