import { describe, expect, test } from 'vitest';
import {
  asked,
  B,
  beatFrom,
  C,
  connection,
  count,
  createSubject,
  entry,
  fromB,
  fromP,
  greetingOwner,
  guestOutput,
  hello,
  name,
  P,
  protectedOwner,
  readyBackup,
  record,
  recordingOwner,
  type Subject,
  sent,
  types,
  welcomedBackup,
} from './subject.ts';

describe('sending', () => {
  test('"From hello on each side sends a beat at least every I"', () => {
    for (const subject of [greetingOwner(), welcomedBackup()]) {
      expect(types(subject.wait(99))).toEqual([]);
      expect(types(subject.wait(1))).toEqual(['datagram.send']);
      expect(types(subject.wait(100))).toContain('datagram.send');
    }
  });

  test('"A joining that is given up has nobody to keep waiting: nothing more is sent to it"', () => {
    const subject = recordingOwner();
    expect(asked(subject.give({ type: 'channel.closed', connection }))).toEqual(['alone e3']);
    expect(types(subject.wait(150))).toEqual([]);
  });

  test('beats are numbered and go to the peer', () => {
    const subject = greetingOwner();
    const effects = [...subject.wait(100), ...subject.wait(100)];
    expect(effects).toMatchObject([
      { to: B, message: { kind: 'beat', number: 1n, from: P, epoch: 2n } },
      { to: B, message: { kind: 'beat', number: 2n } },
    ]);
  });

  test('"from welcome on an alive on the channel at least every K"', () => {
    expect(sent(greetingOwner().wait(130))).toEqual([]);
    for (const subject of [recordingOwner(), welcomedBackup()]) {
      expect(sent(subject.wait(129))).toEqual([]);
      expect(sent(subject.wait(1))).toMatchObject([{ kind: 'alive' }]);
    }
  });

  test('alive carries the last sequence assigned or held, and the watermark', () => {
    const owner = protectedOwner();
    owner.give(guestOutput(101, 'x'));
    expect(sent(owner.wait(130))).toMatchObject([{ seq: 1n, watermark: 0n }]);
    const backup = readyBackup();
    fromP(backup, entry(1, { watermark: count(1) }));
    expect(sent(backup.wait(130))).toMatchObject([{ seq: 1n, watermark: 1n }]);
  });

  test('nothing is due before a pairing, and a woken node sends one beat, not all it missed', () => {
    expect(createSubject(P).due()).toBeNull();
    expect(types(greetingOwner().wait(1000)).filter((one) => one === 'datagram.send')).toHaveLength(
      1,
    );
  });
});

/** Beats and alive messages for so long that only the other path can be missed. */
function keepAlive(subject: Subject, paths: { beats: boolean; alive: boolean }): void {
  for (let tenth = 0; tenth < 10; tenth += 1) {
    subject.wait(100);
    if (paths.beats) beatFrom(subject, B);
    if (paths.alive)
      fromB(subject, { kind: 'alive', seq: count(0), watermark: count(0), applied: count(0) });
  }
}

