// The example adapter in Python: the doctor finds nothing, a part of the suite passes, and the model
// accepts walks through what the suite does not play. All of core: npm run conformance:python.

import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { inRoot } from '../../conformance/root.ts';

const isInstalled = spawnSync('python3', ['--version']).status === 0;
if (!isInstalled) {
  console.log('skipped: the example adapter needs python3 (Debian: apt-get install python3)');
}

const python = ['python3', inRoot('conformance', 'adapters', 'python', 'adapter.py')];
const options = { maxBuffer: 256 * 1024 * 1024 };
const timeout = { timeout: 120_000 };
const walkSeeds = [1, 2];

/** The command line's standard output, also where it ends with another code than 0. */
async function lockstep(...words: string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [inRoot('lockstep.js'), ...words], options);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout;
}

test('python3 is there where nothing may be skipped', () => {
  expect(isInstalled || process.env.CI === undefined).toBe(true);
});

test('the clauses that it cites are in the registry', () => {
  const textOf = (folder: string, ending: string): string =>
    readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
  const code = textOf(inRoot('conformance', 'adapters', 'python'), '.py');
  const registry = textOf(inRoot('spec', 'requirements'), '.yaml');
  const citations = [...code.matchAll(/spec: ((?:[a-z.-]+(?:,\s+)?)+)/g)];
  const cited = citations.flatMap(([, names = '']) => names.split(/,\s+/));

  expect(cited.length).toBeGreaterThan(100);
  expect(cited.filter((name) => !registry.includes(`- name: ${name}\n`))).toEqual([]);
});

describe.skipIf(!isInstalled)('the example adapter in Python', () => {
  test('is in good health', timeout, async () => {
    const lines = (await lockstep('doctor', '--', ...python)).trim().split('\n');

    expect(lines.filter((line) => !line.startsWith('✓'))).toEqual([]);
    expect(lines.map((line) => line.split(/\s+/)[1])).toEqual([
      'handshake',
      'framing',
      'determinism',
      'reset',
      'leap',
      'save',
      'batch',
      'smoke',
      'latency',
      'fields',
      'bye',
      'observe',
    ]);
  });

  test('passes the slice of a backup’s log and that of a resumed machine', timeout, async () => {
    const only = ['--only', 'logging-backup', '--only', 'lifecycle-resume'];
    const run = ['run', ...only, '--jobs', '1', '--generous', '--json', '--', ...python];
    const report: {
      readonly planned: number;
      readonly executed: number;
      readonly cases: readonly { readonly id: string; readonly verdict: string }[];
    } = JSON.parse(await lockstep(...run));

    expect(report.cases.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(report.executed).toBe(report.planned);
    expect(report.executed).toBeGreaterThan(400);
  });

  test.each(walkSeeds)('walks as the model allows, seed %i', timeout, async (seed) => {
    const walk = [inRoot('test', 'conformance', 'python', 'walk.py'), String(seed), '600'];
    const trace = spawnSync('python3', walk, { encoding: 'utf8', ...options });
    expect(trace.status, trace.stderr).toBe(0);

    const refine = [inRoot('lockstep.js'), 'model', 'refine', '-'];
    const verdict = spawnSync(process.execPath, refine, { input: trace.stdout, encoding: 'utf8' });

    expect(verdict.stdout).toContain('Accepted: the model allows every step');
    expect(verdict.status).toBe(0);
  });
});
