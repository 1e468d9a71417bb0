import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../impl/base/hex.ts';
import { machineToSnapshot, snapshotToMachine } from '../../impl/machine/index.ts';
import {
  bytesToLog,
  createRecorder,
  createReplayer,
  entryToBytes,
  logHeaderToBytes,
} from '../../impl/replay/index.ts';
import { createKvMachine, textToBytes } from '../machine/kv-guest.ts';
import { createTinyImage } from '../machine/tiny-image.ts';
import {
  arbitraryScript,
  busyScript,
  createHostClock,
  firstEpoch,
  recordSession,
  recordTurn,
  replayEntries,
  type Session,
  take,
} from './session.ts';

const runs = { numRuns: 15 };

describe('a recorded session, replayed', () => {
  it('makes the same outputs and reaches the same digest at every digest entry', () => {
    fc.assert(
      fc.property(arbitraryScript, (script) => {
        const recorded = recordSession(script);
        const replayed = replayEntries(recorded.entries, createKvMachine());
        expect(replayed.divergence).toBeUndefined();
        expect(replayed.outputs).toEqual(recorded.outputs);
        expect(replayed.machine.position).toBe(recorded.machine.position);
        expect(bytesToHex(replayed.machine.digest())).toBe(bytesToHex(recorded.machine.digest()));
      }),
      runs,
    );
  });

  it('compares each digest where it stands, also between two events at one position', () => {
    const session = recordSession([{ clock: 0n, steps: 800, digest: false }]);
    const start = session.entries.length;
    for (const text of ['set a 1\n', 'get a\n']) {
      const bytes = textToBytes(text);
      const recorded = session.recorder.inject({ kind: 'input', channel: 0, bytes });
      if (recorded.kind !== 'recorded') throw new Error(recorded.message);
      take(session, recorded);
      take(session, session.recorder.digest());
    }
    const added = session.entries.slice(start);
    expect(added.map(({ kind }) => kind)).toEqual(['input', 'digest', 'input', 'digest']);
    expect(new Set(added.map(({ position }) => position)).size).toBe(1);
    expect(replayEntries(session.entries, createKvMachine()).divergence).toBeUndefined();

    const [first, afterFirst, second, afterSecond] = added;
    if (!first || !second || afterFirst?.kind !== 'digest' || afterSecond?.kind !== 'digest') {
      throw new Error('expected an input and a digest, twice');
    }
    const late = { ...afterFirst, payload: afterSecond.payload };
    const entries = [...session.entries.slice(0, start), first, late, second, afterSecond];
    const { divergence } = replayEntries(entries, createKvMachine());
    expect(divergence).toMatchObject({ seq: late.seq });
  });

  it('does not depend on how many entries it has, nor on how far it runs at a time', () => {
    const quanta = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 });
    fc.assert(
      fc.property(arbitraryScript, quanta, fc.nat(5), (script, steps, ahead) => {
        const recorded = recordSession(script);
        const replayer = createReplayer(createKvMachine(), { epoch: firstEpoch });
        const outputs = [];
        let pushed = 0;
        for (let turn = 0; replayer.consumed < recorded.entries.length; turn += 1) {
          while (pushed < recorded.entries.length && replayer.queued <= ahead) {
            const entry = recorded.entries[pushed];
            if (entry !== undefined) replayer.push(entry);
            pushed += 1;
          }
          const replayed = replayer.run(steps[turn % steps.length] ?? 1);
          outputs.push(...replayed.outputs);
          expect(['budget', 'starved']).toContain(replayed.stop.kind);
        }
        expect(outputs).toEqual(recorded.outputs);
      }),
      runs,
    );
  });

  it('never runs beyond the position of the last entry it holds', () => {
    const recorded = recordSession(busyScript);
    const replayer = createReplayer(createKvMachine(), { epoch: firstEpoch });
    expect(replayer.run(1000).stop).toEqual({ kind: 'starved' });
    expect(replayer.machine.position).toBe(0n);
    for (const entry of recorded.entries) {
      replayer.push(entry);
      expect(replayer.run(1_000_000).stop).toEqual({ kind: 'starved' });
      expect(replayer.machine.position).toBe(entry.position);
      expect(replayer.consumed).toBe(entry.seq);
    }
  });

  it('is the same from the bytes of the log', () => {
    const recorded = recordSession(busyScript);
    const header = logHeaderToBytes({ position: 0n, digest: createKvMachine().digest() });
    const frames = recorded.entries.flatMap((entry) => [...entryToBytes(entry)]);
    const log = bytesToLog(Uint8Array.from([...header, ...frames]));
    if (log.kind !== 'log') throw new Error(log.kind);
    expect(replayEntries(log.entries, createKvMachine()).outputs).toEqual(recorded.outputs);
  });

  it('can start from a snapshot taken in the middle', () => {
    fc.assert(
      fc.property(arbitraryScript, arbitraryScript, (before, after) => {
        const clock = createHostClock();
        const machine = createKvMachine();
        const recorder = createRecorder(machine, { epoch: firstEpoch, hostClock: clock });
        const session: Session = { machine, recorder, entries: [], outputs: [] };
        for (const turn of before) recordTurn(session, clock, turn);
        const restored = snapshotToMachine(machineToSnapshot(machine));
        if (restored.kind !== 'machine') throw new Error(restored.message);
        expect(bytesToHex(restored.digest())).toBe(bytesToHex(machine.digest()));
        const [entries, outputs] = [session.entries.length, session.outputs.length];
        for (const turn of after) recordTurn(session, clock, turn);
        take(session, recorder.digest());
        const replayed = replayEntries(session.entries.slice(entries), restored);
        expect(replayed.divergence).toBeUndefined();
        expect(replayed.outputs).toEqual(session.outputs.slice(outputs));
      }),
      runs,
    );
  });

  it('has one entry for each output, at its position, and offsets without a gap', () => {
    fc.assert(
      fc.property(arbitraryScript, (script) => {
        const { entries, outputs } = recordSession(script);
        const logged = entries.filter((entry) => entry.kind === 'output');
        expect(logged.map(({ seq, position }) => ({ seq, position }))).toEqual(
          outputs.map(({ seq, position }) => ({ seq, position })),
        );
        let offset = 0n;
        for (const output of outputs) {
          expect(output.offset).toBe(offset);
          offset += BigInt(output.bytes.length);
        }
      }),
      runs,
    );
  });

  it('numbers entries consecutively, and positions never fall', () => {
    fc.assert(
      fc.property(arbitraryScript, (script) => {
        const { entries } = recordSession(script);
        entries.forEach((entry, index) => {
          expect(entry.seq).toBe(BigInt(index + 1));
          expect(entry.position).toBeGreaterThanOrEqual(entries[index - 1]?.position ?? 0n);
        });
      }),
      runs,
    );
  });
});

