// The reference passes the whole of `core`, generated cases included, through the command line and in
// a process of its own, as anybody's implementation would.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inRoot } from '../../conformance/root.ts';

interface Report {
  readonly planned: number;
  readonly executed: number;
  readonly partial: boolean;
  readonly guarantee: string;
  readonly cases: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly failure?: { readonly reason: string };
  }[];
}

test('the reference passes every case of core', { timeout: 600_000 }, async () => {
  const args = [inRoot('lockstep.js'), 'run', '--reference', '--jobs', '2', '--generous', '--json'];
  const options = { maxBuffer: 256 * 1024 * 1024 };
  // A run that is not conformant ends with a code that execFile throws; its report is on stdout all the same.
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch(
    (error: { stdout: string }) => error,
  );
  const report: Report = JSON.parse(stdout);
  const failed = report.cases.filter(({ verdict }) => verdict !== 'pass');

  expect(failed.map(({ id, failure }) => `${id}: ${failure?.reason ?? ''}`)).toEqual([]);
  expect(report.executed).toBe(report.planned);
  expect(report.partial).toBe(false);
  expect(report.guarantee).toMatch(/^every output fault/);
});
