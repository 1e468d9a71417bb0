// What the runner ends with where an adapter is hostile: the exit code of the command line, and what is told of it.

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inRoot } from '../../conformance/root.ts';

interface Ended {
  readonly exit: number | null;
  readonly text: string;
}

function lockstep(file: string, fault: string, ...words: string[]): Promise<Ended> {
  const cwd = mkdtempSync(join(tmpdir(), 'lockstep-'));
  const tsx = ['--import', import.meta.resolve('tsx')];
  const adapter = ['--', process.execPath, ...tsx, inRoot('test', 'conformance', 'hostile', file)];
  const args = [inRoot('lockstep.js'), ...words, ...adapter, fault];
  const child = spawn(process.execPath, args, { cwd });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((resolve) => child.once('close', (exit) => resolve({ exit, text })));
}
const smoke = ['run', '--tier', 'smoke', '--seed', '1', '--jobs', '1', '--shrink-budget', '0'];

describe('an adapter that breaks the protocol ends the run with 1, and is told how and where', () => {
  test.each([
    ['garbage', /line 3 of standard output is not JSON: "hello from print"/],
    ['wrong-id', /line 3 of standard output replies to id 10; expected id 3 \(step\)/],
    ['bad-shape', /the reply to step \(line 3\) does not fit the schema/],
    ['exit-mid-case', /ended with code 4 while the runner still needed it/],
  ])('%s', { timeout: 120_000 }, async (fault, message) => {
    const { exit, text } = await lockstep('adapter.ts', fault, ...smoke, '--generous');

    expect(exit).toBe(1);
    expect(text).toMatch(message);
    expect(text).toMatch(/guarantee: none/);
  });
});

describe('an adapter that does not come up ends it with 69', () => {
  test.each([
    ['garbage-at-start', /Did you print to stdout/],
    ['wrong-protocol', /it speaks lockstep\/9; this suite lockstep\/1/],
  ])('%s', { timeout: 120_000 }, async (fault, message) => {
    const { exit, text } = await lockstep('adapter.ts', fault, ...smoke, '--generous');

    expect(exit).toBe(69);
    expect(text).toMatch(message);
  });
});

describe('an adapter that speaks well and tells untruths', () => {
  const core = ['run', '--seed', '1', '--jobs', '1', '--generous', '--shrink-budget', '0'];

  test('lies in observe: a fact is named', { timeout: 180_000 }, async () => {
    const only = ['--only', 'logging-backup', '--max-fail', '1'];
    const { exit, text } = await lockstep('tampering.ts', 'lies-in-observe', ...core, ...only);

    expect(exit).toBe(1);
    expect(text).toMatch(/#fact-epoch/);
    expect(text).toMatch(/actual +epoch 77/);
  });
});
