// `lockstep model slices`: what the conformance suite walks, how large a suite of each method is,
// and with `--mutants` what each of them kills.

import { type FaultKills, measureKills, measureSuites } from '../generation/slice-suites.ts';
import { coverTransitions } from '../paths.ts';
import { slices } from '../slices.ts';
import { print, refuseUsage, renderTable } from './print.ts';

export interface SlicesOptions {
  json?: boolean;
  /** False: as with an adapter that cannot observe. */
  observe: boolean;
  mutants?: boolean;
  sample: number;
  seed: number;
  slice?: string;
}

export function runSlices(options: SlicesOptions): void {
  const { json, observe, mutants, sample, seed, slice: only } = options;
  const chosen = slices.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    const known = slices.map(({ name }) => name);
    refuseUsage(`expected the name of a slice, got ${only}`, known);
    return;
  }
  const rows = chosen.map((slice) => {
    const { states, transitions } = coverTransitions(slice);
    const { name, node, about, alphabet } = slice;
    const { machine, suites, ...minimal } = measureSuites(slice, { facts: observe });
    const row = { name, node, states, inputs: alphabet.length, transitions, about };
    const measured = { ...row, minimal, suites };
    if (mutants !== true) return measured;
    return { ...measured, seed, mutants: measureKills(machine, { size: sample, seed }) };
  });
  if (json === true) {
    print(JSON.stringify(rows, null, 2));
    return;
  }
  printSlices(rows);
  printSuites(rows);
  if (mutants === true) printKills(rows, seed);
}

interface Row {
  name: string;
  node: string;
  states: number;
  inputs: number;
  transitions: number;
  minimal: { states: number; transitions: number; merged: number };
  suites: readonly { suite: string; tests: number; inputs: number }[];
  mutants?: readonly FaultKills[];
}

function printSlices(rows: readonly Row[]): void {
  const head = ['slice', 'node', 'states', 'inputs', 'transitions', 'minimal', 'its transitions'];
  const table = rows.map(({ name, node, states, inputs, transitions, minimal }) =>
    [name, node, states, inputs, transitions, minimal.states, minimal.transitions].map(String),
  );
  print(renderTable(head, table));
  print('minimal: states that no observation tells apart are one.\n');
}

function printSuites(rows: readonly Row[]): void {
  const names = rows[0]?.suites.map(({ suite }) => suite) ?? [];
  const table = rows.map(({ name, suites }) => [
    name,
    ...suites.map(({ tests, inputs }) => `${tests} / ${inputs}`),
  ]);
  print(renderTable(['tests / inputs', ...names], table));
}

function printKills(rows: readonly Row[], seed: number): void {
  const names = rows[0]?.suites.map(({ suite }) => suite) ?? [];
  const table = rows.flatMap(({ name, mutants = [] }) =>
    mutants.map((row) => [
      name,
      row.fault,
      ...[row.population, row.drawn, row.equivalent, row.outside, row.faulty].map(String),
      ...row.killed.map(({ killed }) => share(killed, row.faulty)),
    ]),
  );
  const head = ['killed', 'fault', 'mutants', 'drawn', 'equivalent', 'outside', 'faulty'];
  print(`\n${renderTable([...head, ...names], table)}`);
  print(`seed ${seed}. Shares are of the faulty ones; outside: other inputs would be possible.`);
}

/** Never rounded to what was not reached. */
function share(killed: number, faulty: number): string {
  if (faulty === 0) return 'none';
  return `${(Math.floor((killed * 1000) / faulty) / 10).toFixed(1)} %`;
}
