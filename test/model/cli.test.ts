// The model's commands: what they print, and the exit code that says how it ended.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { registerModel } from '../../model/cli.ts';
import { slices } from '../../model/slices.ts';

let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...words: string[]): Promise<number | string | undefined> {
  const program = new Command('lockstep').exitOverride();
  registerModel(program);
  await program.parseAsync(['node', 'lockstep', 'model', ...words]);
  return process.exitCode;
}

describe('check', () => {
  test('of one small row is 0, with a table of rows and one of properties', async () => {
    expect(await run('check', '--row', 'heartbeat')).toBe(0);
    expect(out).toMatch(/^heartbeat +\d+ +\d+ +\d+ +[\d.]+ +exhausted$/m);
    expect(out).toMatch(/^failover\.fence-before-live +holds +\d+ +a live owner has fenced/m);
    expect(out).toMatch(
      /^suspects-and-withdraws +witnessed +\d+ +\d+ steps in heartbeat: a peer is suspected/m,
    );
  });

  test('that stops early is 2 and says partial', async () => {
    expect(await run('check', '--row', 'core', '--states-max', '50')).toBe(2);
    expect(out).toContain('Partial');
  });

  test('of a seeded bug is 1, with a path that can be followed', async () => {
    const bug = 'power-on-with-version-read';
    expect(await run('check', '--bug', bug)).toBe(1);
    const path = /^Path: ([\d.]+)$/m.exec(out)?.[1] ?? '';
    const drawn = out.slice(out.indexOf('    p '));
    out = '';
    process.exitCode = undefined;
    await run('check', '--bug', bug, '--path', path);
    expect(drawn.startsWith(out.trimEnd())).toBe(true);
  });

  test('as JSON is one document', async () => {
    const property = 'failover.fence-before-live';
    await run('check', '--row', 'heartbeat', '--property', property, '--json');
    expect(JSON.parse(out)).toMatchObject({
      judgement: 'ok',
      rows: [{ name: 'heartbeat', verdicts: [{ property, outcome: 'holds', path: null }] }],
    });
  });

  test('of a bug that only liveness finds draws the lasso, and says so in JSON', async () => {
    const bug = 'never-asked-again';
    const property = 'arbitration.retry-while-unreachable';
    expect(await run('check', '--bug', bug, '--property', property)).toBe(1);
    expect(out).toContain(`${property} is violated in ${bug} after 3 steps.`);
    expect(out).toMatch(/-- from here round and round --\n +3 .*p: retry passed$/m);
    out = '';
    await run('check', '--bug', bug, '--property', property, '--json');
    const verdict = { property, kind: 'eventually', outcome: 'violated', path: '0.2.0', stem: 2 };
    expect(JSON.parse(out)).toMatchObject({ rows: [{ verdicts: [verdict] }] });
  });

  test('of what happens in the end refuses a row that does not judge it', async () => {
    const property = 'flow.resume-when-room';
    expect(await run('check', '--row', 'core', '--property', property)).toBe(64);
    expect(err).toContain('Known: survivor, full-log, ');
  });

  test.each([
    ['--row', 'nothing'],
    ['--bug', 'nothing'],
    ['--property', 'nothing'],
    ['--path', '99.99'],
  ])('%s %s is a usage error that names what is known', async (option, value) => {
    expect(await run('check', option, value)).toBe(64);
    expect(err).toMatch(/^lockstep model: .+\. Known: /);
  });
});

describe('export', () => {
  test.each([
    ['markdown', '# logging\n'],
    ['json', '{\n  "chart": "logging"'],
    ['svg', '<svg xmlns='],
    ['dot', 'digraph "logging" {\n'],
    ['mermaid', 'stateDiagram-v2\n'],
    ['scxml', '<?xml version="1.0" encoding="UTF-8"?>\n'],
    ['config', '{\n  "id": "logging"'],
  ])('prints one chart as %s', async (format, beginning) => {
    expect(await run('export', '--format', format, '--chart', 'logging')).toBeUndefined();
    expect(out.slice(0, beginning.length)).toBe(beginning);
    expect(out.endsWith('\n\n')).toBe(false);
  });

  test('writes the formats that are asked for, and names the files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-charts-'));
    try {
      const options = ['--format', 'dot, config', '--chart', 'heartbeat'];
      expect(await run('export', '--output', join(folder, 'new'), ...options)).toBeUndefined();
      const names = ['heartbeat.config.json', 'heartbeat.dot'];
      expect(readdirSync(join(folder, 'new')).sort()).toEqual(names);
      expect(out.split('\n').filter(Boolean).sort()).toEqual(
        names.map((name) => join(folder, 'new', name)),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    [['--format', 'png'], 'no format png. Known: markdown, json, svg,'],
    [['--chart', 'nothing'], 'no chart nothing. Known: pairing, logging, heartbeat, failover.'],
    [[], 'without --output give one --chart and one --format'],
    [['--format', 'svg'], 'without --output give one --chart and one --format'],
    [['--chart', 'logging'], 'without --output give one --chart and one --format'],
    [
      ['--output', fileURLToPath(import.meta.url)],
      `cannot write into ${fileURLToPath(import.meta.url)}`,
    ],
  ])('%j is a usage error that says what to do', async (options, message) => {
    expect(await run('export', ...options)).toBe(64);
    expect(err).toContain(`lockstep model: ${message}`);
  });
});

describe('slices', () => {
  test('lists every slice with the size of each suite', async () => {
    await run('slices', '--json');
    const rows = JSON.parse(out);
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(slices.map(({ name }) => name));
    const row = rows.find(({ name }: { name: string }) => name === 'logging-backup');
    expect(row).toMatchObject({ states: 88, transitions: 644, minimal: { merged: 60 } });
    const names = row.suites.map(({ suite }: { suite: string }) => suite);
    expect(names).toEqual(['transition cover', 'HSI k=0', 'HSI k=1', 'Wp k=0', 'Wp k=1']);
    for (const { tests, inputs } of row.suites) expect(inputs).toBeGreaterThan(tests);
  });

  test('as a table says what became one', async () => {
    await run('slices', '--slice', 'logging-backup');
    expect(out).toMatch(/^logging-backup +backup +88 +13 +644 +28 +\d+$/m);
    expect(out).toMatch(/^logging-backup +\d+ \/ \d+ /m);
  });

  test('without facts tells fewer states apart', async () => {
    await run('slices', '--slice', 'logging-backup', '--no-observe');
    expect(out).toMatch(/^logging-backup +backup +88 +13 +644 +24 +\d+$/m);
  });

  test('with mutants says what each suite kills, by a seed', async () => {
    const words = ['slices', '--slice', 'pairing-owner', '--mutants', '--sample', '20', '--seed'];
    await run(...words, '5');
    expect(out).toMatch(/^pairing-owner +transfer +1927 +20 +0 +0 +20 +[\d.]+ % +100.0 %/m);
    expect(out).toContain('seed 5.');
    const first = out;
    out = '';
    await run(...words, '5');
    expect(out).toBe(first);
  });

  test('of a name that no slice has is a usage error that names those there are', async () => {
    expect(await run('slices', '--slice', 'nothing')).toBe(64);
    expect(err).toMatch(/^lockstep model: .+ got nothing\. Known: pairing-owner, /);
  });

  test.each(['x', '-1', '1.5'])('refuses the seed %s', async (seed) => {
    await expect(run('slices', '--seed', seed)).rejects.toThrow('expected a whole number');
  });
});
