// Every MUST that machine cases judge has a broken machine that they kill by a reason of that clause.

import { beforeAll, describe, expect, test } from 'vitest';
import { type AdapterCommand, generousTimeouts } from '../../../conformance/adapter.ts';
import { findMutants, isOfMachines, judgeMutant } from '../../../conformance/mutants.ts';
import type { Result } from '../../../conformance/play.ts';
import { createPlayer } from '../../../conformance/player.ts';
import { loadRequirements } from '../../../conformance/requirements.ts';
import { inRoot } from '../../../conformance/root.ts';
import { loadWrittenCases } from '../../../conformance/written-cases.ts';

const cases = loadWrittenCases('replay');
const mutants = findMutants().filter(({ clause }) => isOfMachines(clause));
const unbroken = {
  file: process.execPath,
  args: ['--import', import.meta.resolve('tsx'), inRoot('test', 'broken', 'unbroken.ts')],
};

async function play(command: AdapterCommand): Promise<readonly Result[]> {
  const player = createPlayer(command, generousTimeouts);
  const results: Result[] = [];
  for (const one of cases) results.push(await player.play(one, 1n));
  await player.close();
  return results;
}

describe('the machine cases', () => {
  let twin: readonly Result[] = [];
  beforeAll(async () => {
    twin = await play(unbroken);
  });

  test('are passed by the unbroken machine', () => {
    const failed = twin.filter(({ verdict }) => verdict !== 'pass');
    expect(failed.map(({ case: one, failure, text }) => [one.id, failure ?? text])).toEqual([]);
  });

  test.each(mutants)('kill $name by $clause', { timeout: 60_000 }, async (mutant) => {
    const judged = judgeMutant(mutant, await play(mutant.command));
    expect(judged.errors).toBe(0);
    expect(judged.reasons).not.toEqual([]);
  });
});

test('every MUST of machine and replay that they judge has a broken machine', () => {
  const judged = new Set(cases.flatMap(({ clauses }) => clauses));
  const killed = new Set(mutants.map(({ clause }) => clause));
  const musts = loadRequirements(inRoot('spec', 'requirements')).filter(
    ({ name, level }) => level === 'MUST' && judged.has(name),
  );
  expect(musts.map(({ name }) => name).filter((name) => !killed.has(name))).toEqual([]);
  expect(musts.length).toBeGreaterThan(40);
});
