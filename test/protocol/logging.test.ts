import { describe, expect, test } from 'vitest';
import {
  aloneOwner,
  applied,
  asked,
  bytes,
  connection,
  copy,
  count,
  createSubject,
  emitted,
  entry,
  fromB,
  fromP,
  greetingOwner,
  guestInput,
  guestOutput,
  name,
  outputEntry,
  protectedOwner,
  readyBackup,
  record,
  recordingOwner,
  sent,
  types,
  welcomedBackup,
} from './subject.ts';

const acknowledge = (upto: number) =>
  ({ kind: 'acknowledge', upto: count<never>(upto), applied: count<never>(0) }) as const;

describe('entries', () => {
  test('"Entries are numbered from 1 in each epoch, without gaps, in execution order"', () => {
    const subject = protectedOwner();
    const effects = [guestInput(101), guestOutput(101, 'x'), guestInput(105)].map(subject.give);
    expect(sent(effects.flat())).toMatchObject([
      { seq: 1n, position: 101n, epoch: 2n, entry: 'input' },
      { seq: 2n, position: 101n, epoch: 2n, entry: 'output' },
      { seq: 3n, position: 105n, epoch: 2n, entry: 'input' },
    ]);
  });

  test('"positions never decrease": a guest of ours that goes back is our own mistake', () => {
    const subject = protectedOwner();
    subject.give(guestInput(105));
    expect(() => subject.give(guestInput(104))).toThrow('expected a position from 105 on, got 104');
  });

  test('"Every output has an entry of its own at its position"', () => {
    const subject = protectedOwner();
    const effects = [subject.give(guestOutput(101, 'x')), subject.give(guestOutput(102, 'y'))];
    expect(sent(effects.flat()).map(({ kind }) => kind)).toEqual(['entry', 'entry']);
  });

  test('the data of an output entry are "channel, offset, size and check, not the bytes"', () => {
    const [message] = sent(protectedOwner().give(guestOutput(101, 'x'.repeat(500))));
    expect(message?.kind === 'entry' && message.data.length).toBe(22);
  });

  test('"the watermark: the highest sequence such that every output up to it has left"', () => {
    const subject = protectedOwner();
    const watermarks = [
      ...sent(subject.give(guestInput(101))),
      ...sent(subject.give(guestOutput(102, 'x'))),
      ...sent(subject.give(guestInput(103))),
    ].map((message) => message.kind === 'entry' && message.watermark);
    expect(watermarks).toEqual([1n, 1n, 1n]);
    fromB(subject, acknowledge(2));
    expect(sent(subject.give(guestInput(104)))).toMatchObject([{ watermark: 4n }]);
  });

  test('a guest that does not run is refused with not-running', () => {
    for (const subject of [createSubject(name('p#9')), readyBackup()]) {
      expect(subject.refusal(guestInput(101))).toBe('not-running');
      expect(subject.refusal(guestOutput(101, 'x'))).toBe('not-running');
    }
  });
});

describe('the backup holds and acknowledges', () => {
  test('"Then it acknowledges; execution is not needed"', () => {
    const subject = readyBackup();
    const effects = [...fromP(subject, entry(1)), ...fromP(subject, entry(2))];
    expect(sent(effects)).toMatchObject([{ upto: 1n }, { upto: 2n }]);
    expect(subject.facts()).toMatchObject({ held: 2n, acknowledged: 2n, applied: 0n });
  });

  test('"A duplicate (seq <= held) is dropped and acknowledged again"', () => {
    const subject = readyBackup();
    fromP(subject, entry(1));
    const effects = fromP(subject, entry(1));
    expect(types(effects)).toEqual(['channel.send']);
    expect(sent(effects)).toMatchObject([{ kind: 'acknowledge', upto: 1n }]);
  });

  test.each([
    ['"An entry after a gap ... nothing is held or acknowledged, the channel is closed"', entry(3)],
    ['a position that decreases is a fault too', entry(2, { position: count(100) })],
    [
      '"An entry of unknown kind is neither held, nor acknowledged, nor skipped"',
      entry(2, { entry: 'unknown' }),
    ],
  ])('%s', (_, faulty) => {
    const subject = readyBackup();
    fromP(subject, entry(1));
    const effects = fromP(subject, faulty);
    expect(types(effects)).toEqual(['channel.close', 'arbiter.request']);
    expect(asked(effects)).toEqual(['read']);
    expect(subject.facts()).toMatchObject({ held: 1n, acknowledged: 1n });
  });

  test.each([
    ['epoch', entry(1, { epoch: count(1) })],
    ['owner', entry(1, { from: name('p#2') })],
    ['machine', entry(1, { vm: 'other' })],
  ])('an entry of another %s is not held', (_, other) => {
    const subject = readyBackup();
    expect(fromP(subject, other)).toEqual([]);
    expect(subject.facts().held).toBe(0n);
  });

  test('an entry on another connection is not held', () => {
    const subject = readyBackup();
    expect(fromP(subject, entry(1), count(9))).toEqual([]);
  });

  test('an entry before the copy is a fault of the owner', () => {
    expect(types(fromP(welcomedBackup(), entry(1)))).toContain('channel.close');
  });

  test('"Entries are applied to the guest in order ... through the last entry held"', () => {
    const subject = readyBackup();
    const first = fromP(subject, entry(1));
    expect(first).toContainEqual({
      type: 'guest.apply',
      entry: { seq: 1n, position: 101n, kind: 'input', data: bytes('in 1') },
    });
    expect(types(fromP(subject, entry(2)))).not.toContain('guest.apply');
    expect(types(subject.give(applied(1)))).toEqual(['guest.apply']);
    expect(subject.give(applied(2))).toEqual([]);
    expect(subject.facts().applied).toBe(2n);
  });

  test('what is applied out of turn is ignored', () => {
    const subject = readyBackup();
    fromP(subject, entry(1));
    expect(subject.give(applied(2))).toEqual([]);
    expect(subject.facts().applied).toBe(0n);
  });

  test('"A backup without entries waits"', () => {
    expect(types(fromP(welcomedBackup(), copy()))).not.toContain('guest.apply');
  });
});

