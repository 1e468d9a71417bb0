// The capability `leap`: a long wait in one message is the same case, and an untimely effect is a fault of the adapter.

import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../conformance/adapter.ts';
import { playCase, type Result } from '../../conformance/play.ts';
import type { Outcome } from '../../conformance/wire.ts';
import { loadWrittenCases } from '../../conformance/written-cases.ts';
import { createRecordedAdapter } from '../model/refine/adapter-trace.ts';

const seed = 7n;
const cases = loadWrittenCases().filter(({ kind }) => kind === 'node');

/** The reference, and how often it was asked to advance. */
function reference(mayLeap: boolean): Adapter & { advances(): number } {
  const adapter = createRecordedAdapter();
  let advances = 0;
  return {
    ...adapter,
    mayLeap: () => mayLeap,
    advance(to) {
      advances += 1;
      return adapter.advance(to);
    },
    advances: () => advances,
  };
}

/** The reference, with the instants of its effects changed. */
function untimely(change: (at: bigint) => bigint): Adapter {
  const adapter = reference(true);
  const shift = (outcome: Outcome): Outcome => ({
    ...outcome,
    effects: outcome.effects.map((one) =>
      one.at === undefined ? one : { ...one, at: String(change(BigInt(one.at))) },
    ),
  });
  return { ...adapter, advance: async (to) => shift(await adapter.advance(to)) };
}

const story = ({ story: lines }: Result): unknown => lines;

describe('an adapter that leaps', () => {
  test('does in every written case what it does step by step, in far fewer messages', async () => {
    const leaping = reference(true);
    const stepping = reference(false);
    for (const one of cases) {
      const leapt = await playCase(leaping, one, seed, true);
      expect(leapt.verdict).toBe('pass');
      expect(story(leapt)).toEqual(story(await playCase(stepping, one, seed, true)));
    }
    expect(leaping.advances()).toBeLessThan(stepping.advances() / 2);
  });

  test.each([
    ['before what was done last', (at: bigint) => at - 10_000_000_000n],
    ['after the instant that it was to go to', (at: bigint) => at + 10_000_000_000n],
  ])('and says that an effect was done %s has broken the protocol', async (_, change) => {
    const verdicts: (string | undefined)[] = [];
    for (const one of cases.slice(0, 40)) {
      const { verdict, text } = await playCase(untimely(change), one, seed, true);
      if (verdict !== 'pass') verdicts.push(`${verdict} ${text}`);
    }
    expect(verdicts.length).toBeGreaterThan(0);
    for (const verdict of verdicts) {
      expect(verdict).toMatch(
        /^error protocol: an effect is said to be of instant -?\d+; expected/,
      );
    }
  });
});
