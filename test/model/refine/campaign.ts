// Longer than the tests: the trace of the reference in every case of the suite, then in seeds of the simulator, each
// held against the model. `npx tsx test/model/refine/campaign.ts [first seed] [last seed]`; exit code 1 where one is
// not accepted.

import { planRun } from '../../../conformance/plan.ts';
import { playCase } from '../../../conformance/play.ts';
import { caseSeed } from '../../../conformance/seed.ts';
import { createRecordedAdapter } from './adapter-trace.ts';
import { type RecordedTrace, recordSimulation, refine } from './recorded.ts';

const [firstSeed = 1, lastSeed = 60] = process.argv.slice(2).map(Number);
let traces = 0;
let lines = 0;

function hold(name: string, trace: RecordedTrace): void {
  const { outcome, why } = refine(trace);
  traces += 1;
  lines += trace.lines.length;
  if (outcome === 'accepted') return;
  console.log(`${name}: ${outcome}, ${why}`);
  process.exitCode = 1;
}

const adapter = createRecordedAdapter();
for (const one of planRun({ tier: 'core', only: [], skip: [] }).cases) {
  await playCase(adapter, one, caseSeed(5n, one.id), true);
  hold(one.id, adapter.trace());
}
console.log(`cases: ${traces} traces, ${lines} lines`);
for (let seed = firstSeed; seed <= lastSeed; seed += 1) {
  hold(`seed ${seed}`, recordSimulation({ seed }));
}
console.log(`with the simulator: ${traces} traces, ${lines} lines`);
