// What was recorded on the interpreter is replayed where code is translated, and the other way round.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../impl/base/hex.ts';
import type { TranslateAfter } from '../../impl/machine/index.ts';
import { createKvMachineThat } from '../machine/kv-guest.ts';
import { arbitraryScript, recordSession, replayEntries } from './session.ts';

const WAYS: readonly (readonly [TranslateAfter, TranslateAfter])[] = [
  ['never', 0],
  [0, 'never'],
  ['never', 3],
  [3, 'never'],
  [20, 1],
];

describe.each(WAYS)('recorded translating after %s arrivals, replayed after %s', (live, replay) => {
  it('has the same log, outputs and digests', () => {
    fc.assert(
      fc.property(arbitraryScript, (script) => {
        const recorded = recordSession(script, createKvMachineThat(live));
        const replayed = replayEntries(recorded.entries, createKvMachineThat(replay));
        expect(replayed.divergence).toBeUndefined();
        expect(replayed.outputs).toEqual(recorded.outputs);
        expect(replayed.machine.position).toBe(recorded.machine.position);
        expect(bytesToHex(replayed.machine.digest())).toBe(bytesToHex(recorded.machine.digest()));
        const again = recordSession(script, createKvMachineThat(replay));
        expect(again.entries).toEqual(recorded.entries);
      }),
      { numRuns: 6 },
    );
  });
});
