// Requests that are sent again and again stay few: what is no longer waited for is kept once, and only if it can still
// take effect by itself.

import { describe, expect, test } from 'vitest';
import {
  type Arbiter,
  type ArbiterOperation,
  arbiterStep,
  noRecord,
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
const sending = (...operations: ArbiterOperation[]): Arbiter =>
  operations.reduce(arbiterStep, noRecord);
const waitedFor = ({ requests }: Arbiter): boolean[] => requests.map(({ current }) => current);

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
  const attempt = (index: number): ArbiterOperation => ({ type: 'attempt', index });

  test('take effect once: the second would change nothing', () => {
    const died = sending(swap, swap, { type: 'die', host: 0 });
    expect(died.requests).toHaveLength(1);
    const done = arbiterStep(died, attempt(0));
    expect(done.record).toEqual(record);
    const twin = arbiterStep({ ...done, requests: died.requests }, attempt(0));
    expect(twin.record).toEqual(done.record);
  });
});