describe('the owner counts acknowledgements', () => {
  function threeHeld() {
    const subject = protectedOwner();
    for (const seq of [1, 2, 3]) subject.give(guestOutput(100 + seq, `out ${seq}`));
    return subject;
  }

  test('"Acknowledgements are cumulative"', () => {
    const effects = fromB(threeHeld(), acknowledge(3));
    expect(emitted(effects)).toEqual(['out 1', 'out 2', 'out 3']);
  });

  test('"Lower or equal: ignored"', () => {
    const subject = threeHeld();
    fromB(subject, acknowledge(2));
    expect(fromB(subject, acknowledge(2))).toEqual([]);
    expect(fromB(subject, acknowledge(1))).toEqual([]);
    expect(subject.facts()).toMatchObject({ acknowledged: 2n, waiting: 1 });
  });

  test('"Older epoch: ignored"', () => {
    const subject = threeHeld();
    expect(fromB(subject, { ...acknowledge(3), epoch: count(1) })).toEqual([]);
    expect(subject.facts().waiting).toBe(3);
  });

  test('one from another incarnation or on another connection is ignored', () => {
    const subject = threeHeld();
    expect(fromB(subject, { ...acknowledge(3), from: name('b#2') })).toEqual([]);
    expect(fromB(subject, acknowledge(3), count(1))).toEqual([]);
    expect(subject.facts().waiting).toBe(3);
  });

  test('"Beyond what was sent ... nothing is released, the channel is closed, the peer is suspected"', () => {
    const subject = threeHeld();
    const effects = fromB(subject, acknowledge(4));
    expect(types(effects)).toEqual(['channel.close', 'arbiter.request']);
    expect(asked(effects)).toEqual(['alone e3']);
    expect(subject.facts()).toMatchObject({ waiting: 3, suspicion: true, gate: 'acked' });
  });

  test('"which is anything before the copy": the channel is closed, the joining given up', () => {
    const subject = greetingOwner();
    const effects = fromB(subject, acknowledge(1));
    expect(types(effects)).toEqual(['channel.close', 'arbiter.request']);
    expect(fromB(greetingOwner(), acknowledge(0))).toEqual([]);
  });

  test('"or of a future epoch": the same', () => {
    const subject = threeHeld();
    const effects = fromB(subject, { ...acknowledge(3), epoch: count(3) });
    expect(types(effects)).toEqual(['channel.close', 'arbiter.request']);
    expect(subject.facts()).toMatchObject({ waiting: 3, suspicion: true });
  });
});

describe('flow', () => {
  test('"When entriesMax entries are unacknowledged ... the guest is held before the next operation"', () => {
    const subject = protectedOwner();
    for (const at of [101, 102, 103]) expect(types(subject.give(guestInput(at)))).toHaveLength(1);
    expect(types(subject.give(guestInput(104)))).toEqual(['channel.send', 'guest.hold']);
    expect(subject.facts().guest).toBe('held');
    expect(subject.refusal(guestInput(105))).toBe('not-running');
  });

  test('"and runs again when an acknowledgement makes room"', () => {
    const subject = protectedOwner();
    for (const at of [101, 102, 103, 104]) subject.give(guestInput(at));
    expect(types(fromB(subject, acknowledge(1)))).toEqual(['guest.run']);
    expect(subject.facts().guest).toBe('running');
  });

  test('"or in joining": the bound holds behind an open gate too', () => {
    const subject = recordingOwner();
    for (const at of [101, 102, 103]) subject.give(guestInput(at));
    expect(types(subject.give(guestOutput(104, 'x')))).toEqual([
      'output.emit',
      'channel.send',
      'guest.hold',
    ]);
  });

  test('an owner that is alone is never held', () => {
    const subject = aloneOwner();
    for (let at = 1; at < 20; at += 1) expect(subject.give(guestInput(at))).toEqual([]);
  });

  test('"Beats, alive, acknowledgements and requests are never held"', () => {
    const subject = protectedOwner();
    for (const at of [101, 102, 103, 104]) subject.give(guestInput(at));
    expect(types(subject.wait(130))).toEqual(['datagram.send', 'channel.send']);
  });
});

