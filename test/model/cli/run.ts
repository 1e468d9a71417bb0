// Runs a verb of the model's command line: inside this process with its output caught, or through the launcher.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, vi } from 'vitest';
import { registerModel } from '../../../model/cli.ts';

export interface Caught {
  out: string;
  err: string;
}

/** What the verbs of each test write. */
export function catchOutput(): Caught {
  const caught = { out: '', err: '' };
  beforeEach(() => {
    caught.out = '';
    caught.err = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      caught.out += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      caught.err += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  return caught;
}

/** The exit code that it asks for. */
export async function run(...words: string[]): Promise<number | string | undefined> {
  process.exitCode = undefined;
  const program = new Command('lockstep').exitOverride();
  registerModel(program);
  await program.parseAsync(['node', 'lockstep', 'model', ...words]);
  return process.exitCode;
}

export interface Launched extends Caught {
  code: number | null;
}

/** Through the launcher, with this on its standard input (null: it stays open), interrupted when it is told to be. */
export function launch(
  words: readonly string[],
  options: {
    input: string | null;
    /** When its output has this. */
    interruptAt?: RegExp;
    /** Milliseconds after its start. */
    interruptAfter?: number;
  },
): Promise<Launched> {
  const root = join(import.meta.dirname, '../../..');
  const child = spawn(process.execPath, [join(root, 'lockstep.js'), 'model', ...words]);
  const got: Launched = { out: '', err: '', code: null };
  const { input, interruptAt, interruptAfter } = options;
  let isInterrupted = false;
  const interrupt = (): void => {
    if (!isInterrupted) child.kill('SIGINT');
    isInterrupted = true;
  };
  if (interruptAfter !== undefined) setTimeout(interrupt, interruptAfter);
  child.stdout.on('data', (data) => {
    got.out += String(data);
    if (interruptAt?.test(got.out) === true) interrupt();
  });
  child.stderr.on('data', (data) => {
    got.err += String(data);
  });
  if (input !== null) child.stdin.end(input);
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ ...got, code }));
  });
}
