import { describe, expect, test } from 'vitest';
import {
  aloneOwner,
  applied,
  B,
  bytes,
  connection,
  count,
  emitted,
  fromB,
  fromP,
  guestInput,
  guestOutput,
  outputEntry,
  protectedOwner,
  readyBackup,
  record,
  recordingOwner,
  types,
} from './subject.ts';

const acknowledge = (upto: number) =>
  ({ kind: 'acknowledge', upto: count<never>(upto), applied: count<never>(0) }) as const;

describe('the gate', () => {
  test('open: "at once"', () => {
    expect(emitted(aloneOwner().give(guestOutput(1, 'out')))).toEqual(['out']);
    expect(emitted(recordingOwner().give(guestOutput(101, 'out')))).toEqual(['out']);
  });

  test('acked: "when acknowledged in this epoch by the recorded backup"', () => {
    const subject = protectedOwner();
    expect(emitted(subject.give(guestOutput(101, 'out')))).toEqual([]);
    expect(emitted(fromB(subject, acknowledge(1)))).toEqual(['out']);
  });

  test('"An acknowledgement n releases exactly the held outputs with seq <= n, in order"', () => {
    const subject = protectedOwner();
    for (const seq of [1, 2, 3]) subject.give(guestOutput(100 + seq, `${seq}`));
    expect(emitted(fromB(subject, acknowledge(2)))).toEqual(['1', '2']);
    expect(subject.facts().waiting).toBe(1);
  });

  test('"also while the peer is suspected"', () => {
    const subject = protectedOwner();
    subject.give(guestOutput(101, 'out'));
    subject.wait(350);
    expect(subject.facts().suspicion).toBe(true);
    expect(emitted(fromB(subject, acknowledge(1)))).toEqual(['out']);
  });

  test('"Suspicion does not change the gate; only a record read does"', () => {
    const subject = protectedOwner();
    subject.give(guestOutput(101, 'out'));
    expect(emitted(subject.give({ type: 'channel.closed', connection }))).toEqual([]);
    expect(subject.facts().gate).toBe('acked');
    expect(emitted(subject.grant())).toEqual(['out']);
    expect(subject.facts().gate).toBe('open');
  });

  test('"Opening the gate issues what is held, in order, and then new outputs"', () => {
    const subject = protectedOwner();
    for (const seq of [1, 2]) subject.give(guestOutput(100 + seq, `${seq}`));
    subject.give({ type: 'channel.closed', connection });
    expect(emitted([...subject.grant(), ...subject.give(guestOutput(103, '3'))])).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  test('shut: "replaying"', () => {
    const subject = readyBackup();
    fromP(subject, outputEntry(1, { channel: 'network', text: 'x', at: 0 }));
    expect(emitted(subject.give(applied(1, { channel: 'network', text: 'x' })))).toEqual([]);
    expect(subject.facts().applied).toBe(1n);
    expect(subject.facts().gate).toBe('shut');
  });

  test('shut: "halted"', () => {
    const subject = protectedOwner();
    subject.give(guestOutput(101, 'out'));
    subject.give({ type: 'channel.closed', connection });
    const lost = subject.answer(record({ phase: 'alone', version: 5, owner: B, epoch: 3 }));
    expect(emitted(lost)).toEqual([]);
    expect(fromB(subject, acknowledge(1))).toEqual([]);
    expect(subject.facts()).toMatchObject({ gate: 'shut', waiting: 0, guest: 'halted' });
  });

  test('"its emissions carry their offset": bytes of that channel from power-on', () => {
    const subject = aloneOwner();
    const effects = [
      guestOutput(1, 'abc', 'console'),
      guestOutput(2, 'x', 'network'),
      guestOutput(3, 'de', 'console'),
    ].flatMap(subject.give);
    expect(effects).toEqual([
      { type: 'output.emit', channel: 'console', offset: 0n, data: bytes('abc') },
      { type: 'output.emit', channel: 'network', offset: 0n, data: bytes('x') },
      { type: 'output.emit', channel: 'console', offset: 3n, data: bytes('de') },
    ]);
  });

  test('"T5 in joining with the gate closed keeps it closed: <= G free, > G on acknowledgement"', () => {
    const subject = recordingOwner();
    subject.give(guestInput(101));
    subject.give(guestOutput(102, 'two'));
    fromB(subject, { kind: 'ready' });
    expect(emitted(subject.give(guestOutput(103, 'three')))).toEqual([]);
    expect(emitted(fromB(subject, acknowledge(2)))).toEqual([]);
    expect(emitted(fromB(subject, acknowledge(3)))).toEqual(['three']);
  });
});

describe('disk operations', () => {
  const done = (operation: number) =>
    ({ type: 'disk.answered', operation: count<never>(operation), result: 'done' }) as const;

  test('"A disk output opens an operation ... the n-th disk output since power-on"', () => {
    const subject = aloneOwner();
    const effects = [guestOutput(1, 'a', 'disk'), guestOutput(2, 'b', 'disk')].flatMap(
      subject.give,
    );
    expect(effects).toMatchObject([{ operation: 1n }, { operation: 2n }]);
  });

  test('"Every write carries its owner\'s token", also after the epoch has moved on', () => {
    const [effect] = recordingOwner().give(guestOutput(101, 'a', 'disk'));
    expect(effect).toMatchObject({ type: 'disk.request', token: 1n });
  });

  test('behind a closed gate a write waits for its acknowledgement like any output', () => {
    const subject = protectedOwner();
    expect(types(subject.give(guestOutput(101, 'a', 'disk')))).toEqual(['channel.send']);
    expect(types(fromB(subject, acknowledge(1)))).toEqual(['disk.request']);
  });

  test('"When the disk answers done or error, the owner asks guest.complete"', () => {
    const subject = aloneOwner();
    subject.give(guestOutput(1, 'a', 'disk'));
    expect(subject.give(done(1))).toEqual([
      { type: 'guest.complete', operation: 1n, result: 'done' },
    ]);
  });

  test('"Each operation completes exactly once"', () => {
    const subject = aloneOwner();
    subject.give(guestOutput(1, 'a', 'disk'));
    subject.give(done(1));
    expect(subject.give(done(1))).toEqual([]);
    expect(subject.give(done(2))).toEqual([]);
  });

  test('"fenced leads to a read of the record, never to a completion for the guest"', () => {
    const subject = aloneOwner();
    subject.give(guestOutput(1, 'a', 'disk'));
    const effects = subject.give({ ...done(1), result: 'fenced' });
    expect(effects).toMatchObject([{ type: 'arbiter.request', action: { type: 'read' } }]);
    expect(types(subject.answer(record({ phase: 'alone', owner: B, epoch: 3 })))).toEqual([
      'guest.halt',
      'report',
    ]);
  });
});

describe('at takeover', () => {
  /** Outputs 1 to 4, of which the watermark covers the first. */
  function takeover(network: 'at-least-once' | 'may-be-lost') {
    const subject = readyBackup({ config: { network } });
    const made = [
      { channel: 'network', at: 0 },
      { channel: 'network', at: 1 },
      { channel: 'console', at: 0 },
      { channel: 'network', at: 2 },
    ] as const;
    made.forEach(({ channel, at }, index) => {
      const seq = index + 1;
      const watermark = count<never>(seq === 1 ? 0 : 1);
      fromP(subject, outputEntry(seq, { channel, text: `${seq}`, at }, { watermark }));
      subject.give(applied(seq, { channel, text: `${seq}` }));
    });
    subject.give({ type: 'channel.closed', connection });
    subject.answer(record({ phase: 'protected' }));
    subject.grant();
    return subject.give({ type: 'disk.answered', operation: count(0), result: 'done' });
  }

  test('at-least-once: "w < seq <= N: emitted once, byte-identical, in order, before any new output"', () => {
    expect(emitted(takeover('at-least-once'))).toEqual(['2', '3', '4']);
  });

  test('may-be-lost: network "not emitted"; "a console is always at-least-once"', () => {
    expect(emitted(takeover('may-be-lost'))).toEqual(['3']);
  });

  test('what is emitted again carries the offset at which the guest made it', () => {
    const effects = takeover('at-least-once').filter(({ type }) => type === 'output.emit');
    expect(effects).toMatchObject([{ offset: 1n }, { offset: 0n }, { offset: 2n }]);
  });

  test('an alive raises the watermark like an entry', () => {
    const subject = readyBackup();
    fromP(subject, outputEntry(1, { channel: 'network', text: '1', at: 0 }));
    subject.give(applied(1, { channel: 'network', text: '1' }));
    fromP(subject, { kind: 'alive', seq: count(1), watermark: count(1), applied: count(0) });
    subject.give({ type: 'channel.closed', connection });
    subject.answer(record({ phase: 'protected' }));
    subject.grant();
    const live = subject.give({ type: 'disk.answered', operation: count(0), result: 'done' });
    expect(emitted(live)).toEqual([]);
  });
});
