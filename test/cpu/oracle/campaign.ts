// A long comparison with the processor, of the interpreter, the translator or both:
// `npm run oracle -- --vectors N --seed S --family NAME --engine interpreter`.
// Prints how far it is, a total for each family and one mismatch for each form, at most twenty;
// exits with 1 if there are any.

import { parseArgs } from 'node:util';
import { createBuildDirectory } from '../host-tools.ts';
import { findMismatch } from './compare.ts';
import { createEngine, createTranslatedEngine, type Engine } from './engine.ts';
import { isAnnounced, missingFeatures } from './host-features.ts';
import { createNativeOracle } from './layout.ts';
import { createRandom } from './random.ts';
import { COMPARABLE_FORMS, createVector } from './vectors.ts';

const USAGE = `npm run oracle -- [options]
  --vectors N     how many to compare (2000000)
  --seed S        where chance begins (1)
  --family NAME   only families whose names begin so: moves, sse, sse-arithmetic
  --engine NAME   interpreter, translator or both (both)`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    vectors: { type: 'string', default: '2000000' },
    seed: { type: 'string', default: '1' },
    family: { type: 'string', default: '' },
    engine: { type: 'string', default: 'both' },
  },
});
const BATCH = 20_000;
const REPORTS_MAX = 20;
const PROGRESS_BATCHES = 10;

if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const missing = missingFeatures();
if (missing.size > 0) console.log(`not announced here, so left out: ${[...missing].join(' ')}`);
const forms = COMPARABLE_FORMS.filter(
  (form) => form.family.startsWith(values.family) && isAnnounced(form, missing),
);
const directory = createBuildDirectory();
const native = createNativeOracle(directory.path);
const translator = createTranslatedEngine();
const engines = chooseEngines(values.engine);
const random = createRandom(Number(values.seed));
const reports = new Map<string, string>();
const totals = new Map<string, { compared: number; faulted: number; mismatches: number }>();
const vectorsMax = Number(values.vectors);
const started = performance.now();
for (let compared = 0, batch = 1; compared < vectorsMax; compared += BATCH, batch += 1) {
  compareBatch(Math.min(BATCH, vectorsMax - compared));
  if (batch % PROGRESS_BATCHES === 0) printProgress(compared + BATCH);
}
directory.remove();
for (const report of reports.values()) console.log(report);
printTotals();

/** Forms take turns by chance, each as likely as any other. */
function compareBatch(length: number): void {
  const vectors = Array.from({ length }, () => createVector(random.pick(forms), random));
  const outcomes = native(vectors.map((vector) => vector.start));
  vectors.forEach((vector, k) => {
    const outcome = outcomes[k];
    if (outcome === undefined) throw new Error('campaign: an outcome is missing');
    const { family, line } = vector.form;
    const total = totals.get(family) ?? { compared: 0, faulted: 0, mismatches: 0 };
    totals.set(family, total);
    total.compared += 1;
    if (outcome.vector !== undefined) total.faulted += 1;
    for (const [name, engine] of engines) {
      const mismatch = findMismatch(vector, engine(vector.start), outcome);
      if (mismatch === undefined) continue;
      total.mismatches += 1;
      if (reports.size < REPORTS_MAX) reports.set(line, `${name}: ${mismatch}`);
    }
  });
}

function chooseEngines(choice: string): readonly (readonly [string, Engine])[] {
  const all = [
    ['interpreter', () => createEngine()],
    ['translator', () => translator.execute],
  ] as const;
  const chosen = all.filter(([name]) => choice === name || choice === 'both');
  if (chosen.length > 0) return chosen.map(([name, create]) => [name, create()] as const);
  throw new Error(`campaign: expected interpreter, translator or both, got ${choice}`);
}

function printProgress(compared: number): void {
  const mismatches = [...totals.values()].reduce((sum, total) => sum + total.mismatches, 0);
  console.log(`${compared} vectors, ${secondsGone()} s, ${mismatches} mismatches`);
}

function secondsGone(): string {
  return ((performance.now() - started) / 1000).toFixed(0);
}

function printTotals(): void {
  const rows = [...totals].sort(([a], [b]) => a.localeCompare(b));
  for (const [family, { compared, faulted, mismatches }] of rows) {
    console.log(`${family}: ${compared} compared, ${faulted} faulted, ${mismatches} mismatches`);
  }
  const sum = (key: 'compared' | 'mismatches'): number =>
    rows.reduce((all, [, total]) => all + total[key], 0);
  console.log(
    `seed ${values.seed}: ${sum('compared')} vectors of ${forms.length} forms compared with ` +
      `${engines.map(([name]) => name).join(' and ')} in ${secondsGone()} s, ` +
      `${sum('mismatches')} mismatches`,
  );
  if (translator.translated() > 0) console.log(`${translator.translated()} were translated`);
  process.exitCode = sum('mismatches') === 0 ? 0 : 1;
}
