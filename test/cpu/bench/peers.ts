// What the bench compares: the engine in its three ways, the host, and other engines, each of them
// as a command that prints the result of a program.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { sourcePath } from '../host-tools.ts';
import type { Images, Program } from './programs.ts';

/** The result in sixteen hexadecimal digits, and seconds of the processor. */
export type Outcome = {
  readonly result: string;
  readonly seconds: number;
  readonly steps?: number;
};

export type Peer = {
  readonly name: string;
  readonly rounds: 'short' | 'long';
  /** Its start is measured by an empty program and subtracted. */
  readonly isProcess: boolean;
  isPresent(): boolean;
  runs(program: Program): boolean;
  prepare(program: Program, images: Images): () => Outcome;
};

/** Arrivals after which the translator translates: as the machine has it. */
export const THRESHOLD = 20;

/** Runs an image on the engine, in a new process; without a threshold there is no translator. */
export function runOnEngine(image: string, threshold?: number): Outcome {
  const way = threshold === undefined ? [] : [String(threshold)];
  const words = ['--import', 'tsx', sourcePath('bench/engine.ts'), image, ...way];
  const outcome: unknown = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
  if (isOutcome(outcome)) return outcome;
  throw new Error(`bench: engine: expected an outcome, got ${JSON.stringify(outcome)}`);
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return false;
  if (!('result' in value && 'seconds' in value)) return false;
  return typeof value.result === 'string' && typeof value.seconds === 'number';
}

function engine(name: string, rounds: 'short' | 'long', threshold?: number): Peer {
  return {
    ...{ name, rounds, isProcess: false },
    isPresent: () => true,
    runs: () => true,
    prepare(program, images) {
      const image = images.engineFile(program, program[rounds]);
      return () => runOnEngine(image, threshold);
    },
  };
}

type Needs = {
  readonly isPresent?: () => boolean;
  readonly needsProcess?: boolean;
  /** The status that says that all went well. */
  readonly exit?: number;
};

/** A command that prints the result; `needsProcess` where no code may be stored beside. */
function command(
  name: string,
  words: (program: Program, images: Images) => readonly string[],
  { isPresent = () => true, needsProcess = false, exit = 0 }: Needs = {},
): Peer {
  return {
    ...{ name, rounds: 'long', isProcess: true, isPresent },
    // A machine that no system has prepared does not execute SSE.
    runs: ({ isProcess, hasSse = false }) => (needsProcess ? isProcess : !hasSse),
    prepare(program, images) {
      const line = words(program, images);
      return () => runProcess(name, line, exit);
    },
  };
}

function hasCommand(name: string): () => boolean {
  return () => spawnSync(name, ['--version']).status === 0;
}

/** The shell measures the processor's seconds of a child with all its threads. */
function runProcess(name: string, line: readonly string[], exit: number): Outcome {
  const script = `TIMEFORMAT="%U %S"; time timeout ${PROCESS_SECONDS_MAX} "$@" 2>/dev/null`;
  const child = spawnSync('bash', ['-c', script, 'bench', ...line], {
    ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, LC_ALL: 'C' },
  });
  const result = child.stdout.trim();
  if (child.status === EXIT_TIMEOUT) {
    const remedy = 'run it again, or leave the peer out by --peer';
    throw new Error(`bench: ${name}: expected an end in ${PROCESS_SECONDS_MAX} s: ${remedy}`);
  }
  if (child.status !== exit || !/^[0-9a-f]{16}$/.test(result)) {
    const got = `exit ${child.status}, '${result}' ${child.stderr.slice(-200)}`;
    throw new Error(`bench: ${name}: expected exit ${exit} and a result, got ${got}`);
  }
  const [user = 0, system = 0] = child.stderr.trim().split(' ').map(Number);
  return { result, seconds: user + system };
}

/** Far more than any program takes. */
const PROCESS_SECONDS_MAX = 100;
/** Of the command timeout. */
const EXIT_TIMEOUT = 124;

const QEMU_MACHINE: readonly string[] = [
  ...['qemu-system-x86_64', '-accel', 'tcg', '-m', '64', '-nodefaults', '-display', 'none'],
  ...['-no-reboot', '-serial', 'stdio', '-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
];

/** Of two n + 1, where the guest says n. */
const QEMU_EXIT = 1;

const inQemu = { isPresent: hasCommand('qemu-system-x86_64'), exit: QEMU_EXIT };

export const PEERS: readonly Peer[] = [
  engine('interpreter', 'short'),
  engine('cold', 'short', THRESHOLD),
  engine('translator', 'long', THRESHOLD),
  command('native', (program, images) => [images.process(program)], { needsProcess: true }),
  command('qemu-x86_64', (program, images) => ['qemu-x86_64', images.process(program)], {
    ...{ isPresent: hasCommand('qemu-x86_64'), needsProcess: true },
  }),
  command(
    'qemu-system-icount',
    (program, images) => [
      ...[...QEMU_MACHINE, '-icount', 'shift=0', '-kernel', images.machine(program, 64)],
    ],
    inQemu,
  ),
  command(
    'qemu-system',
    (program, images) => [...QEMU_MACHINE, '-kernel', images.machine(program, 64)],
    inQemu,
  ),
  command('v86', (program, images) => [
    ...[process.execPath, '--import', 'tsx', sourcePath('bench/v86.ts')],
    images.machine(program, 32),
  ]),
  command(
    'unicorn',
    (program, images) => [images.unicornDriver(), images.engineFile(program, program.long)],
    {
      isPresent: () => existsSync('/usr/include/unicorn/unicorn.h'),
    },
  ),
];

/** Debian packages of the peers. */
export const PACKAGES: readonly string[] = ['qemu-user', 'qemu-system-x86', 'libunicorn-dev'];
