// A long comparison with the processor: `npx tsx test/cpu/oracle/campaign.ts --vectors N --seed S`.
// Prints the mismatches, at most twenty, and how many vectors each family had; exits with 1 if
// there are any. `--family sse` takes the families whose names begin so.

import { parseArgs } from 'node:util';
import { createBuildDirectory } from '../host-tools.ts';
import { findMismatch } from './compare.ts';
import { createEngine } from './engine.ts';
import { createNativeOracle } from './layout.ts';
import { createRandom } from './random.ts';
import { COMPARABLE_FORMS, createVector } from './vectors.ts';

const { values } = parseArgs({
  options: {
    vectors: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    family: { type: 'string', default: '' },
  },
});
const BATCH = 20_000;
const REPORTS_MAX = 20;

const directory = createBuildDirectory();
const native = createNativeOracle(directory.path);
const engine = createEngine();
const random = createRandom(Number(values.seed));
const forms = COMPARABLE_FORMS.filter((form) => form.family.startsWith(values.family));
const reports = new Map<string, string>();
const perFamily = new Map<string, number>();
let compared = 0;
let mismatches = 0;
while (compared < Number(values.vectors)) {
  const vectors = Array.from({ length: BATCH }, () => createVector(random.pick(forms), random));
  const outcomes = native(vectors.map((vector) => vector.start));
  vectors.forEach((vector, k) => {
    const outcome = outcomes[k];
    if (outcome === undefined) throw new Error('campaign: an outcome is missing');
    perFamily.set(vector.form.family, (perFamily.get(vector.form.family) ?? 0) + 1);
    const mismatch = findMismatch(vector, engine(vector.start), outcome);
    if (mismatch === undefined) return;
    mismatches += 1;
    if (reports.size < REPORTS_MAX) reports.set(vector.form.line, mismatch);
  });
  compared += vectors.length;
}
directory.remove();
for (const report of reports.values()) console.log(report);
for (const [family, count] of perFamily) console.log(`${family}: ${count}`);
console.log(`seed ${values.seed}: ${compared} vectors compared, ${mismatches} mismatches`);
process.exitCode = mismatches === 0 ? 0 : 1;
