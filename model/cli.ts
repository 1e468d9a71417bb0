// The model's part of the command line: `lockstep model check`, `walk`, `sample`, `bugs`, `slices`, `export` and
// `refine`. It only parses, and prints what the model says. Exit codes: 0 ok, 1 violated or refused, 2 partial or
// undecided, 64 usage, 65 a trace that cannot be read, 130 interrupted.

import { type Command, Option } from 'commander';
import { bytes, choices, count, part, seed, several } from './cli/arguments.ts';
import { readBounds } from './cli/bounds.ts';
import { runBugs } from './cli/bugs.ts';
import { chartFormats, standardFormats } from './cli/chart-formats.ts';
import { defaultStatesMax, runCheck } from './cli/check.ts';
import { runExport } from './cli/export.ts';
import { runRefine } from './cli/refine.ts';
import { runSample } from './cli/sample.ts';
import { runSlices } from './cli/slices.ts';
import { runWalk } from './cli/walk.ts';

export function registerModel(program: Command): void {
  const model = program
    .command('model')
    .description('explore the formal model, its seeded bugs and its charts');
  model
    .command('check')
    .description('explore the rows of the model and judge every property')
    .option('--row <name>', 'only this row')
    .option('--bug <name>', 'the model with this seeded bug, in the bounds that show it')
    .option(
      '--bounds <changes>',
      'change the bounds of the rows: crashes=2,outputs=disk',
      readBounds,
    )
    .option('--property <name>', 'only this property; may be given several times', several)
    .option('--depth <n>', 'go no deeper than this many steps, partial', count)
    .option('--states-max <n>', statesMaxAbout, count)
    .option(
      '--memory-max <bytes>',
      'stop a row when its tables are this large (8g), partial',
      bytes,
    )
    .option(
      '--double',
      'explore each row with each of its bounds doubled, and say which add states',
    )
    .option('--pairs', 'explore a row for every two features in place of the rows')
    .option('--jobs <n>', 'with --pairs: in so many processes', count)
    .option('--part <i/n>', 'with --pairs: only every n-th, from the i-th on', part)
    .addOption(new Option('--send', 'with --part: send the runs to the parent').hideHelp())
    .option(
      '--reduce',
      'make steps that only clear away what nobody waits for first: fewer states, paths may be longer',
    )
    .option(
      '--symmetry',
      'of steps that differ only in which of the hosts they touch that nothing tells apart, make one',
    )
    .option('--path <choices>', 'show this run (0.3.1...) of the first row step by step', choices)
    .option('--clauses', 'count the clauses that each row takes, and list what is never taken')
    .option('--json', 'print one JSON document')
    .action(runCheck);
  model
    .command('walk')
    .description('walk through the model by hand, or by lines from a pipe; ? lists what it reads')
    .option('--row <name>', 'in this row; otherwise the first')
    .option('--bug <name>', 'the model with this seeded bug')
    .option(
      '--bounds <changes>',
      'change the bounds of the row: crashes=2,outputs=disk',
      readBounds,
    )
    .option('--path <choices>', 'begin after this run (0.3.1...)', choices)
    .action(runWalk);
  model
    .command('sample')
    .description('passing runs that visit what is named, the shortest first')
    .requiredOption('--visit <what>', visitable, several)
    .option('--in-order', 'visit them in the order in which they are named')
    .option('--row <name>', 'only in this row')
    .option('--bug <name>', 'in the model with this seeded bug')
    .option(
      '--bounds <changes>',
      'change the bounds of the rows: crashes=2,outputs=disk',
      readBounds,
    )
    .option('--count <n>', 'so many runs, with different ends', count, 1)
    .option('--seed <n>', 'draw among runs of one length; otherwise the first are taken', seed)
    .option('--depth <n>', 'no run longer than this', count)
    .option('--states-max <n>', 'stop a row beyond this many states', count)
    .option('--path', 'print only the options that give each run to check and walk')
    .option('--json', 'print one JSON document')
    .action(runSample);
  model
    .command('bugs')
    .description('explore the model with each seeded bug and name the property that finds it')
    .option('--show', 'draw each shortest counterexample as a swim lane')
    .option('--json', 'print one JSON document')
    .action((options: { show?: boolean; json?: boolean }) => runBugs(options));
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

const visitable =
  'a sometimes-property, a clause that a chart cites, a chart state (failover:owning.asking), or text ' +
  'of a label; may be given several times';

const statesMaxAbout =
  `stop a row beyond this many states, partial (default: ${defaultStatesMax}; with --double as many ` +
  'as the row has)';
