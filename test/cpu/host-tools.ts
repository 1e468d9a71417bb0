// What the tests of the engine need of the host: x86-64 Linux with gcc. Elsewhere they are
// skipped with one line that names what is missing; in CI on x86-64 Linux a skip is a failure.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names what is missing to run native programs of x86-64, or undefined. */
export function missingHostTool(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'x86-64 Linux';
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'gcc (Debian package gcc)';
  }
}

/** Whether to skip; prints why, and throws where a skip is not allowed. */
export function skipWithoutHostTools(what: string): boolean {
  const missing = missingHostTool();
  if (missing === undefined) return false;
  const isX86Linux = process.platform === 'linux' && process.arch === 'x64';
  if (isX86Linux && process.env.CI !== undefined) throw new Error(`${what}: needs ${missing}`);
  console.log(`skipped: ${what} needs ${missing}`);
  return true;
}

/** A directory of its own for compiled programs; the caller removes it by `remove`. */
export function createBuildDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-cpu-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function gcc(args: readonly string[]): void {
  execFileSync('gcc', args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** A file beside this one. */
export function sourcePath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Where programs for the engine are linked to, and entered. */
export const PROGRAM_BASE = 0x10_0000;

export type Level = '-O0' | '-O2' | '-O3' | '-Os';
/** What gcc is to use: general registers alone, or what it uses by default. */
export type Target = { readonly level: Level; readonly hasSse: boolean };
const GENERAL: Target = { level: '-O2', hasSse: false };

export type Build = {
  readonly target?: Target;
  readonly folder?: string;
  /** For programs that take how often they repeat their work. */
  readonly rounds?: number;
};

/** Compiles a C program of `folder` to the bytes that belong at PROGRAM_BASE. */
export function compileForEngine(
  directory: string,
  name: string,
  { target = GENERAL, folder = 'programs', rounds = 1 }: Build = {},
): Uint8Array {
  const output = join(directory, `${name}${target.level}.bin`);
  gcc([
    ...[target.level, ...(target.hasSse ? [] : ['-mgeneral-regs-only'])],
    ...['-ffreestanding', '-fno-math-errno', '-nostdlib', '-static', '-fno-pie', '-no-pie'],
    ...['-fno-stack-protector', '-fno-asynchronous-unwind-tables', ALIASING],
    ...[`-Wl,-Ttext=0x${PROGRAM_BASE.toString(16)}`, '-Wl,--oformat=binary', '-Wl,--build-id=none'],
    ...[`-DROUNDS=${rounds}`, sourcePath('programs/start.S')],
    ...[sourcePath(`${folder}/${name}.c`), '-o', output],
  ]);
  return readFileSync(output);
}

/** Compiles a program as a static process that prints its result. */
export function compileForHost(
  output: string,
  source: string,
  { rounds = 1, hasSse = false } = {},
): void {
  gcc([
    ...['-O2', '-static', ...(hasSse ? [] : ['-mgeneral-regs-only']), '-fno-math-errno'],
    ...[ALIASING, `-DROUNDS=${rounds}`],
    ...[sourcePath('programs/native.c'), source, '-o', output],
  ]);
}

/** The programs look at bytes as words. */
const ALIASING = '-fno-strict-aliasing';
