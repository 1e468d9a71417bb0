import { describe, expect, test } from 'vitest';
import type { ArbiterRecord } from '../../impl/protocol/index.ts';
import {
  aloneOwner,
  applied,
  asked,
  B,
  bytes,
  C,
  connection,
  copy,
  count,
  createSubject,
  emitted,
  entry,
  fromB,
  fromP,
  guestOutput,
  hello,
  name,
  outputEntry,
  P,
  protectedOwner,
  readyBackup,
  record,
  recordingOwner,
  reports,
  type Subject,
  sent,
  types,
  welcomedBackup,
} from './subject.ts';

const aloneB = record({ phase: 'alone', version: 4, epoch: 3, owner: B, token: 3 });
const aloneP = record({ phase: 'alone', version: 4, epoch: 3 });

/** A backup whose channel closed and whose T6 is sent. */
function askingBackup(entries = 0): Subject {
  const subject = readyBackup();
  for (let seq = 1; seq <= entries; seq += 1) fromP(subject, entry(seq));
  subject.give({ type: 'channel.closed', connection });
  subject.answer(record({ phase: 'protected' }));
  return subject;
}

/** An owner that lost its channel and whose T7 is sent. */
function suspectingOwner(): Subject {
  const subject = protectedOwner();
  subject.give(guestOutput(101, 'out'));
  subject.give({ type: 'channel.closed', connection });
  return subject;
}

describe('requests', () => {
  test('"an agent has at most one request outstanding"', () => {
    const subject = aloneOwner();
    subject.give(guestOutput(1, 'a', 'disk'));
    subject.give({ type: 'manager.protect', peer: B });
    const fenced = { type: 'disk.answered', operation: count<never>(1), result: 'fenced' } as const;
    expect(subject.give(fenced)).toEqual([]);
  });

  test('"An answer with another nonce is ignored"', () => {
    const subject = suspectingOwner();
    expect(subject.give({ type: 'arbiter.answered', nonce: count(99), record: aloneP })).toEqual(
      [],
    );
    expect(subject.facts().gate).toBe('acked');
  });

  test('"A request unanswered or failed for R is sent again, with a new nonce"', () => {
    for (const isFailed of [true, false]) {
      const subject = suspectingOwner();
      const nonce = count<never>(subject.node().nonce);
      if (isFailed) subject.give({ type: 'arbiter.failed', nonce });
      expect(asked(subject.wait(169))).toEqual([]);
      const again = subject.wait(1).find(({ type }) => type === 'arbiter.request');
      expect(again).toMatchObject({
        nonce: nonce + 1n,
        action: { version: 3n, record: { epoch: 3n } },
      });
      expect(subject.give({ type: 'arbiter.answered', nonce, record: aloneP })).toEqual([]);
    }
  });

  test('"The outcome is decided by the content of the record that came back": a refused T7 that finds me alone has won', () => {
    const subject = suspectingOwner();
    const effects = subject.answer({ ...aloneP, version: count(9), reason: 'diverged' });
    expect(emitted(effects)).toEqual(['out']);
  });

  test('"A record with a lower version than one seen before counts as no answer"', () => {
    const subject = suspectingOwner();
    expect(subject.answer({ ...aloneB, version: count(2) })).toEqual([]);
    expect(subject.answer(null)).toEqual([]);
    expect(subject.facts()).toMatchObject({ gate: 'acked', version: 3n });
    expect(asked(subject.wait(170))).toEqual(['alone e3']);
  });

  test('a record of another machine counts as no answer', () => {
    const subject = suspectingOwner();
    expect(subject.answer({ ...aloneB, vm: 'other' })).toEqual([]);
  });
});

