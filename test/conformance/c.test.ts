// The adapter in C, of the backup's node alone: the doctor finds nothing, it passes the happy paths and a part of core, what
// is about an owner is not played, and no line that it is given breaks it. All of core: npm run conformance:c.

import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inRoot } from '../../conformance/root.ts';
import { skipWithoutHostTools } from '../cpu/host-tools.ts';

const source = inRoot('conformance', 'adapters', 'c');
const options = { maxBuffer: 256 * 1024 * 1024 };
const timeout = { timeout: 120_000 };

/** The command line's standard output, also where it ends with another code than 0. */
async function lockstep(...words: string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [inRoot('lockstep.js'), ...words], options);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout;
}

function build(folder: string, ...more: string[]): string {
  const words = ['--silent', '-C', source, `BUILD=${folder}`, 'CC=gcc', ...more];
  execFileSync('make', words, { stdio: ['ignore', 'inherit', 'inherit'] });
  return join(folder, 'adapter');
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: string };
}

function speak(adapter: string, lines: readonly (string | Buffer)[]): readonly Reply[] {
  const input = Buffer.concat(
    lines.map((line) => Buffer.from(`${line.toString('latin1')}\n`, 'latin1')),
  );
  const { status, stdout, stderr } = spawnSync(adapter, { input, encoding: 'utf8', ...options });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line): Reply => JSON.parse(line));
}

test('the clauses that it cites are in the registry', () => {
  const textOf = (folder: string, ending: string): string =>
    readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
  const registry = textOf(inRoot('spec', 'requirements'), '.yaml');
  const citations = [...textOf(source, '.c').matchAll(/spec: ((?:[a-z.-]+(?:,\s+)?)+)/g)];
  const cited = citations.flatMap(([, names = '']) => names.split(/,\s+/));

  expect(cited.length).toBeGreaterThan(50);
  expect(cited.filter((name) => !registry.includes(`- name: ${name}\n`))).toEqual([]);
});

describe.skipIf(skipWithoutHostTools('the adapter in C'))('the adapter in C', () => {
  let folder = '';
  let adapter = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-c-'));
    adapter = build(folder);
  }, timeout.timeout);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is in good health', timeout, async () => {
    const lines = (await lockstep('doctor', '--', adapter)).trim().split('\n');

    expect(lines.filter((line) => !line.startsWith('✓'))).toEqual([]);
    expect(lines).toHaveLength(9);
  });

  test('passes what is of a backup, and is not judged by the rest', timeout, async () => {
    const only = ['--only', 'logging-backup', '--only', '**/manual/*'];
    const run = ['run', ...only, '--jobs', '1', '--generous', '--json', '--', adapter];
    const report: {
      readonly planned: number;
      readonly exit: number;
      readonly capabilities: { readonly roles: readonly string[] };
      readonly cases: readonly { readonly id: string; readonly verdict: string }[];
    } = JSON.parse(await lockstep(...run));
    const of = (verdict: string): number =>
      report.cases.filter((one) => one.verdict === verdict).length;

    expect(of('pass') + of('not-applicable')).toBe(report.planned);
    expect(of('pass')).toBeGreaterThan(300);
    expect(of('not-applicable')).toBeGreaterThan(80);
    expect(report.exit).toBe(0);
    expect(report.capabilities.roles).toEqual(['backup']);
  });

  test('shows nothing of itself where no case is about its node', timeout, async () => {
    const only = [
      '--tier',
      'smoke',
      '--only',
      'output.hold-until-acknowledged/manual/owner-happy-path',
    ];
    const run = ['run', ...only, '--jobs', '1', '--json', '--', adapter];
    const report: {
      readonly exit: number;
      readonly guarantee: string;
      readonly totals: { readonly pass: number };
    } = JSON.parse(await lockstep(...run));

    expect(report.totals.pass).toBe(0);
    expect(report.exit).toBe(2);
    expect(report.guarantee).toMatch(/^none/);
  });

  test('answers every malformed line with an error, and goes on', timeout, () => {
    const reset =
      '"method":"reset","params":{"case":"c","seed":"1","vm":"v","at":"0","nodes":[{"name":"b","incarnation":"b#1"}],' +
      '"parameters":{"beatInterval":"18446744073709551615","aliveInterval":"1","beatTimeout":"1","channelTimeout":"1",' +
      '"arbiterRetry":"1","joinTimeout":"1","yieldTimeout":"1","lagMax":"1","entriesMax":"1","network":"may-be-lost",' +
      '"configuration":"AA=="}}';
    const stepOf = (input: string): string =>
      `{"id":3,"method":"step","params":{"at":"0","node":"b","input":${input}}}`;
    const bad = [
      '{"id":1,',
      `"${'x'.repeat(1024 * 1024)}"`,
      '['.repeat(100_000),
      '{"id":3,"method":"dance"}',
      '{"id":3,"method":"advance","params":{"to":"18446744073709551616"}}',
      '{"id":3,"method":"advance","params":{"to":"01"}}',
      stepOf('{"type":"guest.output","position":"1","channel":"disk","data":"A"}'),
      stepOf('{"type":"guest.output","position":"1","channel":"disk","data":"AA=A"}'),
      stepOf('{"type":"disk.answered","operation":1,"result":"done"}'),
      stepOf('{"type":"arbiter.answered","nonce":"1","record":{}}'),
      stepOf('{"type":"channel.arrived","connection":"1"}'),
      '{"id":3,"method":"observe","params":{"node":"\\ud800"}}',
      Buffer.from('{"id":3,"method":"observe","params":{"node":"\xff"}}', 'latin1'),
    ];
    const replies = speak(adapter, [
      `{"id":1,${reset}}`,
      ...bad,
      '{"id":4,"method":"advance","params":{"to":"18446744073709551615"}}',
      '{"id":5,"method":"bye","params":{}}',
    ]);

    expect(replies).toHaveLength(bad.length + 3);
    expect(replies[0]).toMatchObject({ id: 1, result: { effects: [], next: null } });
    for (const reply of replies.slice(1, -2)) expect(reply.error?.code).toBe('malformed');
    expect(replies.at(-2)).toMatchObject({ id: 4, result: { next: null } });
    expect(replies.at(-1)).toEqual({ id: 5, result: {} });
  });
});
