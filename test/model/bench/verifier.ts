// SPIN as the benchmark uses it: the verifier of core.pml generated, compiled, run, and what it printed as values.
// It judges nothing of what was found. Spec: protocol.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { files, folder } from './core-text.ts';
import type { Exploration } from './exploration.ts';

export interface VerifierRun extends Exploration {
  /** The claims that the first step to break any broke. */
  violated: string[];
}

const packages: Readonly<Record<string, string>> = { spin: '-V', gcc: '--version' };

/** Installs what is missing where that may be done; otherwise says what to install. */
export function requireTools(): void {
  const missing = missingTools();
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isThere('apt-get', '--version')) {
    process.stderr.write(`bench:model: installing ${missing.join(' ')}\n`);
    const install = (): number | null =>
      spawnSync('apt-get', ['install', '-y', '-q', ...missing], { stdio: ['ignore', 2, 2] }).status;
    if (install() !== 0) {
      spawnSync('apt-get', ['update', '-q'], { stdio: ['ignore', 2, 2] });
      install();
    }
  }
  const left = missingTools();
  if (left.length === 0) return;
  throw new Error(
    `bench:model: expected spin and gcc on the path, got no ${left.join(' and no ')}; install them (Debian: apt-get install ${left.join(' ')})`,
  );
}

const missingTools = (): string[] =>
  Object.entries(packages).flatMap(([name, option]) => (isThere(name, option) ? [] : [name]));

const isThere = (program: string, option: string): boolean =>
  spawnSync(program, [option]).error === undefined;

export interface Verifier {
  run(options?: { statesExpected?: number; claim?: string }): VerifierRun;
  /** Every state that a step led to, as often as one did. */
  project(onState: (line: string) => void): Promise<VerifierRun>;
  remove(): void;
}

/** Megabytes that a verifier may hold. */
const memoryMax = 3000;

/** `defines` are for both the text and the compiler; `options` are the compiler's alone. */
export function buildVerifier(defines: readonly string[], options: readonly string[]): Verifier {
  const at = mkdtempSync(join(tmpdir(), 'lockstep-spin-'));
  for (const name of files) {
    copyFileSync(fileURLToPath(new URL(name, folder)), join(at, name));
  }
  execFileSync('spin', ['-a', ...defines, 'core.pml'], { cwd: at });
  const common = ['-DSAFETY', '-DNOREDUCE', `-DMEMLIM=${memoryMax}`];
  execFileSync('gcc', [...options, ...common, ...defines, '-o', 'pan', 'pan.c'], { cwd: at });
  const pan = join(at, 'pan');
  return {
    run({ statesExpected = 2 ** 20, claim } = {}) {
      const env = claim === undefined ? process.env : { ...process.env, CLAIM_JUDGED: claim };
      const table = `-w${Math.max(16, Math.ceil(Math.log2(statesExpected)))}`;
      const { stdout } = spawnSync(pan, [table], { cwd: at, env, encoding: 'utf8' });
      return runOf(stdout);
    },
    async project(onState) {
      const running = spawn(pan, ['-w20'], { cwd: at, stdio: ['ignore', 'pipe', 'inherit'] });
      const rest: string[] = [];
      for await (const line of createInterface({ input: running.stdout })) {
        if (line.includes('; left ')) onState(line);
        else rest.push(line);
      }
      return runOf(rest.join('\n'));
    },
    remove: () => rmSync(at, { recursive: true }),
  };
}

function runOf(printed: string): VerifierRun {
  const read = (pattern: RegExp): number => {
    const [, found] = pattern.exec(printed) ?? [];
    if (found === undefined) {
      throw new Error(`expected the verifier to print ${pattern}, got:\n${printed}`);
    }
    return Number(found);
  };
  const violated = [...printed.matchAll(/^violates (.+)$/gm)].map(([, claim = '']) => claim);
  const isCut = /max search depth too small|out of memory|memory exceeds|errors: [1-9]/.test(
    printed,
  );
  return {
    states: read(/(\d+) states, stored/),
    transitions: read(/(\d+) transitions \(/),
    depth: read(/depth reached (\d+)/),
    seconds: read(/used ([\d.]+) seconds/),
    bytes: read(/seconds (\d+) KiB/) * 1024,
    isExhausted: !isCut,
    violated: [...new Set(violated)],
  };
}
