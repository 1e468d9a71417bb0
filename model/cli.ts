// The model's part of the command line: `lockstep model check`, `bugs`, `slices`, `export` and `refine`. It only parses,
// and prints what the model says. Exit codes: 0 ok, 1 violated or refused, 2 partial or undecided, 64 usage, 65 a trace
// that cannot be read, 130 interrupted.

import { type Command, InvalidArgumentError } from 'commander';
import { runBugs } from './cli/bugs.ts';
import { chartFormats, standardFormats } from './cli/chart-formats.ts';
import { runCheck } from './cli/check.ts';
import { runExport } from './cli/export.ts';
import { runRefine } from './cli/refine.ts';
import { runSlices } from './cli/slices.ts';

export function registerModel(program: Command): void {
  const model = program
    .command('model')
    .description('explore the formal model, its seeded bugs and its charts');
  model
    .command('check')
    .description('explore the rows of the model and judge every property')
    .option('--row <name>', 'only this row')
    .option('--bug <name>', 'the model with this seeded bug, in the bounds that show it')
    .option('--property <name>', 'only this property')
    .option('--states-max <n>', 'stop a row beyond this many states, partial', count, 4_000_000)
    .option('--path <choices>', 'show this run (0.3.1...) as a swim lane instead', choices)
    .option('--json', 'print one JSON document')
    .action(runCheck);
  model
    .command('bugs')
    .description('explore the model with each seeded bug and name the property that finds it')
    .option('--show', 'draw each shortest counterexample as a swim lane')
    .option('--json', 'print one JSON document')
    .action(runBugs);
  model
    .command('slices')
    .description('list the slices that the conformance suite walks, and the size of test suites')
    .option('--slice <name>', 'only this slice')
    .option('--no-observe', 'as with an adapter that cannot observe facts')
    .option('--mutants', 'how many mutants of each slice each suite kills')
    .option('--sample <n>', 'mutants drawn of each slice and fault', count, 1000)
    .option('--seed <n>', 'of the sample', seed, 1)
    .option('--json', 'print one JSON document')
    .action(runSlices);
  model
    .command('export')
    .description('write the charts into a folder, or print one: pictures, tables, data')
    .option('-o, --output <folder>', 'write the files here; else one is printed')
    .option(
      '--format <names>',
      `of ${chartFormats.map(({ name }) => name).join(',')}; by default ${standardFormats.join(',')}`,
      names,
    )
    .option('--chart <name>', 'only pairing, logging, heartbeat or failover')
    .action(runExport);
  model
    .command('refine')
    .description('say whether the model allows every step of a recorded trace')
    .argument('<trace>', 'JSON lines of lockstep-trace/1; - is standard input')
    .option('--json', 'print one JSON document')
    .action(runRefine);
}

const names = (text: string): string[] => text.split(',').map((name) => name.trim());

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(`expected a positive whole number, got ${text}.`);
  }
  return value;
}

function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value >= 2 ** 32) {
    throw new InvalidArgumentError(`expected a whole number below 2^32, got ${text}.`);
  }
  return value;
}

function choices(text: string): number[] {
  const parts = text.split('.').map(Number);
  if (!/^\d+(\.\d+)*$/.test(text)) {
    throw new InvalidArgumentError(
      `expected numbers with points between, such as 0.3.1, got ${text}.`,
    );
  }
  return parts;
}
