// A long comparison of the decoder with iced-x86: `npm run decoder -- --samples N --seed S`. Prints
// how often each verdict was reached and at most forty differences; exits with 1 if there are any.

import { parseArgs } from 'node:util';
import { compareDecoders, randomBytes } from './decode-compare.ts';
import { createRandom } from './oracle/random.ts';

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '3000000' },
    seed: { type: 'string', default: '1' },
  },
});
const REPORTS_MAX = 40;

const random = createRandom(Number(values.seed));
const counts = new Map<string, number>();
const reports: string[] = [];
for (let k = 0; k < Number(values.samples); k += 1) {
  const verdict = compareDecoders(randomBytes(random));
  counts.set(verdict.kind, (counts.get(verdict.kind) ?? 0) + 1);
  if (verdict.kind === 'different' && reports.length < REPORTS_MAX) reports.push(verdict.report);
}
for (const report of reports) console.log(report);
const totals = [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
console.log(`seed ${values.seed}: ${values.samples} samples: ${totals}`);
process.exitCode = reports.length === 0 ? 0 : 1;
