import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../impl/base/hex.ts';
import {
  bigintToEpoch,
  bigintToPosition,
  bigintToSequence,
  createReplayer,
  divergenceToText,
  type EntryBody,
  type EntryKind,
  type LogEntry,
  placeEntry,
} from '../../impl/replay/index.ts';
import { createKvMachine } from '../machine/kv-guest.ts';
import { busyScript, firstEpoch, recordSession, replayEntries } from './session.ts';

const session = recordSession(busyScript);
const { entries } = session;

/** The log with other entries, numbered again. */
function renumber(changed: readonly LogEntry[]): LogEntry[] {
  return changed.map((entry, index) => ({ ...entry, seq: bigintToSequence(BigInt(index + 1)) }));
}

function without(index: number): LogEntry[] {
  return renumber(entries.filter((_, at) => at !== index));
}

function withEntry(index: number, entry: LogEntry): LogEntry[] {
  return entries.map((old, at) => (at === index ? entry : old));
}

function indicesOf(kind: EntryKind): number[] {
  return entries.flatMap((entry, index) => (entry.kind === kind ? [index] : []));
}

/** Replays until the divergence, as a driver would. */
function divergenceOf(changed: readonly LogEntry[]) {
  const replayer = createReplayer(createKvMachine(), { epoch: firstEpoch });
  for (const entry of changed) if (replayer.push(entry).kind !== 'accepted') return 'refused';
  replayer.run(10_000_000);
  return replayer.divergence;
}

const meaningful = ['time-stamp', 'input', 'timer', 'output'] as const;