describe('the table, owner', () => {
  function protecting(): Subject {
    const subject = recordingOwner();
    fromB(subject, { kind: 'ready' });
    return subject;
  }
  function givingUp(): Subject {
    const subject = recordingOwner();
    subject.give({ type: 'channel.closed', connection });
    return subject;
  }
  const joining = record({ phase: 'joining', version: 2 });
  const guarded = record({ phase: 'protected' });

  test.each<[string, () => Subject, ArbiterRecord, string[]]>([
    ['T4, joining: "not applied, send again"', protecting, joining, ['protected e2']],
    ['T5, joining: "send again"', givingUp, joining, ['alone e3']],
    [
      'T7, protected: "not applied, send again with this version"',
      suspectingOwner,
      guarded,
      ['alone e3'],
    ],
    ['T5, protected: "T4 was applied: send T7"', givingUp, guarded, ['alone e3']],
    ['T4, protected: "protected"', protecting, guarded, []],
    ['T7, alone: "I am alone"', suspectingOwner, aloneP, []],
  ])('%s', (_, subject, read, expected) => {
    expect(asked(subject().answer(read))).toEqual(expected);
  });

  test('a refused T7 is sent again with the version that came back', () => {
    const effects = suspectingOwner().answer(record({ phase: 'protected', version: 8 }));
    expect(effects[0]).toMatchObject({ action: { version: 8n, record: { version: 9n } } });
  });

  test.each([
    ['another owner', aloneB],
    ['off', record({ phase: 'off', version: 5 })],
    [
      'another incarnation of this host',
      record({ phase: 'alone', version: 5, owner: name('p#2') }),
    ],
    ['me as the backup', record({ phase: 'protected', version: 5, owner: C, backup: P })],
  ])('"anything else: halt for ever": %s', (_, read) => {
    const subject = suspectingOwner();
    expect(types(subject.answer(read))).toEqual(['guest.halt', 'report']);
    expect(subject.facts()).toMatchObject({ state: 'halted', guest: 'halted', gate: 'shut' });
  });

  test('"no answer: stay as you are"', () => {
    const subject = suspectingOwner();
    subject.give({ type: 'arbiter.failed', nonce: count(subject.node().nonce) });
    expect(subject.facts()).toMatchObject({ gate: 'acked', guest: 'running', role: 'owner' });
  });
});

