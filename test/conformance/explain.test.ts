// What `lockstep explain` tells of a failure: from the file that a run saved, from a report, and by playing it.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../conformance/case.ts';
import { falseConjuncts, laneText } from '../../conformance/report/narrative.ts';
import { inRoot } from '../../conformance/root.ts';

const cwd = mkdtempSync(join(tmpdir(), 'lockstep-explain-'));
const tsx = ['--import', import.meta.resolve('tsx')];
const broken = [process.execPath, ...tsx, inRoot('test', 'broken', 'goes-live-unconsumed.ts')];
const id = 'output.reissue-after-takeover/manual/owner-dies-with-log-in-three-states';
const file = join('.lockstep', 'failures', `${id.replaceAll('/', '_')}.json`);
const timeout = { timeout: 60_000 };

function lockstep(...words: string[]): { exit: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [inRoot('lockstep.js'), ...words],
    {
      cwd,
      encoding: 'utf8',
    },
  );
  return { exit: status, text: stdout + stderr };
}

describe('a case that failed', () => {
  let printed = '';
  beforeAll(() => {
    const run = ['run', '--only', id, '--seed', '1', '--jobs', '1', '--shrink-budget', '0'];
    printed = lockstep(...run, '--report', 'json=report.json', '--', ...broken).text;
  }, 60_000);

  const told = [
    /▶ 12 {2}\{"operation":"fence"/,
    /failed at step 12: failover\.consume-before-live#live-before-consumed/,
    /clause +failover\.consume-before-live\n +MUST: A promoted backup MUST consume/,
    /expected +all 3 entries consumed\n +actual +address\.announce before that/,
    /also +failover\.consume-before-live#guest: guest \[\]; guest \["run"\]/,
    /manager +guest +b +peer +arbiter +disk +outside\n/,
    /report state needSecondary reason lost-connection {2}◀ here/,
  ];

  test('is told from the file that the run saved', timeout, () => {
    const { exit, text } = lockstep('explain', file);

    expect(exit).toBe(0);
    for (const part of told) expect(text).toMatch(part);
  });

  test('is told from the report', timeout, () => {
    const { exit, text } = lockstep('explain', id, '--report', 'report.json');

    expect(exit).toBe(0);
    for (const part of told) expect(text).toMatch(part);
  });

  test('is told by playing the token that the run printed', timeout, () => {
    const token = /token +(ls1:\S+)/.exec(printed)?.[1] ?? '';
    const { exit, text } = lockstep('explain', token, '--', ...broken);

    expect(exit).toBe(0);
    for (const part of told) expect(text).toMatch(part);
  });

  test('replay takes the token too, and fails as the run did', timeout, () => {
    const token = /token +(ls1:\S+)/.exec(printed)?.[1] ?? '';
    const { exit, text } = lockstep('replay', token, '--', ...broken);

    expect(exit).toBe(1);
    expect(text).toContain('failover.consume-before-live#live-before-consumed');
  });

  test('the file keeps the steps up to the failing one, and what was found', () => {
    const saved: Case = JSON.parse(readFileSync(join(cwd, file), 'utf8'));

    expect(saved.steps).toHaveLength(12);
    expect(saved.failure?.reason).toBe('failover.consume-before-live#live-before-consumed');
  });
});

test(
  'a case that is not in the report, and a report beside an adapter, are refused',
  timeout,
  () => {
    expect(
      lockstep('explain', 'flow.throttle-given-back/manual/caught-up', '--report', 'report.json'),
    ).toMatchObject({
      exit: 65,
      text: expect.stringContaining('report.json has no case'),
    });
    expect(lockstep('explain', id, '--report', 'report.json', '--reference').exit).toBe(64);
  },
);

describe('the conjuncts that are false', () => {
  const of = (expected: string, actual: string): readonly unknown[] =>
    falseConjuncts({ expected, actual }).map((one) => [one.path, one.expected, one.actual]);

  test('inside a value each place is named with both values', () => {
    const record = (epoch: number): string =>
      `ask [{"record":{"epoch":${epoch},"owner":"p#1"},"version":2}]`;

    expect(of(record(3), record(2))).toEqual([['ask[0].record.epoch', 3, 2]]);
  });

  test('what is missing, and what is too much, has nothing on the other side', () => {
    expect(of('guest ["hold"]', 'guest []')).toEqual([['guest[0]', 'hold', undefined]]);
    expect(of('guest []', 'guest ["run"]')).toEqual([['guest[0]', undefined, 'run']]);
  });

  test('a fact is one, also where it is a word', () => {
    expect(of('epoch 3', 'epoch 77')).toEqual([['epoch', 3, 77]]);
    expect(of('gate open', 'gate shut')).toEqual([['gate', 'open', 'shut']]);
  });

  test('a monitor expects in words: nothing is taken apart', () => {
    expect(of('all 3 entries consumed', 'address.announce before that')).toEqual([]);
  });
});

test('a swim lane has a column for each that took part and an arrow in its direction', () => {
  const lanes = laneText([
    { at: '1500000', node: 'p', input: { type: 'manager.start' } },
    { at: '1500000', node: 'p', effect: { type: 'guest.run' } },
  ]);

  expect(lanes.split('\n').map((line) => line.trimEnd())).toEqual([
    '               manager      guest        p',
    '     1.500 ms  ●─────────────────────────▶            start',
    '     1.500 ms  │            ◀────────────●            run  ◀ here',
  ]);
});