describe('the end of a machine', () => {
  it('by the guest is replayed through its step', () => {
    const session = recordSession([
      { clock: 0n, steps: 5000, digest: false },
      { clock: 0n, steps: 5000, digest: false, input: 'off\n' },
    ]);
    expect(session.machine.off).toBe('guest');
    const entries = session.entries.slice(0, -1);
    expect(entries.at(-1)).toMatchObject({ kind: 'power-off', payload: { origin: 'guest' } });
    const { replayer, outputs } = replayEntries(entries, createKvMachine());
    expect(replayer.run(10).stop).toEqual({ kind: 'off', origin: 'guest' });
    expect(outputs).toEqual(session.outputs);
    expect(replayer.goLive({ epoch: firstEpoch, hostClock: () => 0n })).toMatchObject({
      kind: 'go-live-refused',
      reason: 'off',
    });
  });

  it('from outside stops the replay at its position', () => {
    const machine = createKvMachine();
    const recorder = createRecorder(machine, { epoch: firstEpoch, hostClock: () => 0n });
    const first = recorder.run(700);
    const second = recorder.inject({ kind: 'power-off' });
    if (second.kind !== 'recorded') throw new Error(second.message);
    expect(recorder.run(100).stop).toEqual({ kind: 'off', origin: 'outside' });
    const replay = replayEntries([...first.entries, ...second.entries], createKvMachine());
    expect(replay.machine.off).toBe('outside');
    expect(replay.machine.position).toBe(700n);
  });

  it('by a fault nobody handles is replayed too', () => {
    const image = createTinyImage(0x90, 0x0f, 0x0b);
    const session = recordSession(
      [{ clock: 0n, steps: 10, digest: false }],
      createKvMachine(image),
    );
    expect(session.entries[0]).toMatchObject({
      kind: 'power-off',
      position: 2n,
      payload: { origin: 'fault' },
    });
    const replay = replayEntries(session.entries.slice(0, 1), createKvMachine(image));
    expect(replay.machine.off).toBe('fault');
  });
});

