import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TranscriptLine } from '../../impl/host/demo.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'lockstep-vm-'));
const image = join(root, 'impl/guests/kv.elf');
const log = join(folder, 'session.log');

afterAll(() => rmSync(folder, { recursive: true }));

function vm(
  args: readonly string[],
  input = '',
): { code: number | null; out: string; err: string } {
  const command = [join(root, 'lockstep.js'), 'vm', ...args];
  const result = spawnSync(process.execPath, command, { cwd: root, input, encoding: 'utf8' });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

describe('lockstep vm', () => {
  const recorded = vm(['record', image, '-o', log, '--memory', '2'], 'set a 1\nget a\ncount\n');
  const bytes = readFileSync(log);

  it('records a session from standard input', () => {
    expect(recorded.code).toBe(0);
    expect(recorded.out).toMatch(/^kv ready.*\r\nok .*\r\nvalue 1 .*\r\ncount 1 .*\r\n$/);
    expect(recorded.err).toMatch(/^recorded \d+ steps in \d+ bytes$/m);
  });

  it('replays it to the same output and digest', () => {
    const text = vm(['replay', image, log, '--memory', '2']);
    expect(text).toMatchObject({ code: 0, out: recorded.out });
    const json = vm(['replay', image, log, '--memory', '2', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      result: 'complete',
      tornBytes: 0,
      outputBytes: recorded.out.length,
    });
  });

  it.each(['interpreter', 'translator'])('replays it on the %s alone', (engine) => {
    const text = vm(['replay', image, log, '--memory', '2', '--engine', engine]);
    expect(text).toMatchObject({ code: 0, out: recorded.out });
  });

  it('drops a torn entry at the end, and says so', () => {
    const torn = join(folder, 'torn.log');
    writeFileSync(torn, bytes);
    truncateSync(torn, bytes.length - 1);
    const { code, err } = vm(['replay', image, torn, '--memory', '2']);
    expect(code).toBe(0);
    expect(err).toMatch(/a torn entry of 65 bytes dropped/);
  });

  it('stops at damage with its offset, and exit code 65', () => {
    const damaged = join(folder, 'damaged.log');
    const changed = Uint8Array.from(bytes);
    changed[120] = (changed[120] ?? 0) ^ 1;
    writeFileSync(damaged, changed);
    const { code, err } = vm(['replay', image, damaged, '--memory', '2']);
    expect(code).toBe(65);
    expect(err).toMatch(/^damaged: log entry at byte \d+: expected checksum/m);
  });

  it('reports a divergence as JSON, with exit code 1', () => {
    const shorter = join(folder, 'shorter.log');
    const frame = 8 + (bytes.readUInt32LE(56) & 0xff_ffff);
    const rest = bytes.subarray(56 + frame);
    writeFileSync(shorter, Buffer.concat([bytes.subarray(0, 56), rest]));
    const { code, out } = vm(['replay', image, shorter, '--memory', '2', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      result: 'divergence',
      divergence: { kind: 'divergence', seq: '2', actual: { kind: 'time-stamp' } },
    });
  });

  it.each([
    ['another size of memory', ['replay', image, log], 65, /the log starts from state/],
    ['an image that is none', ['run', join(root, 'package.json')], 65, /guest image: /],
    ['a log that is none', ['replay', image, image, '--memory', '2'], 65, /log header: /],
    ['a missing file', ['run', join(folder, 'none')], 65, /ENOENT/],
    ['a missing argument', ['replay', image], 64, /missing required argument/],
    ['an engine that is none', ['run', image, '--engine', 'other'], 64, /Allowed choices are/],
    ['a bad count', ['run', image, '--steps', '0'], 64, /expected a count from 1 up/],
  ])('refuses %s', (_name, args, code, message) => {
    const result = vm(args);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });

  it('demonstrates two takeovers that the client does not see', () => {
    const { code, out } = vm(['demo', '--json']);
    expect(code).toBe(0);
    const shown = JSON.parse(out);
    expect(shown).toMatchObject({ typed: 7, answered: 7, isWhole: true });
    const told = shown.lines.map(({ client, hosts }: TranscriptLine) => `${client} ${hosts}`);
    expect(told.filter((line: string) => line.includes('IS KILLED'))).toHaveLength(2);
    expect(told.join('\n')).toMatch(/> get colour[\s\S]*b#1 writes the record[\s\S]*value blue/);
    expect(told.join('\n')).toMatch(/> get size[\s\S]*p#2 writes the record[\s\S]*value 42/);
  });

  it('ends after the steps it was given', () => {
    const { code, out } = vm(['run', image, '--steps', '500', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ end: 'steps', position: '500' });
  });

  it('switches the machine off on SIGINT, and the log says so', async () => {
    const path = join(folder, 'interrupted.log');
    const args = [join(root, 'lockstep.js'), 'vm', 'record', image, '-o', path, '--json'];
    const child = spawn(process.execPath, args, { cwd: root });
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    const [[out], [code]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
    expect(code).toBe(0);
    expect(JSON.parse(String(out))).toMatchObject({ end: 'off', origin: 'outside' });
    expect(vm(['replay', image, path]).code).toBe(0);
  });
});
