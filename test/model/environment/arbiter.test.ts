// Requests that are sent again and again stay few: what is no longer waited for is kept once, and only if it can still
// take effect by itself.

import { describe, expect, test } from 'vitest';
import {
  type ArbiterOperation,
  arbiterStep,
  noTraffic,
  recordAfter,
  type Traffic,
} from '../../../model/environment/arbiter.ts';
import type { ArbiterRecord } from '../../../model/vocabulary.ts';

const record: ArbiterRecord = {
  version: 1,
  epoch: 1,
  phase: 'alone',
  owner: 'p#1',
  backup: null,
  token: 1,
  reason: 'start',
};
const swap: ArbiterOperation = {
  type: 'send',
  host: 0,
  sender: 'p#1',
  intent: 'T2',
  version: 0,
  record,
};
const read: ArbiterOperation = { ...swap, intent: 'read', record: null };
const sending = (...operations: ArbiterOperation[]): Traffic =>
  operations.reduce(arbiterStep, noTraffic);
const waitedFor = ({ requests }: Traffic): boolean[] => requests.map(({ current }) => current);

describe('a request sent again', () => {
  test('leaves one equal request behind, however often', () => {
    expect(waitedFor(sending(swap, swap))).toEqual([false, true]);
    expect(sending(swap, swap, swap, swap)).toEqual(sending(swap, swap));
  });

  test('leaves no read behind', () => {
    expect(waitedFor(sending(read, read))).toEqual([true]);
  });

  test('leaves those behind that differ', () => {
    const other: ArbiterOperation = { ...swap, version: 1, record: { ...record, version: 2 } };
    expect(waitedFor(sending(swap, other, swap))).toEqual([false, false, true]);
  });

  test('of another host is not touched', () => {
    const other: ArbiterOperation = { ...swap, host: 1, sender: 'b#1' };
    expect(waitedFor(sending(swap, other, swap))).toEqual([false, true, true]);
  });
});

describe('equal requests that nobody waits for', () => {
  test('take effect once: the second would change nothing', () => {
    const { requests } = sending(swap, swap, { type: 'die', host: 0 });
    const [one, ...others] = requests;
    if (one === undefined) throw new Error('expected a request that outlives its sender, got none');
    expect(others).toEqual([]);
    const done = recordAfter(null, one);
    expect(done).toEqual(record);
    expect(recordAfter(done, one)).toEqual(done);
  });
});
