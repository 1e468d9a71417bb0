// The index of the instruction vectors: the one that is there, and what is refused.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInstructionIndex } from '../../conformance/instructions.ts';
import { BadInputError } from '../../conformance/verdict.ts';

describe('the index of the instruction vectors', () => {
  const index = readInstructionIndex();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-instructions-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names files, and clauses of the processor alone', () => {
    expect(Object.keys(index.files)).toContain('sse-arithmetic.jsonl');
    expect(Object.keys(index.clauses).every((name) => name.startsWith('cpu.'))).toBe(true);
  });

  it.each([
    ['another format', { format: 'lockstep-instructions/2' }],
    ['a count that is none', { files: { 'moves.jsonl': 0 } }],
    ['a clause of another chapter', { clauses: { 'output.own-entry': 1 } }],
    ['a field that it does not have', { colour: 'red' }],
  ])('is refused with %s', (_, change) => {
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ ...index, ...change }));

    expect(() => readInstructionIndex(folder)).toThrow(BadInputError);
  });
});