describe('the table, backup', () => {
  function reading(): Subject {
    const subject = readyBackup();
    subject.wait(350);
    return subject;
  }

  test('protected, same epoch: "eligible: send T6 if the peer is suspected"', () => {
    expect(asked(reading().answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
  });

  test('"(T6: send again)", whatever was heard meanwhile', () => {
    const subject = askingBackup();
    expect(asked(subject.answer(record({ phase: 'protected', version: 6 })))).toEqual(['alone e3']);
  });

  test('joining, channel open: "not eligible ... carry on", and read again after R', () => {
    const subject = reading();
    expect(subject.answer(record({ phase: 'joining' }))).toEqual([]);
    expect(asked(subject.wait(170))).toEqual(['read']);
  });

  test('joining, and then the channel closes: it reads at once, and discards', () => {
    const subject = reading();
    subject.answer(record({ phase: 'joining' }));
    expect(asked(subject.give({ type: 'channel.closed', connection }))).toEqual(['read']);
    expect(reports(subject.answer(record({ phase: 'joining' })))).toEqual(['notConfigured']);
  });

  test('the channel closes after the read was asked: it reads anew, and the first answer is nothing', () => {
    const subject = reading();
    const nonce = subject.node().request?.nonce;
    if (nonce === undefined) throw new Error('expected a read outstanding, got no request');
    expect(asked(subject.give({ type: 'channel.closed', connection }))).toEqual(['read']);
    const joining = record({ phase: 'joining' });
    expect(subject.give({ type: 'arbiter.answered', nonce, record: joining })).toEqual([]);
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
  });

  test('a swap is not abandoned for a channel that closes', () => {
    expect(asked(askingBackup().give({ type: 'channel.closed', connection }))).toEqual([]);
  });

  test('joining: "discard if the channel was closed before the read was asked"', () => {
    const subject = readyBackup();
    subject.give({ type: 'channel.closed', connection });
    expect(reports(subject.answer(record({ phase: 'joining' })))).toEqual(['notConfigured']);
  });

  test.each([
    ['alone of the owner', aloneP],
    ['another epoch', record({ phase: 'protected', epoch: 4 })],
    ['another backup', record({ phase: 'protected', backup: C })],
    ['off', record({ phase: 'off' })],
  ])('"anything else: discard": %s', (_, read) => {
    expect(types(reading().answer(read))).toEqual(['channel.close', 'guest.halt', 'report']);
  });

  test('a record that names its incarnation of an earlier life does not make it eligible', () => {
    const read = record({ phase: 'protected', backup: name('b#0') });
    expect(reports(reading().answer(read))).toEqual(['notConfigured']);
  });

  test('"no answer: the same": it goes on replaying and acknowledging', () => {
    const subject = reading();
    subject.give({ type: 'arbiter.failed', nonce: count(subject.node().nonce) });
    expect(types(fromP(subject, entry(1)))).toEqual(['guest.apply', 'channel.send']);
  });

  test('a backup before its copy is never promoted', () => {
    const subject = welcomedBackup();
    subject.give({ type: 'datagram.arrived', message: beat(9) });
    expect(reports(subject.answer(aloneB))).toEqual(['notConfigured']);
  });
});

function beat(epoch: number) {
  const vm = 'machine';
  return { kind: 'beat', vm, epoch: count<never>(epoch), from: P, number: 1n } as const;
}

describe('the owner goes alone', () => {
  test('"The owner suspects in protected: T7"', () => {
    const subject = protectedOwner();
    expect(asked(subject.wait(350))).toEqual(['alone e3']);
  });

  test('"Read alone with its name: the gate opens, held outputs leave in order, recording stops, needSecondary"', () => {
    const subject = suspectingOwner();
    const effects = subject.grant();
    expect(emitted(effects)).toEqual(['out']);
    expect(reports(effects)).toEqual(['needSecondary']);
    expect(sent(subject.give(guestOutput(102, 'next')))).toEqual([]);
    expect(subject.facts()).toMatchObject({ sent: 0n, token: 1n, epoch: 3n });
  });

  test('a guest held for a full log runs again', () => {
    const subject = protectedOwner();
    for (const at of [101, 102, 103, 104]) subject.give(guestOutput(at, `${at}`));
    subject.give({ type: 'channel.closed', connection });
    const effects = subject.grant();
    expect(types(effects).indexOf('guest.run')).toBeGreaterThan(
      types(effects).lastIndexOf('output.emit'),
    );
  });

  test('"A halted node does nothing but become a new backup by a hello"', () => {
    const subject = suspectingOwner();
    subject.answer(aloneB);
    expect(subject.wait(1000)).toEqual([]);
    expect(subject.refusal({ type: 'manager.start' })).toBe('already-started');
    expect(subject.refusal({ type: 'manager.protect', peer: C })).toBe('not-owner');
    const greeted = fromP(
      subject,
      hello({ from: B, to: P, epoch: count(4), connection: count(4) }),
      count(4),
    );
    expect(sent(greeted)).toMatchObject([{ kind: 'welcome' }]);
  });
});

describe('the backup takes over', () => {
  const fenceDone = { type: 'disk.answered', operation: count<never>(0), result: 'done' } as const;

  test('"The backup suspects after ready: it reads the record"', () => {
    expect(asked(readyBackup().wait(350))).toEqual(['read']);
  });

  test('"It may receive and acknowledge meanwhile"', () => {
    const subject = readyBackup();
    subject.wait(350);
    subject.answer(record({ phase: 'protected' }));
    expect(sent(fromP(subject, entry(1)))).toMatchObject([{ kind: 'acknowledge', upto: 1n }]);
  });

  test('"Seal: no entry or acknowledgement of the old epoch from here on; the channel is closed"', () => {
    const subject = readyBackup();
    subject.wait(350);
    subject.answer(record({ phase: 'protected' }));
    expect(types(subject.grant())).toContain('channel.close');
    expect(fromP(subject, entry(1))).toEqual([]);
  });

  test('"Fence every disk with the new token"', () => {
    expect(askingBackup().grant()).toContainEqual({
      type: 'disk.request',
      operation: 0n,
      token: 3n,
      action: { type: 'fence' },
    });
  });

  test('"Fence and consumption may overlap; both are done before 4"', () => {
    const fencedFirst = askingBackup(1);
    fencedFirst.grant();
    expect(types(fencedFirst.give(fenceDone))).toEqual([]);
    expect(types(fencedFirst.give(applied(1)))).toContain('guest.run');
    const consumedFirst = askingBackup(1);
    consumedFirst.grant();
    expect(types(consumedFirst.give(applied(1)))).toEqual([]);
    expect(types(consumedFirst.give(fenceDone))).toContain('guest.run');
  });

  test('"Consume every entry held", also those not yet given to the guest', () => {
    const subject = askingBackup(3);
    subject.grant();
    subject.give(fenceDone);
    subject.give(applied(1));
    expect(types(subject.give(applied(2)))).toEqual(['guest.apply']);
    expect(types(subject.give(applied(3)))).toContain('guest.run');
  });

  test('"A divergence here: T12, halt"', () => {
    const subject = askingBackup(1);
    subject.grant();
    const effects = subject.give({ type: 'guest.diverged', seq: count(1), position: count(101) });
    expect(types(effects)).toEqual(['guest.halt', 'report', 'arbiter.request']);
    expect(asked(effects)).toEqual(['off e4']);
    expect(subject.give(fenceDone)).toEqual([]);
    expect(subject.facts()).toMatchObject({ state: 'halted', role: 'none' });
    expect(asked(subject.wait(170))).toEqual(['off e4']);
    expect(subject.grant()).toEqual([]);
  });

  test('the order: announce, re-issue, emit, live', () => {
    const subject = welcomedBackup();
    const open = [{ operation: count<never>(3), data: bytes('block') }];
    const offsets = { network: count<never>(5), console: count<never>(0), disk: count<never>(3) };
    fromP(subject, copy({ open, offsets }));
    fromP(subject, outputEntry(1, { channel: 'network', text: 'x', at: 5 }));
    subject.give(applied(1, { channel: 'network', text: 'x' }));
    subject.give({ type: 'channel.closed', connection });
    subject.answer(record({ phase: 'protected' }));
    subject.grant();
    const live = subject.give(fenceDone);
    expect(live).toEqual([
      { type: 'address.announce' },
      {
        type: 'disk.request',
        operation: 3n,
        token: 3n,
        action: { type: 'write', data: bytes('block') },
      },
      { type: 'output.emit', channel: 'network', offset: 5n, data: bytes('x') },
      { type: 'guest.run' },
      { type: 'report', state: 'needSecondary', reason: 'lost-connection' },
    ]);
  });

  test('"Re-issue every disk operation open", also one below the watermark; a closed one is not', () => {
    const subject = readyBackup();
    const watermark = count<never>(2);
    fromP(subject, outputEntry(1, { channel: 'disk', text: 'a', at: 1 }, { watermark }));
    fromP(subject, outputEntry(2, { channel: 'disk', text: 'b', at: 2 }, { watermark }));
    fromP(subject, entry(3, { entry: 'completion', data: bytes('1'), watermark }));
    subject.give(applied(1, { channel: 'disk', text: 'a' }));
    subject.give(applied(2, { channel: 'disk', text: 'b' }));
    subject.give(applied(3));
    subject.give({ type: 'channel.closed', connection });
    subject.answer(record({ phase: 'protected' }));
    subject.grant();
    const writes = subject.give(fenceDone).filter(({ type }) => type === 'disk.request');
    expect(writes).toMatchObject([{ operation: 2n, action: { data: bytes('b') } }]);
  });

  test('"Gate open, epoch and token new"', () => {
    const subject = askingBackup();
    subject.grant();
    subject.give(fenceDone);
    expect(subject.facts()).toMatchObject({ gate: 'open', epoch: 3n, token: 3n, role: 'owner' });
    expect(emitted(subject.give(guestOutput(101, 'new')))).toEqual(['new']);
  });

  test('a fence that the disk refuses leads to a read of the record', () => {
    const subject = askingBackup();
    subject.grant();
    expect(asked(subject.give({ ...fenceDone, result: 'fenced' }))).toEqual(['read']);
    const lost = subject.answer(record({ phase: 'alone', version: 9, epoch: 9, owner: C }));
    expect(types(lost)).toEqual(['guest.halt', 'report']);
  });

  test('"the manager picks a host and says manager.protect": the new owner pairs again', () => {
    const subject = askingBackup();
    subject.grant();
    expect(subject.refusal({ type: 'manager.protect', peer: C })).toBe('not-alone');
    subject.give(fenceDone);
    expect(asked(subject.give({ type: 'manager.protect', peer: C }))).toEqual(['joining e4']);
  });
});

test('a step never changes the state it was given', () => {
  const subject = createSubject(P);
  const before = subject.node();
  const text = JSON.stringify(before.role);
  subject.give({ type: 'manager.start' });
  expect(JSON.stringify(before.role)).toBe(text);
});
