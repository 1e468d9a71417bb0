// The suite's verbs on the command line. It wires options to verbs; the verbs decide.
// Spec: conformance.md, "Running".

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { seatVerb } from './remote-seat.ts';
import { formats } from './report/formats.ts';
import { languages } from './starter.ts';
import { type BaselineFlags, explainBaseline, prune, update } from './verbs/baseline.ts';
import { type CheckTraceFlags, checkTrace } from './verbs/check-trace.ts';
import { asExitCode } from './verbs/common.ts';
import { diff } from './verbs/diff.ts';
import { type DoctorFlags, doctor } from './verbs/doctor.ts';
import { type ExplainFlags, explain } from './verbs/explain.ts';
import { init } from './verbs/init.ts';
import { type ListFlags, list } from './verbs/list.ts';
import { type MergeFlags, merge } from './verbs/merge.ts';
import { type MutantFlags, mutants } from './verbs/prove.ts';
import { type ReplayFlags, replay } from './verbs/replay.ts';
import { type ReportFlags, report } from './verbs/report.ts';
import { type RunFlags, run } from './verbs/run.ts';
import { seat } from './verbs/seat.ts';
import { type ShrinkFlags, shrink } from './verbs/shrink.ts';
import { exportVectors, type VectorFlags } from './verbs/vectors.ts';

