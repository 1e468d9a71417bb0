// Every broken implementation is refused by its trace of one written case, for the clause that its file names; the
// reference is accepted on all of them.

import { describe, expect, test } from 'vitest';
import { playCase } from '../../../conformance/play.ts';
import { loadWrittenCases } from '../../../conformance/written-cases.ts';
import { type Rules, standardRules } from '../../../impl/protocol/index.ts';
import { createRecordedAdapter } from './adapter-trace.ts';
import { brokenByRule, rulesOf } from './broken-rules.ts';
import { firstUnlike } from './first-unlike.ts';
import { type RecordedTrace, refine } from './recorded.ts';

const cases = loadWrittenCases();
const seed = 5n;

/** The trace of each written case, played by these rules; those of the clause come first. */
async function* traces(rules: Rules, clause = ''): AsyncGenerator<RecordedTrace> {
  const adapter = createRecordedAdapter(rules);
  const isOwn = ({ id }: { id: string }): boolean => id.startsWith(`${clause}/`);
  for (const one of [...cases.filter(isOwn), ...cases.filter((other) => !isOwn(other))]) {
    await playCase(adapter, one, seed, true);
    yield adapter.trace();
  }
}

/** What only a clock shows: how long an entry waits, or a silence lasts, is nothing to the model. */
const isMeasured = (name: string): boolean =>
  [
    'never-slows',
    'never-gives-back',
    'shows-no-lag',
    'hears-anyone',
    'suspects-by-beats-alone',
    'suspects-by-channel-alone',
    'suspects-too-soon',
  ].includes(name);

/** What no written case brings about, as a gap: the generated cases of the suite kill it. */
const isUnmet = (name: string): boolean =>
  [
    'acts-on-lower-acknowledgements',
    'bears-a-gap',
    'believes-older-answers',
    'holds-after-a-gap',
    'keeps-unready-copy',
  ].includes(name);

/** It stops by an assertion of its own, and leaves no trace. */
const isSelfConvicted = (name: string): boolean => name === 'believes-its-proposal';

const isShown = ({ name }: { name: string }): boolean =>
  !isMeasured(name) && !isUnmet(name) && !isSelfConvicted(name);

/** No chart cites the clause where the wrong step is made, as that of the owner, which is outside the model, and that of
 *  a step that the chart has no transition for: only the step is named. */
const isUncited = (name: string): boolean =>
  ['hands-over-by-replacing', 'replaces-unready'].includes(name);

/** How far from the front the clause may stand. */
const nearestMax = 7;

describe('the written cases', () => {
  test('played by the reference are all accepted', async () => {
    const outcomes: string[] = [];
    for await (const trace of traces(standardRules)) outcomes.push(refine(trace).outcome);

    expect(outcomes).toEqual(cases.map(() => 'accepted'));
  });

  test.each(brokenByRule().filter(isShown))(
    'refuse $name at its first wrong step, for $clause',
    async (mutant) => {
      for await (const trace of traces(await rulesOf(mutant.name), mutant.clause)) {
        const { refusal } = refine(trace);
        if (refusal === null) {
          expect(firstUnlike(trace)).toBeNull();
          continue;
        }
        expect(refusal.line).toBe(firstUnlike(trace));
        if (isUncited(mutant.name)) return;
        expect(refusal.clauses.slice(0, nearestMax)).toContain(mutant.clause);
        return;
      }
      expect.unreachable('no trace was refused');
    },
  );
});
