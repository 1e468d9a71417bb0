// Every broken implementation is refused by its trace of one written case, for the clause that its file names; the
// reference is accepted on all of them.

import { describe, expect, test } from 'vitest';
import { findMutants } from '../../../conformance/mutants.ts';
import { playCase } from '../../../conformance/play.ts';
import { loadWrittenCases } from '../../../conformance/written-cases.ts';
import type { TraceVerdict } from '../../../model/refine.ts';
import { type Rules, standardRules } from '../../../impl/protocol/index.ts';
import { createRecordedAdapter } from './adapter-trace.ts';
import { rulesOf } from './broken-rules.ts';
import { refine } from './recorded.ts';

const cases = loadWrittenCases();
const seed = 5n;

/** What the model says of the trace of each written case, played by these rules. */
async function verdicts(rules: Rules): Promise<readonly TraceVerdict[]> {
  const adapter = createRecordedAdapter(rules);
  const found: TraceVerdict[] = [];
  for (const one of cases) {
    await playCase(adapter, one, seed, true);
    found.push(refine(adapter.trace()));
  }
  return found;
}

describe('the written cases', () => {
  test('played by the reference are all accepted', async () => {
    const refused = (await verdicts(standardRules)).filter(({ outcome }) => outcome !== 'accepted');

    expect(refused).toEqual([]);
  });

  test.each(findMutants())('refuse $name by $clause', async ({ name, clause }) => {
    const refusals = (await verdicts(await rulesOf(name))).flatMap(({ refusal }) => refusal ?? []);
    const ranks = refusals.map(({ clauses }) => clauses.indexOf(clause));
    console.log(name, clause, ranks.join(), refusals[0]?.differences[0], refusals[0]?.clauses.slice(0,4).join());

    expect(ranks.length).toBeGreaterThan(0);
    expect(Math.max(...ranks)).toBeGreaterThanOrEqual(0);
  });
});
