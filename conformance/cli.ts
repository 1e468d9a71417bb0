// The suite's verbs on the command line. It wires options to verbs; the verbs decide.
// Spec: conformance.md, "Running".

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { formats } from './report/formats.ts';
import { asExitCode } from './verbs/common.ts';
import { explain, type ListFlags, list, type ReplayFlags, replay } from './verbs/inspect.ts';
import { type MergeFlags, merge } from './verbs/merge.ts';
import { doctor, type MutantFlags, mutants } from './verbs/prove.ts';
import { type ReportFlags, report } from './verbs/report.ts';
import { type RunFlags, run } from './verbs/run.ts';

/** Adds `run`, `list`, `replay`, `explain`, `doctor` and `mutants` to the program. */
export function registerConformance(program: Command): void {
  const many = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  const none: readonly string[] = [];
  const tierText = 'smoke, core, full or deep; each holds the one before';
  const extraText = 'of deep: states supposed beyond those of a minimal slice (1)';
  const onlyText = 'only cases of this identifier, clause, area, slice or pattern (repeatable)';

  const reportText = `write a report (repeatable): ${formats.join(', ')}; - is standard output`;

  program
    .command('run')
    .description('run the conformance suite against an adapter')
    .argument('[command...]', 'after --: the adapter and its arguments')
    .option('--tier <tier>', tierText, 'core')
    .option('--k <count>', extraText)
    .option('--only <pattern>', onlyText, many, none)
    .option('--skip <pattern>', 'not these cases (repeatable)', many, none)
    .option('--shard <i/n>', 'only the i-th of n shares; `report merge` puts them together')
    .option('--seed <number>', 'seed of the run; a new one by default')
    .option(
      '--jobs <count>',
      'adapter processes; the results do not depend on it',
      String(availableParallelism()),
    )
    .option('--max-fail <count>', 'stop after so many cases that did not pass')
    .option('--report <format=file>', reportText, many, none)
    .option('--json', 'print the report on standard output, and text on standard error')
    .option('--generous', 'wait much longer for replies: slow machines, debuggers')
    .option('--reference', 'run against the reference that the package carries')
    .action((words: string[], flags: RunFlags) => asExitCode(() => run(words, flags)));

  program
    .command('list')
    .description('list the cases of the suite')
    .option('--tier <tier>', tierText, 'core')
    .option('--k <count>', extraText)
    .option('--no-observe', 'as for an adapter that does not observe')
    .option('--only <pattern>', onlyText, many, none)
    .option('--skip <pattern>', 'not these cases (repeatable)', many, none)
    .option('--json', 'as JSON')
    .action((flags: ListFlags) => asExitCode(async () => list(flags)));

  program
    .command('replay')
    .description('play one case, by identifier or from a file, against an adapter')
    .argument('<case>', 'identifier or file')
    .argument('[command...]', 'after --: the adapter and its arguments')
    .option('--seed <number>', 'seed of the run that the case failed in')
    .option('--reference', 'against the reference that the package carries')
    .action((what: string, words: string[], flags: ReplayFlags) => {
      return asExitCode(() => replay(what, words, flags));
    });

  program
    .command('explain')
    .description('tell a case step by step, with its clauses')
    .argument('<case>', 'identifier or file')
    .action((what: string) => asExitCode(async () => explain(what)));

  const reports = program
    .command('report')
    .description('turn the JSON report of a run into other formats')
    .argument('<file>', 'what `lockstep run --report json=FILE` wrote')
    .option('--to <format=file>', reportText, many, none)
    .action((file: string, flags: ReportFlags) => asExitCode(async () => report(file, flags)));

  program
    .command('doctor')
    .description('examine an adapter: handshake, framing, determinism, reset')
    .argument('[command...]', 'after --: the adapter and its arguments')
    .option('--reference', 'examine the reference that the package carries')
    .action((words: string[], flags: { readonly reference?: boolean }) => {
      return asExitCode(() => doctor(words, flags));
    });

  reports
    .command('merge')
    .description('the reports of all shards of a run become the report of the run')
    .argument('<reports...>', 'one file a shard')
    .option('-o, --output <file>', 'where to write it; standard output by default')
    .option('--partial', 'merge what there is, and mark the report as partial')
    .action((paths: string[], flags: MergeFlags) => asExitCode(async () => merge(paths, flags)));

  program
    .command('mutants')
    .description('prove the suite: run it against every broken implementation')
    .option('--mutant <name>', 'only this one')
    .option('--seed <number>', 'seed of the run; a new one by default')
    .option('--json', 'the kill table as JSON, for `lockstep matrix --kills`')
    .action((flags: MutantFlags) => asExitCode(() => mutants(flags)));
}
