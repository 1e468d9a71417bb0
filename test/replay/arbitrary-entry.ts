// Arbitrary log entries, for the laws of everything that takes them.

import fc from 'fast-check';
import {
  bigintToEpoch,
  bigintToPosition,
  bigintToSequence,
  type EntryBody,
  type LogEntry,
  placeEntry,
} from '../../impl/replay/entry.ts';

const u16 = fc.nat(0xffff);
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const bytes = (min: number, max: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: min, maxLength: max });

export const arbitraryBody: fc.Arbitrary<EntryBody> = fc.oneof(
  fc.record({ kind: fc.constant('time-stamp'), payload: fc.record({ value: u64 }) }),
  fc.record({
    kind: fc.constant('input'),
    payload: fc.record({ channel: u16, bytes: bytes(1, 50) }),
  }),
  fc.record({ kind: fc.constant('timer'), payload: fc.record({ timer: u16, timeStamp: u64 }) }),
  fc.record({
    kind: fc.constant('disk-completion'),
    payload: fc.record({ operation: u64, status: fc.nat(255), data: bytes(0, 50) }),
  }),
  fc.record({
    kind: fc.constant('output'),
    payload: fc.record({
      channel: u16,
      offset: u64,
      size: fc.nat(0xffff_ffff),
      check: bytes(8, 8),
    }),
  }),
  fc.record({
    kind: fc.constant('power-off'),
    payload: fc.record({ origin: fc.constantFrom('outside', 'guest', 'fault') }),
  }),
  fc.record({ kind: fc.constant('digest'), payload: fc.record({ digest: bytes(32, 32) }) }),
);

export const arbitraryEntry: fc.Arbitrary<LogEntry> = fc
  .tuple(arbitraryBody, u64, u64, u64)
  .map(([body, epoch, seq, position]) =>
    placeEntry(body, {
      epoch: bigintToEpoch(epoch),
      seq: bigintToSequence(seq),
      position: bigintToPosition(position),
    }),
  );