describe('divergence', () => {
  const diverged = { type: 'guest.diverged', seq: count<never>(1), position: count<never>(101) };

  function divergedBackup() {
    const subject = readyBackup();
    fromP(subject, entry(1));
    fromP(subject, entry(2));
    const effects = subject.give({ ...diverged, type: 'guest.diverged' });
    return { subject, effects };
  }

  test('"A backup told guest.diverged stops acknowledging and applying, sends diverged"', () => {
    const { subject, effects } = divergedBackup();
    expect(sent(effects)).toMatchObject([{ kind: 'diverged', seq: 1n }]);
    expect(fromP(subject, entry(3))).toEqual([]);
    expect(subject.give(applied(1))).toEqual([]);
    expect(subject.facts()).toMatchObject({ acknowledged: 2n, applied: 0n });
  });

  test('"and renounces by T8"', () => {
    const { subject, effects } = divergedBackup();
    expect(asked(effects)).toEqual(['read']);
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
    expect(subject.node().request?.proposed?.owner).toBe(name('p#1'));
  });

  test('"Read as alone of the owner, it discards itself"', () => {
    const { subject } = divergedBackup();
    subject.answer(record({ phase: 'protected' }));
    expect(types(subject.grant())).toEqual(['channel.close', 'guest.halt', 'report']);
    expect(subject.facts()).toMatchObject({ state: 'notConfigured', role: 'none' });
  });

  test('while it is joining it waits, and reads again after R', () => {
    const { subject } = divergedBackup();
    expect(subject.answer(record({ phase: 'joining' }))).toEqual([]);
    expect(asked(subject.wait(169))).toEqual([]);
    expect(asked(subject.wait(1))).toEqual(['read']);
  });

  test('an output entry for which the guest made none contradicts the log, and the reverse', () => {
    const subject = readyBackup();
    fromP(subject, entry(1, { entry: 'output' }));
    expect(sent(subject.give(applied(1)))).toMatchObject([{ kind: 'diverged', seq: 1n }]);
    const other = readyBackup();
    fromP(other, entry(1));
    const effects = other.give(applied(1, { channel: 'network', text: 'x' }));
    expect(sent(effects)).toMatchObject([{ kind: 'diverged', seq: 1n }]);
  });

  test.each([
    ['other bytes', { channel: 'network', text: 'y', at: 0 }],
    ['another channel', { channel: 'console', text: 'x', at: 0 }],
    ['another offset', { channel: 'network', text: 'x', at: 1 }],
  ] as const)('an output entry of %s than the guest made contradicts the log', (_what, made) => {
    const subject = readyBackup();
    fromP(subject, outputEntry(1, made));
    const effects = subject.give(applied(1, { channel: 'network', text: 'x' }));
    expect(sent(effects)).toMatchObject([{ kind: 'diverged', seq: 1n }]);
    expect(subject.facts().applied).toBe(0n);
  });

  test('"The owner told diverged treats it as suspicion: T7"', () => {
    const subject = protectedOwner();
    const effects = fromB(subject, { kind: 'diverged', seq: count(1) });
    expect(asked(effects)).toEqual(['alone e3']);
    expect(subject.node().request?.proposed?.reason).toBe('diverged');
  });

  test('told while joining, the owner gives the joining up', () => {
    const subject = recordingOwner();
    fromB(subject, { kind: 'diverged', seq: count(1) });
    expect(subject.node().request?.kind).toBe('give-up');
  });

  test('divergence with a T6 unresolved: "it resolves that first, and having won it ends by T12"', () => {
    const subject = readyBackup();
    fromP(subject, entry(1));
    subject.give({ type: 'channel.closed', connection });
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
    const effects = subject.give({ ...diverged, type: 'guest.diverged' });
    expect(asked(effects)).toEqual([]);
    const won = subject.grant();
    expect(asked(won)).toEqual(['off e4']);
    expect(types(won)).toEqual(['guest.halt', 'report', 'arbiter.request']);
    expect(subject.grant()).toEqual([]);
  });
});
