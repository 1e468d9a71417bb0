// Speed of the engine beside its peers: `npm run bench:cpu -- --runs 5 --program core,lz77 --json`.
// Every program runs on the interpreter, with the translator, as a process of the host and, where
// it is there, under qemu-x86_64; `--install` has root install that (Debian package qemu-user). All
// must give the same result. Times of the engine hold its translation; those of a process hold its
// start. Asserts no speed.

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { createTestCpu } from '../create-test-cpu.ts';
import {
  compileForEngine,
  compileForHost,
  createBuildDirectory,
  PROGRAM_BASE,
  sourcePath,
} from '../host-tools.ts';

type Program = {
  readonly name: string;
  readonly folder: 'bench' | 'programs';
  /** Rounds for the interpreter, and for everything else. */
  readonly short: number;
  readonly long: number;
  /** A process of the host may not store beside its code. */
  readonly onHost: boolean;
};

type Outcome = { readonly result: bigint; readonly seconds: number; readonly steps?: number };

type Row = {
  readonly program: string;
  readonly engine: string;
  readonly mips: { readonly best: number; readonly median: number; readonly least: number };
};

const PROGRAMS: readonly Program[] = [
  { name: 'loop', folder: 'bench', short: 10, long: 1000, onHost: true },
  { name: 'shared', folder: 'bench', short: 10, long: 1000, onHost: false },
  { name: 'sha256', folder: 'programs', short: 3, long: 400, onHost: true },
  { name: 'core', folder: 'bench', short: 12, long: 1500, onHost: true },
  { name: 'lz77', folder: 'bench', short: 3, long: 400, onHost: true },
  { name: 'btree', folder: 'bench', short: 5, long: 1000, onHost: true },
];

const RAM_BYTES = 0x40_0000;
const STEPS_MAX = 1e10;
const THRESHOLD = 20;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    program: { type: 'string', default: PROGRAMS.map(({ name }) => name).join() },
    json: { type: 'boolean', default: false },
    install: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const wanted = values.program.split(',');
if (values.install) installPeer();
const hasPeer = spawnSync('qemu-x86_64', ['--version']).status === 0;

const directory = createBuildDirectory();
const rows = PROGRAMS.filter(({ name }) => wanted.includes(name)).flatMap(measureProgram);
directory.remove();
console.log(values.json ? JSON.stringify(rows) : tableOf(rows));

function measureProgram(program: Program): Row[] {
  const { name, folder, short, long, onHost } = program;
  const codes = { short: compile(program, short), long: compile(program, long) };
  const runTranslated = (): Outcome => runOnEngine(codes.long, THRESHOLD);
  const { result, steps = 0 } = runTranslated();
  const { result: shortResult } = runOnEngine(codes.short, THRESHOLD);
  const onShort = (threshold?: number): Outcome =>
    check(runOnEngine(codes.short, threshold), shortResult);
  const rows = [
    measure('interpreter', () => onShort()),
    measure('translator, cold', () => onShort(THRESHOLD)),
    measure('translator', () => check(runTranslated(), result)),
  ];
  if (!onHost) return rows;
  const binary = join(directory.path, `${name}-host`);
  compileForHost(binary, sourcePath(`${folder}/${name}.c`), { rounds: long });
  rows.push(measure('native', () => ({ ...check(runProcess(binary, []), result), steps })));
  if (!hasPeer) return rows;
  const underPeer = (): Outcome => check(runProcess('qemu-x86_64', [binary]), result);
  return [...rows, measure('qemu-x86_64', () => ({ ...underPeer(), steps }))];

  function measure(engine: string, run: () => Outcome): Row {
    const speeds = Array.from({ length: runs }, () => {
      const { seconds, steps: count = 0 } = run();
      return count / seconds / 1e6;
    }).sort((a, b) => a - b);
    const at = (k: number): number => speeds[k] ?? 0;
    const mips = { best: at(runs - 1), median: at(Math.floor(runs / 2)), least: at(0) };
    return { program: name, engine, mips };
  }

  function check(outcome: Outcome, expected: bigint): Outcome {
    if (outcome.result === expected) return outcome;
    throw new Error(`bench: ${name} gives ${outcome.result}, expected ${expected}`);
  }
}

function compile({ name, folder }: Program, rounds: number): Uint8Array {
  return compileForEngine(directory.path, name, { folder, rounds });
}

function runOnEngine(code: Uint8Array, threshold: number | undefined): Outcome {
  const way = threshold === undefined ? {} : { threshold };
  const { cpu } = createTestCpu({ code, entry: PROGRAM_BASE, ramBytes: RAM_BYTES, ...way });
  const start = performance.now();
  const stop = cpu.run(STEPS_MAX);
  const seconds = (performance.now() - start) / 1000;
  if (stop.kind !== 'halted') throw new Error(`bench: expected a halt, got ${stop.kind}`);
  const [result = 0n] = cpu.save().registers;
  return { result, seconds, steps: cpu.retired };
}

function runProcess(command: string, args: readonly string[]): Outcome {
  const start = performance.now();
  const text = execFileSync(command, args, { encoding: 'utf8' });
  return { result: BigInt(`0x${text.trim()}`), seconds: (performance.now() - start) / 1000 };
}

function installPeer(): void {
  if (process.getuid?.() !== 0) throw new Error('bench: only root installs qemu-user');
  const silent = { stdio: ['ignore', 2, 2] } as const;
  spawnSync('apt-get', ['update', '-q'], { stdio: [...silent.stdio] });
  spawnSync('apt-get', ['install', '-y', '-q', 'qemu-user'], { stdio: [...silent.stdio] });
}

function tableOf(all: readonly Row[]): string {
  const head = ['program', 'engine', 'best', 'median', 'least', 'of the native median'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { program, engine, mips } of all) {
    const native = all.find((row) => row.program === program && row.engine === 'native');
    const ratio = native === undefined ? '' : (mips.median / native.mips.median).toFixed(4);
    const speeds = [mips.best, mips.median, mips.least].map((speed) => speed.toPrecision(4));
    table.push([program, engine, ...speeds, ratio]);
  }
  return `Million instructions a second, ${runs} runs each\n${table.toString()}`;
}
