import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inRoot } from '../../conformance/root.ts';
import { fileProblem } from '../../conformance/schema.ts';

test('an interrupt leaves a partial report that says so, and exit code 130', {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  const report = join(folder, 'report.json');
  const twin = ['--import', import.meta.resolve('tsx'), inRoot('test', 'broken', 'unbroken.ts')];
  const words = [
    'run',
    '--seed',
    '1',
    '--report',
    `json=${report}`,
    '--',
    process.execPath,
    ...twin,
  ];
  const child = spawn(process.execPath, [inRoot('lockstep.js'), ...words], { cwd: folder });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  // The first line says that the plan stands; the run is far from over then.
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGINT'), 1500));
  child.stdout.resume();

  expect(await exit).toBe(130);
  const written: unknown = JSON.parse(readFileSync(report, 'utf8'));
  expect(fileProblem('report', written)).toBeUndefined();
  expect(written).toMatchObject({ partial: true, exit: 130 });
});
