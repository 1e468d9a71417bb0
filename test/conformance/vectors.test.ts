// Vectors: they fit their schema, hold every request, and playing them needs nothing but them.

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generousTimeouts, startAdapter } from '../../conformance/adapter.ts';
import { inRoot } from '../../conformance/root.ts';
import { fileProblem } from '../../conformance/schema.ts';
import type { Vector } from '../../conformance/vectors.ts';
import { UsageError } from '../../conformance/verbs/common.ts';
import { exportVectors } from '../../conformance/verbs/vectors.ts';
import { BadInputError } from '../../conformance/verdict.ts';

const command = (name: string): string[] => {
  const path = inRoot('test', 'broken', `${name}.ts`);
  return [process.execPath, '--import', import.meta.resolve('tsx'), path];
};
const flags = { profile: 'protocol', tier: 'smoke', only: [], skip: [], seed: '3' };

test('vectors are written, fit their schema, and are answered as recorded', {
  timeout: 120_000,
}, async () => {
  const output = mkdtempSync(join(tmpdir(), 'lockstep-'));
  await exportVectors(command('unbroken'), { ...flags, output });
  const files = readdirSync(output).filter((name) => name.endsWith('.jsonl'));
  const vectors: Vector[] = files.flatMap((name) => {
    const lines = readFileSync(join(output, name), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  });
  const index = JSON.parse(readFileSync(join(output, 'index.json'), 'utf8'));

  expect(Object.keys(index.files).sort()).toEqual(files.sort());
  expect(vectors.length).toBeGreaterThan(2);
  expect(vectors.map((one) => fileProblem('vector', one)).filter(Boolean)).toEqual([]);

  const [file = '', ...args] = command('unbroken');
  const adapter = startAdapter({ file, args }, generousTimeouts);
  await adapter.hello({ name: 'test', version: '0' }, '0');
  for (const { reset, steps } of vectors) {
    for (const { method, params, result } of [reset, ...steps.flatMap((one) => one.requests)]) {
      // The schema has been checked; the adapter's client checks each parameter again.
      const given = params as { [name: string]: never };
      const { at = '', node = '', to = '', input } = given;
      const answer =
        method === 'reset'
          ? await adapter.reset(params as never)
          : method === 'step'
            ? await adapter.step(at, node, input as never)
            : await adapter.advance(to);
      expect(answer).toEqual(result);
    }
  }
  await adapter.close();
});

test('an implementation that does not pass a case cannot say what is right', {
  timeout: 60_000,
}, async () => {
  const output = mkdtempSync(join(tmpdir(), 'lockstep-'));
  const made = exportVectors(command('releases-unacknowledged'), { ...flags, output });

  await expect(made).rejects.toThrow(BadInputError);
});

test('instructions are written as they were recorded, with their number', async () => {
  const output = mkdtempSync(join(tmpdir(), 'lockstep-'));
  await exportVectors([], { ...flags, profile: 'cpu', output });
  const index = JSON.parse(readFileSync(join(output, 'index.json'), 'utf8'));
  const files = readdirSync(output).filter((name) => name.endsWith('.jsonl'));
  const counts = files.map((name) => {
    const lines = readFileSync(join(output, name), 'utf8').trim().split('\n');
    return [name, lines.length];
  });

  expect(index.format).toBe('lockstep-instructions/1');
  expect(index.files).toEqual(Object.fromEntries(counts));
});

test('another profile is a misuse', async () => {
  const made = exportVectors([], { ...flags, profile: 'timed', output: tmpdir() });

  await expect(made).rejects.toThrow(UsageError);
});
