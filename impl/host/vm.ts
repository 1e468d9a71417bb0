// The verbs `vm run`, `vm record`, `vm replay` and `vm demo`.
// They read options and print; the work is in vm-live, vm-replay, vm-files and vm-demo.
// Spec: machine.md, replay.md.

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { bytesToHex } from '../base/hex.ts';
import { type Machine, type TranslateAfter, translateAfterDefault } from '../machine/index.ts';
import { showDemonstration } from './vm-demo.ts';
import { createLogFile, DataError, type LogFile, openLogFile, openMachine } from './vm-files.ts';
import { type LiveEnd, runLive } from './vm-live.ts';
import { type ReplayReport, replayLog } from './vm-replay.ts';

/** How the processor executes; log, outputs and digests are the same. */
type Engine = 'mixed' | 'interpreter' | 'translator';

interface MachineFlags {
  readonly memory: number;
  readonly engine: Engine;
  readonly json?: true;
}

interface LiveFlags extends MachineFlags {
  readonly steps?: number;
}

interface RecordFlags extends LiveFlags {
  readonly output: string;
  readonly digestEvery: number;
}

export function registerVm(program: Command): void {
  const vm = program.command('vm').description('run, record and replay one virtual machine');

  machineOptions(vm.command('run'))
    .description('run a guest on this terminal; it ends with the guest, or with the input')
    .argument('<image>', 'static ELF64 executable')
    .option('--steps <count>', 'end after this many steps', parseCount)
    .action((image: string, flags: LiveFlags) => atEdge(() => run(image, flags)));

  machineOptions(vm.command('record'))
    .description('run a guest and write the log that replays it')
    .argument('<image>', 'static ELF64 executable')
    .requiredOption('-o, --output <log>', 'the log to write')
    .option('--steps <count>', 'end after this many steps', parseCount)
    .option('--digest-every <steps>', 'log the state digest this often', parseCount, 1_000_000)
    .action((image: string, flags: RecordFlags) => atEdge(() => record(image, flags)));

  machineOptions(vm.command('replay'))
    .description('replay a log and compare everything it says; exit code 1 is a divergence')
    .argument('<image>', 'the image the log was recorded from')
    .argument('<log>', 'the log')
    .action((image: string, log: string, flags: MachineFlags) =>
      atEdge(async () => replay(image, log, flags)),
    );

  vm.command('demo')
    .description(
      'a guest on a protected pair; its host is killed, twice, and the client sees one machine',
    )
    .option('--json', 'print the transcript as one JSON object instead of text')
    .option('--trace <file>', 'record what the nodes are given and do, for lockstep model refine')
    .action(({ json, trace }: { json?: true; trace?: string }) =>
      atEdge(async () => {
        const format = json === true ? 'json' : 'text';
        process.exitCode = showDemonstration((text) => process.stdout.write(text), {
          format,
          ...(trace !== undefined && { trace }),
        });
      }),
    );
}

function machineOptions(command: Command): Command {
  return command
    .option('--memory <MiB>', 'memory of the machine', parseCount, 16)
    .addOption(
      new Option(
        '--engine <engine>',
        'translate what is hot (mixed), nothing, or all; the run is the same, its speed is not',
      )
        .choices(Object.keys(translateAfter))
        .default('mixed'),
    )
    .option('--json', 'print the result as one JSON object instead of text');
}

function open(image: string, { memory, engine }: MachineFlags): Machine {
  return openMachine(image, {
    memoryMebibytes: memory,
    translateAfter: translateAfter[engine],
  });
}

async function run(image: string, flags: LiveFlags): Promise<void> {
  const machine = open(image, flags);
  const end = await live(machine, flags, undefined);
  tell(flags, endToReport(machine, end), '');
}

async function record(image: string, flags: RecordFlags): Promise<void> {
  const machine = open(image, flags);
  const log = createLogFile(flags.output, machine);
  try {
    const end = await live(machine, flags, { log, digestEvery: flags.digestEvery });
    const report = { ...endToReport(machine, end), logBytes: log.bytes };
    tell(flags, report, `recorded ${report.position} steps in ${log.bytes} bytes\n`);
  } finally {
    log.close();
  }
}

async function live(
  machine: Machine,
  flags: LiveFlags,
  recording: { readonly log: LogFile; readonly digestEvery: number } | undefined,
): Promise<LiveEnd> {
  const output = flags.json === true ? process.stderr : process.stdout;
  return await runLive({
    ...{ machine, input: process.stdin, output },
    ...(flags.steps === undefined ? {} : { stepsMax: flags.steps }),
    ...(recording === undefined ? {} : { digestEvery: recording.digestEvery }),
    onEntries: (entries) => recording?.log.append(entries),
    onOffRequest(request) {
      process.once('SIGINT', request);
      return () => process.off('SIGINT', request);
    },
  });
}

function replay(image: string, path: string, flags: MachineFlags): void {
  const machine = open(image, flags);
  const log = openLogFile(path);
  try {
    const output = flags.json === true ? process.stderr : process.stdout;
    const report = replayLog(machine, log, (bytes) => output.write(bytes));
    const torn =
      report.tornBytes === 0 ? '' : `; a torn entry of ${report.tornBytes} bytes dropped`;
    const { result, message, entries, position } = report;
    tell(flags, report, `${result}: ${message}; ${entries} entries, position ${position}${torn}\n`);
    process.exitCode = exitCodes[result];
  } finally {
    log.close();
  }
}

/** The result: one JSON object on standard output, or a line on standard error. */
function tell(flags: MachineFlags, report: object, line: string): void {
  if (flags.json !== true) process.stderr.write(line);
  else process.stdout.write(`${JSON.stringify(report, valueToJson)}\n`);
}

function endToReport(machine: Machine, end: LiveEnd) {
  const origin = end.kind === 'off' ? { origin: end.origin } : {};
  const digest = bytesToHex(machine.digest());
  return { end: end.kind, ...origin, position: machine.position, digest };
}

/** Counters are decimal strings, bytes hexadecimal. */
function valueToJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Uint8Array ? bytesToHex(value) : value;
}

async function atEdge(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    process.stderr.write(`lockstep vm: ${error.message}\n`);
    process.exitCode = exitData;
  }
}

function parseCount(text: string): number {
  const count = Number(text);
  const isCount = /^[0-9]+$/.test(text) && count > 0 && Number.isSafeInteger(count);
  if (!isCount) throw new InvalidArgumentError(`expected a count from 1 up, got ${text}`);
  return count;
}

const translateAfter: Readonly<Record<Engine, TranslateAfter>> = {
  mixed: translateAfterDefault,
  interpreter: 'never',
  translator: 0,
};
const exitData = 65;
const exitCodes: Readonly<Record<ReplayReport['result'], number>> = {
  complete: 0,
  divergence: 1,
  damaged: exitData,
  refused: exitData,
};
