import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../impl/base/crc32c.ts';
import { bytesToHex, hexToBytes } from '../../impl/base/hex.ts';
import type { LogEntry } from '../../impl/replay/entry.ts';
import {
  bytesToEntry,
  bytesToPayload,
  entryBytesMax,
  entryToBytes,
  payloadToBytes,
} from '../../impl/replay/entry-codec.ts';
import { logHeaderBytes, logHeaderToBytes } from '../../impl/replay/log-header.ts';
import { bytesToLog, createLogReader } from '../../impl/replay/log-reader.ts';
import { arbitraryBody, arbitraryEntry } from './arbitrary-entry.ts';

const header = logHeaderToBytes({ position: 5n, digest: new Uint8Array(32).fill(9) });

function logOf(entries: readonly LogEntry[]): Uint8Array {
  return Uint8Array.from([...header, ...entries.flatMap((entry) => [...entryToBytes(entry)])]);
}

/** A frame around a body, with a length and a checksum that agree. */
function frameOf(body: Uint8Array): Uint8Array {
  const size = body.length;
  const length = [size & 0xff, (size >> 8) & 0xff, size >> 16];
  const check = length.reduce((left, right) => left ^ right, 0xa5);
  const covered = Uint8Array.from([...length, check, ...body]);
  const sum = crc32c(covered);
  return Uint8Array.from([...covered, sum, sum >>> 8, sum >>> 16, sum >>> 24]);
}

