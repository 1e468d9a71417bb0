// The verb `matrix`: what it refuses, with which exit code, and that it says so in a sentence.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unprovenMusts } from '../../conformance/coverage.ts';
import { readInstructionIndex } from '../../conformance/instructions.ts';
import { registerMatrix } from '../../conformance/matrix-cli.ts';
import { exitCode } from '../../conformance/verdict.ts';

describe('lockstep matrix', () => {
  let folder = '';
  let said = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-matrix-'));
    said = '';
    vi.spyOn(console, 'error').mockImplementation((text) => {
      said += String(text);
    });
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  async function matrixWith(kills: unknown, ...more: readonly string[]) {
    const file = join(folder, 'kills.json');
    writeFileSync(file, JSON.stringify(kills));
    const program = new Command('lockstep').exitOverride();
    registerMatrix(program);
    await program.parseAsync(['node', 'lockstep', 'matrix', '--kills', file, ...more]);
    return process.exitCode;
  }

  it('says which clause the registry does not have, and not where in the runner', {
    timeout: 180_000,
  }, async () => {
    const kills = { mutants: [{ mutant: 'm', clause: 'flow.no-such', isKilled: true }] };
    expect(await matrixWith(kills)).toBe(exitCode.badInput);
    expect(said).toMatch(
      /contradict each other:\nexpected the name of a clause, got flow\.no-such/,
    );
    expect(said).not.toMatch(/\n {4}at /);
  });

  it('takes no clause that vectors alone judge for one that a case or monitor judges', {
    timeout: 180_000,
  }, () => {
    const unproven = unprovenMusts([]);
    expect(unproven).toContain('output.hold-until-acknowledged');
    expect(unproven.filter((name) => name.startsWith('cpu.'))).toEqual([]);
    expect(readInstructionIndex().clauses['cpu.shift-count']).toBeGreaterThan(0);
  });

  it('says what a kill table is where the file is none', async () => {
    expect(await matrixWith({})).toBe(exitCode.badInput);
    expect(said).toMatch(/kills\.json: expected what 'lockstep mutants --json' prints/);
  });

  it('--strict ends with 1 while a judged MUST has no kill, and with 0 once each has', {
    timeout: 180_000,
  }, async () => {
    const output = join(folder, 'matrix.json');
    expect(await matrixWith({ mutants: [] }, '--strict', '--json', '-o', output)).toBe(1);

    const { rows }: { rows: readonly MatrixRow[] } = JSON.parse(readFileSync(output, 'utf8'));
    const judged = rows.filter(({ level, standing }) => level === 'MUST' && standing === 'judged');
    const mutants = judged.map(({ name }) => ({ mutant: 'm', clause: name, isKilled: true }));
    expect(mutants.length).toBeGreaterThan(200);
    expect(await matrixWith({ mutants }, '--strict')).toBe(0);

    const survived = mutants.map((one, index) => (index === 0 ? { ...one, isKilled: false } : one));
    expect(await matrixWith({ mutants: survived }, '--strict')).toBe(1);
  });
});

interface MatrixRow {
  readonly name: string;
  readonly level: string;
  readonly standing: string;
}
