// The exported SCXML against XState: `npm run scxml -- --seed S --walks N --steps N --mutants N|all --chart NAME`.
// Random walks of every chart are run again in SCION, and states, data and effects must be the same after each event. Then
// the documents are broken on purpose, one thing at a time, and the same walks must find each of them. Exits with 1 if not.

import { parseArgs } from 'node:util';
import { chartToScxml } from '../../model/chart/scxml.ts';
import { charts } from '../../model/host.ts';
import type { ChartName } from '../../model/vocabulary.ts';
import {
  chartNames,
  createWalker,
  transitionsOf,
  type Walk,
  walkInput,
} from '../model/chart/walk.ts';
import { createRandom, type Random } from '../simulator/random.ts';
import { compareWalk, type Difference } from './compare.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
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
  const missed = transitionsOf(charts[chart]);
  const total = missed.size;
  for (const one of drawn.flatMap(({ taken }) => taken)) missed.delete(one);
  console.log(`${chart}: ${total - missed.size} of ${total} transitions are taken`);
  for (const name of missed.values()) console.log(`  not taken: ${name}`);
}

async function compareAll(chart: ChartName, drawn: readonly Walk[]): Promise<boolean> {
  const documents = [0, 1].map((walk) => chartToScxml(charts[chart], walkInput(walk)));
  const models = await Promise.all(documents.map((document) => compileScxml(document, chart)));
  for (const [index, walk] of drawn.entries()) {
    const model = models[index % models.length];
    const difference = model === undefined ? null : await compareWalk(model, walk);
    if (difference === null) continue;
    fail(`${chart}: walk ${index} differs in ${difference.what}\n${show(difference)}`);
    return false;
  }
  console.log(`${chart}: XState and SCION agree on states, data and effects after each event`);
  return true;
}

/** Finds that nothing differs only where something could have: each broken document must be told apart. */
async function breakAll(chart: ChartName, drawn: readonly Walk[], random: Random): Promise<void> {
  const all = mutantsOf(chartToScxml(charts[chart], walkInput(0)));
  const some = drawSome(all, random);
  const fitting = drawn.filter((_, index) => index % 2 === 0);
  let found = 0;
  for (const mutant of some) {
    if (await isFound(chart, mutant, fitting)) found += 1;
    else fail(`${chart}: no walk finds the broken document with ${mutant.name}`);
  }
  console.log(`${chart}: ${found} of ${some.length} broken documents are found, of ${all.length}`);
}

async function isFound(chart: ChartName, mutant: Mutant, drawn: readonly Walk[]): Promise<boolean> {
  const model = await compileScxml(mutant.document, chart);
  for (const walk of drawn) {
    if ((await compareWalk(model, walk)) !== null) return true;
  }
  return false;
}

function drawSome(all: readonly Mutant[], random: Random): Mutant[] {
  const left = [...all];
  const some: Mutant[] = [];
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