describe('every kind of nondeterminism matters', () => {
  it.each(meaningful)('the session has some of kind %s', (kind) => {
    expect(indicesOf(kind).length).toBeGreaterThan(1);
  });

  it.each(meaningful)('an entry of kind %s that is left out is a divergence', (kind) => {
    for (const index of indicesOf(kind)) {
      expect(divergenceOf(without(index)), `entry ${index + 1}`).toMatchObject({
        kind: 'divergence',
      });
    }
  });

  it.each(meaningful)('an entry of kind %s that comes twice is a divergence', (kind) => {
    for (const index of indicesOf(kind)) {
      const twice = entries.flatMap((entry, at) => (at === index ? [entry, entry] : [entry]));
      expect(divergenceOf(renumber(twice)), `entry ${index + 1}`).toMatchObject({
        kind: 'divergence',
      });
    }
  });

  it.each(['time-stamp', 'output'] as const)(
    'a displaced operation of kind %s diverges',
    (kind) => {
      for (const index of indicesOf(kind)) {
        for (const shift of [-1n, 1n]) {
          const entry = entries[index];
          if (entry === undefined) throw new Error('no entry');
          const position = bigintToPosition(entry.position + shift);
          const result = divergenceOf(withEntry(index, { ...entry, position }));
          if (result === 'refused') continue; // positions would fall
          expect(result, `entry ${index + 1} by ${shift}`).toMatchObject({
            kind: 'divergence',
            seq: entry.seq,
          });
        }
      }
    },
  );

  it('a displaced event diverges, unless the guest could not notice it', () => {
    let noticed = 0;
    for (const index of [...indicesOf('input'), ...indicesOf('timer')]) {
      for (const shift of [-40n, -3n, -1n, 1n, 3n, 40n]) {
        const entry = entries[index];
        if (entry === undefined) throw new Error('no entry');
        const position = bigintToPosition(entry.position + shift);
        const replayer = createReplayer(createKvMachine(), { epoch: firstEpoch });
        const changed = withEntry(index, { ...entry, position });
        if (changed.some((each) => replayer.push(each).kind !== 'accepted')) continue;
        replayer.run(10_000_000);
        if (replayer.divergence !== undefined) noticed += 1;
        else expect(replayer.machine.digest()).toEqual(session.machine.digest());
      }
    }
    expect(noticed).toBeGreaterThan(5);
  });

  it('another time stamp or other input shows in what the guest says', () => {
    for (const index of indicesOf('time-stamp').slice(1)) {
      const entry = entries[index];
      if (entry?.kind !== 'time-stamp') throw new Error('no time stamp');
      const value = entry.payload.value + 1n;
      expect(divergenceOf(withEntry(index, { ...entry, payload: { value } }))).toMatchObject({
        kind: 'divergence',
        expected: { kind: 'output' },
        actual: { kind: 'output' },
      });
    }
    for (const index of indicesOf('input')) {
      const entry = entries[index];
      if (entry?.kind !== 'input') throw new Error('no input');
      const bytes = entry.payload.bytes.map((byte) => (byte === 0x0a ? byte : byte ^ 1));
      const payload = { channel: 0, bytes };
      expect(divergenceOf(withEntry(index, { ...entry, payload }))).toMatchObject({
        kind: 'divergence',
      });
    }
  });

  it('a time stamp lower than the one before it is refused', () => {
    for (const index of indicesOf('time-stamp').slice(1)) {
      const entry = entries[index];
      if (entry?.kind !== 'time-stamp') throw new Error('no time stamp');
      expect(divergenceOf(withEntry(index, { ...entry, payload: { value: 0n } }))).toMatchObject({
        seq: entry.seq,
        actual: { kind: 'refused' },
      });
    }
  });

  it('a body that does not belong there is a divergence, whatever it is', () => {
    const kinds = fc.constantFrom<EntryBody>(
      { kind: 'time-stamp', payload: { value: 1n << 63n } },
      { kind: 'time-stamp', payload: { value: 0n } },
      { kind: 'input', payload: { channel: 9, bytes: Uint8Array.of(1) } },
      { kind: 'timer', payload: { timer: 1, timeStamp: 1n << 40n } },
      { kind: 'timer', payload: { timer: 0, timeStamp: 0n } },
      { kind: 'disk-completion', payload: { operation: 1n, status: 0, data: Uint8Array.of(1) } },
      { kind: 'power-off', payload: { origin: 'guest' } },
      { kind: 'power-off', payload: { origin: 'fault' } },
      { kind: 'digest', payload: { digest: new Uint8Array(32) } },
    );
    fc.assert(
      fc.property(fc.nat(entries.length - 1), kinds, (index, body) => {
        const entry = entries[index];
        if (entry === undefined) throw new Error('no entry');
        const { epoch, seq, position } = entry;
        const changed = withEntry(index, placeEntry(body, { epoch, seq, position }));
        expect(divergenceOf(changed)).toMatchObject({ kind: 'divergence' });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a divergence', () => {
  const digestAt = indicesOf('digest')[0] ?? 0;
  const forged = entries[digestAt];
  if (forged?.kind !== 'digest') throw new Error('no digest');
  const payload = { digest: new Uint8Array(32) };
  const changed = withEntry(digestAt, { ...forged, payload });

  it('names entry, position, both sides and both digests', () => {
    const result = divergenceOf(changed);
    const own = bytesToHex(forged.payload.digest);
    expect(result).toEqual({
      kind: 'divergence',
      seq: forged.seq,
      position: forged.position,
      expected: { kind: 'digest', position: forged.position, detail: '00'.repeat(32) },
      actual: { kind: 'digest', position: forged.position, detail: own },
      digests: { expected: payload.digest, actual: forged.payload.digest },
    });
    if (result === undefined || result === 'refused') throw new Error('no divergence');
    expect(divergenceToText(result)).toContain(`position ${forged.position}`);
  });

  it('names the earlier of two positions', () => {
    const index = indicesOf('time-stamp')[1] ?? 0;
    const entry = entries[index];
    if (entry === undefined) throw new Error('no entry');
    const result = divergenceOf(without(index));
    expect(result).toMatchObject({
      position: entry.position,
      actual: { kind: 'time-stamp', position: entry.position },
    });
  });

  it('ends the replay: nothing runs, nothing is applied, nobody goes live', () => {
    const replayer = createReplayer(createKvMachine(), { epoch: firstEpoch });
    for (const entry of changed) replayer.push(entry);
    const { stop } = replayer.run(10_000_000);
    expect(stop.kind).toBe('divergence');
    const { position } = replayer.machine;
    const again = replayer.run(10_000_000);
    expect(again).toEqual({ stop, outputs: [], consumed: bigintToSequence(forged.seq - 1n) });
    expect(replayer.machine.position).toBe(position);
    expect(replayer.goLive({ epoch: firstEpoch, hostClock: () => 0n })).toMatchObject({
      reason: 'diverged',
    });
  });

  it('is found when the machine halts before the next entry', () => {
    const idle = recordSession([
      { clock: 0n, steps: 5000, digest: false },
      { clock: 0n, steps: 5000, digest: false, input: 'get a\n' },
    ]);
    const result = divergenceOf(renumber(idle.entries.filter(({ kind }) => kind !== 'input')));
    expect(result).toMatchObject({ actual: { kind: 'halted' }, expected: { kind: 'time-stamp' } });
  });

  it('is found when an operation does not happen in its step', () => {
    const entry = entries[0];
    if (entry === undefined) throw new Error('no entry');
    const position = bigintToPosition(1n);
    expect(divergenceOf([{ ...entry, position }])).toMatchObject({
      position: 1n,
      actual: { kind: 'nothing' },
    });
  });
});

describe('what a replayer refuses to take', () => {
  const fresh = () => createReplayer(createKvMachine(), { epoch: firstEpoch });
  const [first, second] = entries;
  if (first === undefined || second === undefined) throw new Error('no entries');

  it('another epoch, a gap, a fall of position: with what it expected', () => {
    const replayer = fresh();
    const epoch = bigintToEpoch(2n);
    expect(replayer.push({ ...first, epoch })).toEqual({
      kind: 'wrong-epoch',
      expected: 1n,
      got: 2n,
    });
    expect(replayer.push(second)).toEqual({ kind: 'gap', expected: 1n, got: 2n });
    expect(replayer.push(first)).toEqual({ kind: 'accepted' });
    const position = bigintToPosition(first.position - 1n);
    expect(replayer.push({ ...second, position })).toEqual({
      kind: 'position-fell',
      expected: first.position,
      got: position,
    });
  });

  it('drops a duplicate without a trace', () => {
    const doubled = entries.flatMap((entry) => [entry, entry]);
    const replayer = fresh();
    const answers = doubled.map((entry) => replayer.push(entry).kind);
    expect(answers.filter((kind) => kind === 'duplicate')).toHaveLength(entries.length);
    replayer.run(10_000_000);
    expect(replayer.divergence).toBeUndefined();
    expect(replayer.machine.digest()).toEqual(session.machine.digest());
  });

  it('more entries than may wait', () => {
    const replayer = fresh();
    const fill = (seq: bigint): string =>
      replayer.push({ ...first, seq: bigintToSequence(seq) }).kind;
    for (let seq = 1n; seq <= 65536n; seq += 1n) fill(seq);
    expect(replayer.queued).toBe(65536);
    expect(fill(65537n)).toBe('full');
  });

  it('nothing of a log that was replayed to its end', () => {
    expect(replayEntries(entries, createKvMachine()).divergence).toBeUndefined();
  });
});