describe('going live', () => {
  it('continues: outputs without a gap, time that never goes back, a log others can replay', () => {
    fc.assert(
      fc.property(
        arbitraryScript,
        arbitraryScript,
        fc.bigInt({ min: 0n, max: 1n << 60n }),
        (before, after, clockStart) => {
          const first = recordSession(before);
          const { machine, replayer, outputs } = replayEntries(first.entries, createKvMachine());
          const last = machine.timeStampLast;
          const clock = createHostClock(clockStart);
          const recorder = replayer.goLive({ epoch: firstEpoch, hostClock: clock });
          if ('reason' in recorder) throw new Error(recorder.message);
          recorder.beginEpoch(firstEpoch, replayer.seqNext);
          const second: Session = { machine, recorder, entries: [], outputs: [] };
          for (const turn of after) recordTurn(second, clock, turn);
          take(second, recorder.digest());
          const offsets = [...outputs, ...second.outputs].map(({ offset }) => offset);
          expect(offsets).toEqual([...offsets].sort((left, right) => Number(left - right)));
          for (const entry of second.entries) {
            if (entry.kind !== 'time-stamp') continue;
            expect(entry.payload.value).toBeGreaterThanOrEqual(last);
          }
          const whole = replayEntries([...first.entries, ...second.entries], createKvMachine());
          expect(whole.divergence).toBeUndefined();
          expect(whole.outputs).toEqual([...outputs, ...second.outputs]);
        },
      ),
      runs,
    );
  });

  it('starts the clock from the last replayed value, and stands still when the host steps back', () => {
    const session = recordSession(busyScript);
    const { machine, replayer } = replayEntries(session.entries, createKvMachine());
    const last = machine.timeStampLast;
    let now = 1_000_000n;
    const recorder = replayer.goLive({ epoch: firstEpoch, hostClock: () => now });
    if ('reason' in recorder) throw new Error(recorder.message);
    const timeOf = (): bigint | undefined => {
      recorder.inject({ kind: 'input', channel: 0, bytes: textToBytes('time\n') });
      const { entries } = recorder.run(5000);
      const entry = entries.find(({ kind }) => kind === 'time-stamp');
      return entry?.kind === 'time-stamp' ? entry.payload.value : undefined;
    };
    expect(timeOf()).toBe(last);
    now += 25n;
    expect(timeOf()).toBe(last + 25n);
    now = 3n;
    expect(timeOf()).toBe(last + 25n);
    now += 4n;
    expect(timeOf()).toBe(last + 29n);
  });

  it('is refused while entries are left', () => {
    const session = recordSession(busyScript);
    const replayer = createReplayer(createKvMachine(), { epoch: firstEpoch });
    for (const entry of session.entries) replayer.push(entry);
    replayer.run(10);
    expect(replayer.goLive({ epoch: firstEpoch, hostClock: () => 0n })).toMatchObject({
      reason: 'entries-left',
    });
  });
});

describe('the timer of a live machine', () => {
  it('is delivered when its deadline has come, and waited for otherwise', () => {
    const clock = { now: 0n };
    const machine = createKvMachine();
    const recorder = createRecorder(machine, { epoch: firstEpoch, hostClock: () => clock.now });
    expect(recorder.timerWait()).toBeUndefined();
    expect(recorder.run(5000).stop).toEqual({ kind: 'idle' });
    expect(recorder.timerWait()).toBe(10_000_000n);
    clock.now = 9_999_999n;
    expect(recorder.run(5000).entries).toEqual([]);
    clock.now = 10_000_001n;
    expect(recorder.timerWait()).toBe(0n);
    expect(recorder.run(5000).entries).toMatchObject([
      { kind: 'timer', payload: { timer: 0, timeStamp: 10_000_001n } },
    ]);
    expect(recorder.timerWait()).toBe(9_999_999n);
  });
});