describe('log entries as bytes', () => {
  it('decode to what was encoded', () => {
    fc.assert(
      fc.property(arbitraryEntry, (entry) => {
        const bytes = entryToBytes(entry);
        expect(bytesToEntry(bytes)).toEqual({ kind: 'entry', entry, size: bytes.length });
      }),
    );
  });

  it('have payloads that decode alone, and not from fewer or more bytes', () => {
    fc.assert(
      fc.property(arbitraryBody, (body) => {
        const bytes = payloadToBytes(body);
        expect(bytesToPayload(body.kind, bytes)).toEqual(body);
        if (body.kind === 'input' || body.kind === 'disk-completion') return;
        expect(bytesToPayload(body.kind, bytes.subarray(0, -1))).toBeUndefined();
        expect(bytesToPayload(body.kind, Uint8Array.from([...bytes, 0]))).toBeUndefined();
      }),
    );
  });

  it('are incomplete at every truncation', () => {
    fc.assert(
      fc.property(arbitraryEntry, (entry) => {
        const bytes = entryToBytes(entry);
        for (let size = 0; size < bytes.length; size += 1) {
          expect(bytesToEntry(bytes.subarray(0, size))).toEqual({ kind: 'incomplete' });
        }
      }),
    );
  });

  it('show every flipped bit as damage, never as an entry that is not complete yet', () => {
    fc.assert(
      fc.property(arbitraryEntry, fc.nat(), (entry, at) => {
        const bytes = entryToBytes(entry);
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(bytesToEntry(bytes).kind).toBe('codec-error');
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a body too short for its head', new Uint8Array(25), 'length-out-of-bounds'],
    ['a body over the bound', new Uint8Array(entryBytesMax + 1), 'length-out-of-bounds'],
    ['kind 0', new Uint8Array(34), 'unknown-kind'],
    ['kind 8', new Uint8Array(34).fill(8, 24, 25), 'unknown-kind'],
    ['a time stamp with a byte too many', new Uint8Array(35).fill(1, 24, 25), 'bad-payload'],
    ['a time stamp with a byte too few', new Uint8Array(33).fill(1, 24, 25), 'bad-payload'],
    ['an input without bytes', new Uint8Array(28).fill(2, 24, 25), 'bad-payload'],
    ['an input over its bound', new Uint8Array(28 + 65537).fill(2, 24, 25), 'bad-payload'],
    ['an unknown origin of power-off', new Uint8Array(27).fill(6, 24), 'bad-payload'],
  ])('refuse %s', (_name, body, reason) => {
    if (_name.includes('power-off')) body[25] = 0;
    const result = bytesToEntry(frameOf(body), 0, 100);
    expect(result).toMatchObject({ kind: 'codec-error', reason, offset: 100 });
  });

  it('refuse a hostile length at once, without waiting for its bytes', () => {
    const result = bytesToEntry(Uint8Array.of(0xff, 0xff, 0xff, 0xa5 ^ 0xff));
    expect(result).toMatchObject({ kind: 'codec-error', reason: 'length-out-of-bounds' });
  });
});

describe('a whole log', () => {
  it('is read back with its header', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { maxLength: 10 }), (entries) => {
        expect(bytesToLog(logOf(entries))).toEqual({
          kind: 'log',
          header: { kind: 'header', position: 5n, digest: new Uint8Array(32).fill(9) },
          entries,
          tornBytes: 0,
        });
      }),
    );
  });

  it('cut anywhere gives the entries before the cut and counts the torn bytes', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { maxLength: 4 }), (entries) => {
        const bytes = logOf(entries);
        for (let size = logHeaderBytes; size <= bytes.length; size += 1) {
          const log = bytesToLog(bytes.subarray(0, size));
          if (log.kind !== 'log') throw new Error(log.kind);
          expect(log.error).toBeUndefined();
          expect(log.entries).toEqual(entries.slice(0, log.entries.length));
          expect(logOf(log.entries).length + log.tornBytes).toBe(size);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives the entries before the damage, and where it is', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { minLength: 2, maxLength: 5 }), fc.nat(), (all, at) => {
        const damaged = at % all.length;
        const offset = logOf(all.slice(0, damaged)).length;
        const bytes = logOf(all);
        bytes[offset + 20] = (bytes[offset + 20] ?? 0) ^ 1;
        expect(bytesToLog(bytes)).toMatchObject({
          kind: 'log',
          entries: all.slice(0, damaged),
          error: { reason: 'checksum', offset },
        });
      }),
    );
  });

  it('does not depend on how it arrives', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { maxLength: 6 }), sizes, (entries, cuts) => {
        const bytes = logOf(entries).subarray(logHeaderBytes);
        const reader = createLogReader();
        const read: LogEntry[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 1;
          read.push(...reader.push(bytes.subarray(at, at + size)).entries);
          at += size;
        }
        expect(read).toEqual(entries);
        expect(reader.tornBytes).toBe(0);
      }),
    );
  });

  it('is refused by its header for every flipped bit, cut, or other version', () => {
    for (let bit = 0; bit < header.length * 8; bit += 1) {
      const bytes = header.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(bytesToLog(bytes).kind).toBe('codec-error');
    }
    for (let size = 0; size < header.length; size += 1) {
      expect(bytesToLog(header.subarray(0, size)).kind).toBe('incomplete');
    }
    const later = header.slice();
    later[8] = 2;
    expect(bytesToLog(later)).toMatchObject({ reason: 'unknown-version', offset: 0 });
  });
});

describe('the worked examples of the chapter', () => {
  const chapter = readFileSync(new URL('../../spec/replay.md', import.meta.url), 'utf8');
  const blocks = [...chapter.matchAll(/```hex\n([\s\S]*?)```/g)].map(([, text = '']) =>
    text
      .split('\n')
      .map((line) => line.replace(/#.*/, '').replaceAll(/\s/g, ''))
      .join(''),
  );
  const log = bytesToLog(hexToBytes(blocks.join('')) ?? new Uint8Array(0));

  it('form a log without fault', () => {
    expect(log).toMatchObject({ kind: 'log', tornBytes: 0 });
    expect(log).not.toHaveProperty('error');
  });

  it('show every kind, numbered from 1', () => {
    if (log.kind !== 'log') throw new Error(log.kind);
    expect(log.entries.map((entry) => entry.seq)).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n]);
    expect(new Set(log.entries.map((entry) => entry.kind)).size).toBe(7);
  });

  it('encode to the same bytes', () => {
    if (log.kind !== 'log') throw new Error(log.kind);
    const frames = log.entries.map((entry) => bytesToHex(entryToBytes(entry)));
    expect([bytesToHex(logHeaderToBytes(log.header)), ...frames]).toEqual(blocks);
  });
});
