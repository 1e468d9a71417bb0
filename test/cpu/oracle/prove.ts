// What the instruction vectors tell: `npm run oracle:mutants`. Prints how many mutations of how many
// instructions they tell, which they do not, and for each clause the engine that breaks it and the vector that
// tells it. With `--json` the kill table of the clauses, for `lockstep matrix --kills`. Exits with 1 where
// a clause, or a mutation that makes a difference, is missed.

import { parseArgs } from 'node:util';
import { EVIDENCE } from './evidence.ts';
import { judgeMutants, killerOf, type Mutant, toSamples } from './mutants.ts';
import { readFamily, sampleFamilies } from './sample.ts';
import { whyUntold } from './untold.ts';

const USAGE = `npm run oracle:mutants -- [--json]
  --json   the kill table of the clauses alone, for lockstep matrix --kills`;

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

if (values.help) console.log(USAGE);
else prove();

function prove(): void {
  const samples = sampleFamilies().flatMap((family) => toSamples(readFamily(family)));
  const kills = EVIDENCE.map((evidence) => {
    const killedBy = killerOf(evidence, samples)?.id;
    const mutant = `instructions: ${evidence.broken.name}`;
    return { mutant, clause: evidence.clause, isKilled: killedBy !== undefined, killedBy };
  });
  if (values.json) console.log(JSON.stringify({ mutants: kills }, null, 2));
  else {
    for (const { mutant, clause, killedBy } of kills) {
      console.log(`${clause} | ${mutant} | ${killedBy ?? 'NOT TOLD'}`);
    }
  }
  const missed = values.json ? [] : printMutants(judgeMutants(samples));
  const isProved = missed.length === 0 && kills.every(({ isKilled }) => isKilled);
  process.exitCode = isProved ? 0 : 1;
}

/** Those that are missed. */
function printMutants(mutants: readonly Mutant[]): Mutant[] {
  const survivors = mutants.filter(({ isKilled }) => !isKilled);
  for (const mutant of survivors) {
    const name = `${mutant.definition.text}: ${mutant.mutation.name}`;
    console.log(`${name} | ${whyUntold(mutant) ?? 'MISSED'}`);
  }
  const instructions = new Set(mutants.map(({ definition }) => definition)).size;
  const missed = survivors.filter((mutant) => whyUntold(mutant) === undefined);
  console.log(
    `${mutants.length} mutations of ${instructions} instructions: ${mutants.length - survivors.length} told, ` +
      `${survivors.length - missed.length} that no vector can tell, ${missed.length} missed`,
  );
  return missed;
}
