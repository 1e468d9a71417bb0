// The programs of the bench, and their images for the engine, for processes of the host and for
// whole machines. Compares nothing.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileForEngine, compileForHost, gcc, PROGRAM_BASE, sourcePath } from '../host-tools.ts';

export type Program = {
  readonly name: string;
  readonly folder: 'bench' | 'programs';
  /** Rounds that come to some ten million instructions, and to a thousand million. */
  readonly short: number;
  readonly long: number;
  /** A process of the host may not store beside its code. */
  readonly isProcess: boolean;
  /** Its numbers are floating, so that it takes what gcc uses by default; no bare machine has that on. */
  readonly hasSse?: boolean;
};

export const PROGRAMS: readonly Program[] = [
  { name: 'loop', folder: 'bench', short: 10, long: 1000, isProcess: true },
  { name: 'sha256', folder: 'programs', short: 3, long: 400, isProcess: true },
  { name: 'core', folder: 'bench', short: 12, long: 1500, isProcess: true },
  { name: 'lz77', folder: 'bench', short: 3, long: 400, isProcess: true },
  { name: 'btree', folder: 'bench', short: 5, long: 1000, isProcess: true },
  { name: 'bodies', folder: 'programs', short: 850, long: 67_000, isProcess: true, hasSse: true },
  { name: 'shared', folder: 'bench', short: 10, long: 100, isProcess: false },
  { name: 'unshared', folder: 'bench', short: 10, long: 100, isProcess: true },
];

/** What it takes is the start of a peer. */
export const EMPTY: Program = {
  ...{ name: 'empty', folder: 'bench', short: 1, long: 1, isProcess: true },
};

/** Where the images go, and how to make them. */
export class Images {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  engineFile({ name, folder, hasSse = false }: Program, rounds: number): string {
    const path = join(this.directory, `${name}-${rounds}.image`);
    const target = { level: '-O2', hasSse } as const;
    writeFileSync(path, compileForEngine(this.directory, name, { folder, rounds, target }));
    return path;
  }

  process({ name, folder, long, hasSse = false }: Program): string {
    const path = join(this.directory, `${name}-host`);
    compileForHost(path, sourcePath(`${folder}/${name}.c`), { rounds: long, hasSse });
    return path;
  }

  /** A flat image with a multiboot header; the 32-bit one is for those who know no long mode. */
  machine({ name, folder, long }: Program, bits: 32 | 64): string {
    const path = join(this.directory, `${name}-machine-${bits}`);
    const movers = bits === 64 ? [sourcePath('programs/start.S')] : [];
    gcc([
      ...[`-m${bits}`, '-O2', '-mgeneral-regs-only', '-ffreestanding', '-nostdlib', '-static'],
      ...['-fno-pie', '-no-pie', '-fno-stack-protector', '-fno-asynchronous-unwind-tables'],
      ...[
        '-fno-strict-aliasing',
        `-Wl,-Ttext=0x${PROGRAM_BASE.toString(16)}`,
        '-Wl,--build-id=none',
      ],
      ...['-Wl,--oformat=binary', '-Wl,-e,machine', `-DROUNDS=${long}`],
      ...[sourcePath('bench/machine.S'), ...movers, sourcePath(`${folder}/${name}.c`), '-o', path],
    ]);
    return path;
  }

  unicornDriver(): string {
    const path = join(this.directory, 'unicorn');
    gcc(['-O2', sourcePath('bench/unicorn.c'), '-lunicorn', '-o', path]);
    return path;
  }
}