/** Adds the verbs of the suite to the program. */
export function registerConformance(program: Command): void {
  const many = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  const none: readonly string[] = [];
  const budgetText = 'how long shorter failing cases are looked for (10); 0: not at all';
  const profileText = 'protocol (the nodes of a pair) or replay (a machine, recorded and replayed)';
  const tierText = 'smoke, core, full or deep, each with the one before in it; or soak';
  const plannedText = 'smoke, core, full or deep, each with the one before in it';
  const extraText = 'of deep: states supposed beyond those of a minimal slice (1)';
  const onlyText = 'only cases of this identifier, clause, area, slice or pattern (repeatable)';

  const whatText = 'an identifier, a file, or a token (ls1:...)';

  const reportText = `write a report (repeatable): ${formats.join(', ')}; - is standard output`;

  program
    .command('init')
    .description('write a new adapter to begin with: it speaks the protocol and does nothing yet')
    .requiredOption('--lang <language>', languages.join(', '))
    .argument('[folder]', 'where to write it; nothing is overwritten', '.')
    .action((folder: string, flags: { readonly lang: string }) => {
      return asExitCode(async () => init(folder, flags));
    });

  program
    .command('run')
    .description('run the conformance suite against an adapter')
    .argument('[command...]', 'after --: the adapter and its arguments')
    .option('--profile <profile>', profileText, 'protocol')
    .option('--tier <tier>', tierText, 'core')
    .option('--k <count>', extraText)
    .option('--runs <count>', 'of soak: how many seeded runs (400)')
    .option('--only <pattern>', onlyText, many, none)
    .option('--skip <pattern>', 'not these cases (repeatable)', many, none)
    .option(
      '--shard <i/n>',
      'only the i-th of n shares, with --seed; `report merge` puts them together',
    )
    .option('--baseline <file>', 'known failures: what must fail, may fail, is not played')
    .option('--seed <number>', 'seed of the run; a new one by default')
    .option(
      '--jobs <count>',
      'adapter processes; the results do not depend on it',
      String(availableParallelism()),
    )
    .option('--max-fail <count>', 'stop after so many cases that did not pass')
    .option('--shrink-budget <seconds>', budgetText)
    .option('--report <format=file>', reportText, many, none)
    .option('--json', 'print the report on standard output, and text on standard error')
    .option('--generous', 'wait much longer for replies: slow machines, debuggers')
    .option('--reference', 'run against the reference that the package carries')
    .action((words: string[], flags: RunFlags) => asExitCode(() => run(words, flags)));

  program
    .command('list')
    .description('list the cases of the suite')
    .option('--profile <profile>', profileText, 'protocol')
    .option('--tier <tier>', plannedText, 'core')
    .option('--k <count>', extraText)
    .option('--no-observe', 'as for an adapter that does not observe')
    .option('--only <pattern>', onlyText, many, none)
    .option('--skip <pattern>', 'not these cases (repeatable)', many, none)
    .option('--json', 'as JSON')
    .action((flags: ListFlags) => asExitCode(async () => list(flags)));

  program
    .command('replay')
    .description('play one case against an adapter')
    .argument('<case>', whatText)
    .argument('[command...]', 'after --: the adapter and its arguments')
    .option('--seed <number>', 'seed of the run that the case failed in')
    .option('--step', 'tell each step; on a terminal, wait for Enter')
    .option('--vs <command>', 'a second implementation, played beside the first')
    .option('--reference', 'against the reference that the package carries')
    .action((what: string, words: string[], flags: ReplayFlags) => {
      return asExitCode(() => replay(what, words, flags));
    });

  program
    .command('shrink')
    .description('find a shorter case that fails by the same reason')
    .argument('<case>', whatText)
    .argument('[command...]', 'after --: the adapter and its arguments')
    .option('--shrink-budget <seconds>', budgetText)
    .option('-o, --output <file>', 'where to write it; beside the file by default')
    .option('--seed <number>', 'seed of the run that the case failed in')
    .option('--reference', 'against the reference that the package carries')
    .action((what: string, words: string[], flags: ShrinkFlags) => {
      return asExitCode(() => shrink(what, words, flags));
    });

  program
    .command('explain')
    .description('tell a case step by step, with its clauses, and how it failed')
    .argument('<case>', whatText)
    .argument('[command...]', 'after --: play it, and tell what came of it')
    .option('--report <file>', 'tell what this run found, by its JSON report')
    .option('--seed <number>', 'seed of the run that the case failed in')
    .option('--reference', 'play it on the reference that the package carries')
    .action((what: string, words: string[], flags: ExplainFlags) => {
      return asExitCode(() => explain(what, words, flags));
    });

  const reports = program
    .command('report')
    .description('turn the JSON report of a run into other formats')
    .argument('<file>', 'what `lockstep run --report json=FILE` wrote')
    .option('--to <format=file>', reportText, many, none)
    .action((file: string, flags: ReportFlags) => asExitCode(async () => report(file, flags)));

  program
    .command('doctor')
    .description('examine an adapter: handshake, framing, buffering, determinism, reset, latency')
    .argument('[command...]', 'after --: the adapter and its arguments')
    .option('--reference', 'examine the reference that the package carries')
    .option('--generous', 'wait much longer for replies: slow machines, debuggers')
    .option('--json', 'as JSON')
    .action((words: string[], flags: DoctorFlags) => asExitCode(() => doctor(words, flags)));

  program
    .command('check-trace')
    .description('judge the log of a real system by the clause monitors: level L1')
    .argument('<file>', 'JSON lines of lockstep-trace/1; - is standard input')
    .option('--map <file>', 'the log is in words of its own: YAML or JSON of lockstep-map/1')
    .option('--model', 'ask the model too whether it allows every step')
    .option('--allow-inconclusive', 'end with 0 though the trace leaves something out')
    .option('--json', 'the report as JSON')
    .action((file: string, flags: CheckTraceFlags) => asExitCode(() => checkTrace(file, flags)));

  const baseline = program.command('baseline').description('the file of known failures');
  const baselineVerb = (
    name: string,
    text: string,
    verb: (report: string, flags: BaselineFlags) => number,
  ): Command =>
    baseline
      .command(name)
      .description(text)
      .argument('<report>', 'the JSON report of a run with that baseline')
      .option('--baseline <file>', 'the file', 'lockstep-baseline.txt')
      .action((path: string, flags: BaselineFlags) => asExitCode(async () => verb(path, flags)));
  baselineVerb('update', 'add a line for each failure that no line foresees', update);
  baselineVerb('prune', 'take out each line of which every case passes', prune);
  baselineVerb('explain', 'say of each line what it is about', explainBaseline);

  program
    .command('diff')
    .description('what differs between the reports of two runs')
    .argument('<before>', 'a JSON report')
    .argument('<after>', 'a JSON report')
    .option('--json', 'as JSON')
    .action((before: string, after: string, flags: { readonly json?: boolean }) => {
      return asExitCode(async () => diff(before, after, flags));
    });

  program
    .command('export-vectors')
    .description(
      'write cases with every request and what must come of it: they need no suite to be played',
    )
    .argument('[command...]', 'after --: the implementation to record; the reference by default')
    .requiredOption('-o, --output <folder>', 'where to write them')
    .option('--profile <profile>', 'protocol: cases; cpu: instructions, as recorded', 'protocol')
    .option('--tier <tier>', plannedText, 'core')
    .option('--k <count>', extraText)
    .option('--only <pattern>', onlyText, many, none)
    .option('--skip <pattern>', 'not these cases (repeatable)', many, none)
    .option('--seed <number>', 'decides the bytes of the guest', '1')
    .action((words: string[], flags: VectorFlags) => asExitCode(() => exportVectors(words, flags)));

  reports
    .command('merge')
    .description('the reports of all shards of a run become the report of the run')
    .argument('<reports...>', 'one file a shard')
    .option('-o, --output <file>', 'where to write it; standard output by default')
    .option('--partial', 'merge what there is, and mark the report as partial')
    .action((paths: string[], flags: MergeFlags) => asExitCode(async () => merge(paths, flags)));

  program
    .command(seatVerb, { hidden: true })
    .description('the process of one job: what run starts, for no one else')
    .action(() => asExitCode(seat));

  program
    .command('mutants')
    .description('prove the suite: run it against every broken implementation')
    .option('--mutant <name>', 'only this one (repeatable)', many, none)
    .option('--shard <i/n>', 'only the i-th of n shares of the mutants')
    .option('--charts', 'instead: what each tier kills of the mutants of every slice')
    .option('--slice <name>', 'with --charts: only this slice (repeatable)', many, none)
    .option('--sample <count>', 'with --charts: mutants drawn of each slice and fault (1000)')
    .option('--tests-max <count>', 'with --charts: no suite of more tests (400000)')
    .option('--no-observe', 'with --charts: as for an adapter that does not observe')
    .option('--seed <number>', 'seed of the run; a new one by default, 1 with --charts')
    .option('--json', 'the kill table as JSON, for `lockstep matrix --kills`')
    .action((flags: MutantFlags) => asExitCode(() => mutants(flags)));
}