describe('suspicion', () => {
  test('"The owner watches from the moment it reads protected"', () => {
    const joining = recordingOwner();
    joining.wait(600);
    expect(joining.facts().suspicion).toBe(false);
    const subject = protectedOwner();
    subject.wait(349);
    expect(subject.facts().suspicion).toBe(false);
    subject.wait(1);
    expect(subject.facts().suspicion).toBe(true);
  });

  test('"the backup from ready"', () => {
    const before = welcomedBackup();
    before.wait(600);
    expect(before.facts().suspicion).toBe(false);
    const subject = readyBackup();
    subject.wait(350);
    expect(subject.facts().suspicion).toBe(true);
  });

  test('"when no authentic datagram came for T"', () => {
    const subject = protectedOwner();
    keepAlive(subject, { beats: false, alive: true });
    expect(subject.facts().suspicion).toBe(true);
  });

  test('"or no authentic channel message for L"', () => {
    const subject = protectedOwner();
    keepAlive(subject, { beats: true, alive: false });
    expect(subject.facts().suspicion).toBe(true);
  });

  test('a peer heard on both paths is not suspected', () => {
    const subject = protectedOwner();
    keepAlive(subject, { beats: true, alive: true });
    expect(subject.facts().suspicion).toBe(false);
  });

  test('"or the channel closed"', () => {
    const subject = protectedOwner();
    subject.give({ type: 'channel.closed', connection });
    expect(subject.facts().suspicion).toBe(true);
  });

  test('another channel that closes is no suspicion', () => {
    const subject = protectedOwner();
    subject.give({ type: 'channel.closed', connection: count(9) });
    expect(subject.facts().suspicion).toBe(false);
  });

  test.each([
    ['incarnation', (subject: Subject) => beatFrom(subject, name('b#2'))],
    ['epoch', (subject: Subject) => beatFrom(subject, B, 1)],
    ['host', (subject: Subject) => beatFrom(subject, C)],
  ])(
    '"Authentic means: this vm, this epoch, from the recorded peer": another %s is not',
    (_, beat) => {
      const subject = protectedOwner();
      for (let tenth = 0; tenth < 4; tenth += 1) {
        subject.wait(100);
        fromB(subject, { kind: 'alive', seq: count(0), watermark: count(0), applied: count(0) });
        beat(subject);
      }
      expect(subject.facts().suspicion).toBe(true);
    },
  );

  test('"Hearing the peer on both paths again withdraws it, unless a request was sent"', () => {
    const owner = protectedOwner();
    owner.wait(350);
    beatFrom(owner, B);
    fromB(owner, { kind: 'alive', seq: count(0), watermark: count(0), applied: count(0) });
    expect(owner.facts().suspicion).toBe(true);

    const backup = readyBackup();
    expect(asked(backup.wait(350))).toEqual(['read']);
    beatFrom(backup, P);
    fromP(backup, { kind: 'alive', seq: count(0), watermark: count(0), applied: count(0) });
    expect(backup.facts().suspicion).toBe(false);
    expect(asked(backup.answer(record({ phase: 'protected' })))).toEqual([]);
    expect(backup.wait(100).some(({ type }) => type === 'arbiter.request')).toBe(false);
  });

  test('hearing the peer on one path only does not withdraw it', () => {
    const backup = readyBackup();
    backup.wait(470);
    beatFrom(backup, P);
    expect(backup.facts().suspicion).toBe(true);
    expect(asked(backup.answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
  });

  test('"A suspicion by a closed channel is not withdrawn"', () => {
    const backup = readyBackup();
    backup.give({ type: 'channel.closed', connection });
    beatFrom(backup, P);
    fromP(backup, { kind: 'alive', seq: count(0), watermark: count(0), applied: count(0) });
    expect(asked(backup.answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
  });
});

describe('a higher epoch', () => {
  test('"leads at once to a read of the record"; "Nothing is held back meanwhile"', () => {
    const subject = protectedOwner();
    expect(asked(beatFrom(subject, B, 3))).toEqual(['read']);
    expect(types(subject.wait(100))).toContain('datagram.send');
    expect(sent(subject.give(guestOutput(101, 'x')))).toMatchObject([{ kind: 'entry', seq: 1n }]);
  });

  test('"unless a request is outstanding, whose answer is that read"', () => {
    const subject = readyBackup();
    subject.wait(350);
    subject.answer(record({ phase: 'protected' }));
    expect(asked(beatFrom(subject, P, 9))).toEqual([]);
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
  });

  test('a stranger of a higher epoch leads to a read, and the peer is sent to meanwhile', () => {
    const subject = protectedOwner();
    expect(asked(beatFrom(subject, C, 3))).toEqual(['read']);
    expect(types(subject.wait(100))).toEqual(['datagram.send']);
  });

  test('of another machine it is ignored', () => {
    const subject = protectedOwner();
    expect(fromB(subject, { kind: 'ready', vm: 'other', epoch: count(9) })).toEqual([]);
  });

  test('an idle node has no epoch of its own and ignores it', () => {
    expect(beatFrom(createSubject(B), P, 9)).toEqual([]);
  });

  test('a hello of a higher epoch tells an owner that it is none', () => {
    const subject = protectedOwner();
    const called = hello({ from: C, to: P, epoch: count(5), connection: count(5) });
    const effects = fromP(subject, called, count(5));
    expect(asked(effects)).toEqual(['read']);
    expect(sent(effects)).toMatchObject([{ kind: 'refuse', code: 'busy' }]);
    const joining = record({ phase: 'joining', version: 6, epoch: 5, owner: C, backup: P });
    expect(types(subject.answer(joining))).toEqual(['channel.close', 'guest.halt', 'report']);
  });
});
