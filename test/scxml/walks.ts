// The exported SCXML against XState: `npm run scxml -- --seed S --walks N --steps N --mutants N|all --chart NAME`.
// Random walks of every chart are run again in SCION, and states, data and effects must be the same after each event. Then
// the documents are broken on purpose, one thing at a time, and the same walks must find each of them. Exits with 1 if not.

import { parseArgs } from 'node:util';
import { chartToScxml } from '../../model/chart/scxml.ts';
import { charts } from '../../model/host.ts';
import { transitionNames } from '../../model/transitions.ts';
import type { ChartName } from '../../model/vocabulary.ts';
import { chartInputs } from '../model/chart/events.ts';
import { chartNames, createWalker, type Walk, walkInput } from '../model/chart/walk.ts';
import { createRandom, type Random } from '../simulator/random.ts';
import { compareWalk, type Difference } from './compare.ts';
import { mutantsOf } from './mutants.ts';
import { compileScxml } from './scion.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    walks: { type: 'string', default: '400' },
    steps: { type: 'string', default: '60' },
    mutants: { type: 'string', default: '10' },
    chart: { type: 'string' },
  },
});
const seed = count('seed', values.seed);
const walks = count('walks', values.walks);
const steps = count('steps', values.steps);
const mutantsMax = values.mutants === 'all' ? Infinity : count('mutants', values.mutants);
const chosen = chartNames.filter((name) => name === (values.chart ?? name));
if (chosen.length === 0) refuse(`no chart ${values.chart}; known: ${chartNames.join(', ')}`);

console.log(`seed ${seed}: ${walks} walks of ${steps} events in each chart`);
for (const chart of chosen) {
  const walker = createWalker(chart, seed);
  const drawn = Array.from({ length: walks }, (_, walk) => walker.walk(walkInput(walk), steps));
  reportCover(chart, drawn);
  const isSame = await compareAll(chart, drawn);
  if (isSame) await breakAll(chart, drawn, createRandom(seed));
}

function reportCover(chart: ChartName, drawn: readonly Walk[]): void {
  const missed = transitionNames(charts[chart]);
  const total = missed.size;
  const taken = drawn.flatMap((walk) => walk.steps.flatMap((step) => step.taken));
  for (const one of taken) missed.delete(one);
  console.log(`${chart}: ${total - missed.size} of ${total} transitions are taken`);
  for (const name of missed.values()) console.log(`  not taken: ${name}`);
}

async function compareAll(chart: ChartName, drawn: readonly Walk[]): Promise<boolean> {
  const found = await firstDifference(chart, documentsOf(chart), drawn);
  if (found === null) {
    console.log(`${chart}: XState and SCION agree on states, data and effects after each event`);
    return true;
  }
  fail(
    `${chart}: walk ${found.walk} differs in ${found.difference.what}\n${show(found.difference)}`,
  );
  return false;
}

/** Finds that nothing differs only where something could have: each broken document must be told apart. */
async function breakAll(chart: ChartName, drawn: readonly Walk[], random: Random): Promise<void> {
  const [first = [], ...others] = documentsOf(chart).map(mutantsOf);
  const all = first.map(({ name, document }, index) => ({
    name,
    documents: [document, ...others.map((each) => each[index]?.document ?? '')],
  }));
  const some = drawSome(all, random);
  let found = 0;
  for (const { name, documents } of some) {
    if ((await firstDifference(chart, documents, drawn)) !== null) found += 1;
    else fail(`${chart}: no walk finds the broken document with ${name}`);
  }
  console.log(`${chart}: ${found} of ${some.length} broken documents are found, of ${all.length}`);
}

/** The document of a chart for each input that walks are drawn with; they differ in their first data alone. */
function documentsOf(chart: ChartName): string[] {
  return chartInputs.map((input) => chartToScxml(charts[chart], input));
}

async function firstDifference(
  chart: ChartName,
  documents: readonly string[],
  drawn: readonly Walk[],
): Promise<{ walk: number; difference: Difference } | null> {
  const models = await Promise.all(documents.map((document) => compileScxml(document, chart)));
  for (const [walk, one] of drawn.entries()) {
    const model = models[walk % models.length];
    if (model === undefined) throw new Error(`${chart}: no document`);
    const difference = await compareWalk(model, one);
    if (difference !== null) return { walk, difference };
  }
  return null;
}

function drawSome<T>(all: readonly T[], random: Random): T[] {
  const left = [...all];
  const some: T[] = [];
  while (left.length > 0 && some.length < mutantsMax) {
    some.push(...left.splice(random.below(left.length), 1));
  }
  return some;
}

function show({ events, xstate, scion }: Difference): string {
  const script = events.map((event) => `  ${JSON.stringify(event)}`).join('\n');
  return `${script}\n  XState: ${JSON.stringify(xstate)}\n  SCION:  ${JSON.stringify(scion)}`;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) refuse(`--${name} ${text} is not a whole number`);
  return value;
}

function fail(what: string): void {
  console.log(what);
  process.exitCode = 1;
}

function refuse(what: string): never {
  console.error(`scxml: ${what}`);
  process.exit(64);
}
