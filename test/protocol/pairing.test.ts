import { describe, expect, test } from 'vitest';
import {
  aloneOwner,
  asked,
  B,
  bytes,
  C,
  connection,
  copy,
  count,
  createSubject,
  emitted,
  fromB,
  fromP,
  greetingOwner,
  guestInput,
  guestOutput,
  hello,
  name,
  P,
  protectedOwner,
  readyBackup,
  record,
  recordingOwner,
  reports,
  sent,
  types,
  vm,
  welcomedBackup,
} from './subject.ts';

describe('power-on (T2)', () => {
  test('"T2 is tried with the version read last (0 where none was)"', () => {
    const [effect] = createSubject(P).give({ type: 'manager.start' });
    expect(effect).toMatchObject({
      type: 'arbiter.request',
      action: { type: 'swap', version: 0n, record: { version: 1n, epoch: 1n, phase: 'alone' } },
    });
  });

  test('"Where the record that comes back is off, it is tried again with that version"', () => {
    const subject = createSubject(P);
    subject.give({ type: 'manager.start' });
    const effects = subject.answer(record({ phase: 'off', version: 7, epoch: 9 }));
    expect(effects[0]).toMatchObject({ action: { version: 7n, record: { epoch: 10n } } });
  });

  test('"`off` or no record: T2 with that version, at once"', () => {
    const subject = createSubject(P);
    subject.give({ type: 'manager.start' });
    const effects = subject.answer(null);
    expect(effects).toMatchObject([{ action: { version: 0n, record: { phase: 'alone' } } }]);
  });

  test('"where it names another owner, or is not off, the start fails"', () => {
    const subject = createSubject(P);
    subject.give({ type: 'manager.start' });
    const effects = subject.answer(record({ phase: 'alone', owner: C }));
    expect(effects).toEqual([{ type: 'report', state: 'notConfigured', reason: 'superseded' }]);
    expect(subject.facts()).toMatchObject({ role: 'none', guest: 'none' });
    expect(subject.refusal({ type: 'manager.start' })).toBeUndefined();
  });

  test('"Only a new owner fences (T2, T6), explicitly, answered, before its guest runs"', () => {
    const subject = createSubject(P);
    subject.give({ type: 'manager.start' });
    const fencing = subject.grant();
    expect(fencing).toEqual([
      { type: 'disk.request', operation: 0n, token: 1n, action: { type: 'fence' } },
    ]);
    const live = subject.give({ type: 'disk.answered', operation: count(0), result: 'done' });
    expect(types(live)).toEqual(['guest.run', 'report']);
  });

  test('a fence that failed is asked again after R, and the guest does not run before', () => {
    const subject = createSubject(P);
    subject.give({ type: 'manager.start' });
    subject.grant();
    expect(subject.give({ type: 'disk.answered', operation: count(0), result: 'error' })).toEqual(
      [],
    );
    expect(types(subject.wait(169))).toEqual([]);
    expect(types(subject.wait(1))).toEqual(['disk.request']);
  });

  test('a second start is refused as already-started', () => {
    const starting = createSubject(P);
    starting.give({ type: 'manager.start' });
    for (const subject of [starting, aloneOwner(), readyBackup()]) {
      expect(subject.refusal({ type: 'manager.start' })).toBe('already-started');
    }
  });
});

describe('manager.protect', () => {
  test('"The owner in alone is told manager.protect" and asks T3', () => {
    const effects = aloneOwner().give({ type: 'manager.protect', peer: B });
    expect(asked(effects)).toEqual(['joining e2']);
  });

  test('"A peer on its own host is refused, same-host"', () => {
    const peer = name('p#2');
    expect(aloneOwner().refusal({ type: 'manager.protect', peer })).toBe('same-host');
  });

  test('"Operations are started on the owner; elsewhere they are refused with not-owner"', () => {
    for (const subject of [createSubject(P), readyBackup()]) {
      expect(subject.refusal({ type: 'manager.protect', peer: C })).toBe('not-owner');
    }
  });

  test('an owner that is not alone refuses with not-alone', () => {
    const asking = aloneOwner();
    asking.give({ type: 'manager.protect', peer: B });
    for (const subject of [asking, greetingOwner(), protectedOwner()]) {
      expect(subject.refusal({ type: 'manager.protect', peer: C })).toBe('not-alone');
    }
  });
});

describe('joining, the owner', () => {
  test('"Only when the record has been read as joining e P/B is the epoch used"', () => {
    const subject = aloneOwner();
    const before = subject.give({ type: 'manager.protect', peer: B });
    expect(types(before)).toEqual(['arbiter.request']);
    const after = subject.grant();
    expect(after).toEqual([
      { type: 'channel.open', peer: B, connection },
      { type: 'report', state: 'starting', reason: 'protect' },
    ]);
  });

  test('"on channel.opened the owner sends hello"', () => {
    const subject = aloneOwner();
    subject.give({ type: 'manager.protect', peer: B });
    subject.grant();
    const effects = subject.give({ type: 'channel.opened', connection, peer: B });
    expect(sent(effects)).toMatchObject([
      { kind: 'hello', to: B, from: P, epoch: 2n, connection: 2n, next: 1n },
    ]);
  });

  test('a channel to another peer, or of another number, is not greeted', () => {
    const subject = aloneOwner();
    subject.give({ type: 'manager.protect', peer: B });
    subject.grant();
    expect(subject.give({ type: 'channel.opened', connection, peer: C })).toEqual([]);
    expect(subject.give({ type: 'channel.opened', connection: count(9), peer: B })).toEqual([]);
  });

  test('"a connection number higher than any this owner used"', () => {
    const subject = greetingOwner();
    subject.give({ type: 'channel.closed', connection });
    subject.grant();
    subject.give({ type: 'manager.protect', peer: C });
    const [open] = subject.grant();
    expect(open).toMatchObject({ type: 'channel.open', peer: C });
    expect(open?.type === 'channel.open' && open.connection > connection).toBe(true);
  });

  test('"On welcome the owner asks guest.copy; with guest.copied it sends copy"', () => {
    const subject = greetingOwner();
    expect(types(fromB(subject, { kind: 'welcome', next: count(1) }))).toEqual(['guest.copy']);
    const state = bytes('state');
    const effects = subject.give({ type: 'guest.copied', position: count(100), state });
    expect(sent(effects)).toMatchObject([{ kind: 'copy', position: 100n, state, open: [] }]);
  });

  test('a welcome from another incarnation, epoch or connection is ignored', () => {
    const subject = greetingOwner();
    const welcome = { kind: 'welcome', next: count<never>(1) } as const;
    expect(fromB(subject, { ...welcome, from: name('b#2') })).toEqual([]);
    expect(fromB(subject, { ...welcome, epoch: count(1) })).toEqual([]);
    expect(fromB(subject, welcome, count(3))).toEqual([]);
  });

  test('a welcome "with another `next` than the hello\'s is a fault of the peer"', () => {
    const subject = greetingOwner();
    const effects = fromB(subject, { kind: 'welcome', next: count(2) });
    expect(types(effects)).toEqual(['channel.close', 'arbiter.request']);
  });

  test('"the first input or output after P0 is entry 1"', () => {
    const subject = recordingOwner();
    expect(sent(subject.give(guestInput(101)))).toMatchObject([
      { kind: 'entry', seq: 1n, position: 101n, entry: 'input' },
    ]);
  });

  test('"The gate stays open: outputs leave at once and are numbered all the same"', () => {
    const effects = recordingOwner().give(guestOutput(101, 'out'));
    expect(types(effects)).toEqual(['output.emit', 'channel.send']);
    expect(sent(effects)).toMatchObject([{ seq: 1n, entry: 'output', watermark: 1n }]);
  });

  test('the copy names every operation then open and the offset reached on each channel', () => {
    const subject = aloneOwner();
    subject.give(guestOutput(10, 'block', 'disk'));
    subject.give(guestOutput(11, 'four', 'console'));
    subject.give({ type: 'manager.protect', peer: B });
    subject.grant();
    subject.give({ type: 'channel.opened', connection, peer: B });
    fromB(subject, { kind: 'welcome', next: count(1) });
    const state = bytes('state');
    const effects = subject.give({ type: 'guest.copied', position: count(12), state });
    expect(sent(effects)).toMatchObject([
      {
        open: [{ operation: 1n, data: bytes('block') }],
        offsets: { network: 0n, console: 4n, disk: 1n },
      },
    ]);
  });

  test('"On ready the owner closes the gate at G", and outputs after it are held', () => {
    const subject = recordingOwner();
    subject.give(guestOutput(101, 'before'));
    expect(asked(fromB(subject, { kind: 'ready' }))).toEqual([]);
    expect(subject.facts()).toMatchObject({ gate: 'acked', sent: 1n });
    expect(emitted(subject.give(guestOutput(102, 'after')))).toEqual([]);
    expect(subject.facts().waiting).toBe(1);
  });

  test('"When an acknowledgement >= G has come, and not before, it sends T4"', () => {
    const subject = recordingOwner();
    subject.give(guestOutput(101, 'one'));
    subject.give(guestOutput(102, 'two'));
    fromB(subject, { kind: 'ready' });
    expect(
      asked(fromB(subject, { kind: 'acknowledge', upto: count(1), applied: count(0) })),
    ).toEqual([]);
    const effects = fromB(subject, { kind: 'acknowledge', upto: count(2), applied: count(0) });
    expect(asked(effects)).toEqual(['protected e2']);
  });

  test('"While T4 is in doubt outputs go on acknowledgements"', () => {
    const subject = recordingOwner();
    fromB(subject, { kind: 'ready' });
    expect(emitted(subject.give(guestOutput(101, 'out')))).toEqual([]);
    expect(
      emitted(fromB(subject, { kind: 'acknowledge', upto: count(1), applied: count(0) })),
    ).toEqual(['out']);
  });

  test('"The owner that reads protected reports running"', () => {
    const subject = recordingOwner();
    fromB(subject, { kind: 'ready' });
    expect(reports(subject.grant())).toEqual(['running']);
  });
});

describe('a joining that fails', () => {
  const refuse = { kind: 'refuse', code: 'configuration' } as const;

  test('"A refusal ... T5, then alone, needSecondary; the guest never stopped"', () => {
    const subject = greetingOwner();
    expect(asked(fromB(subject, refuse))).toEqual(['alone e3']);
    expect(reports(subject.grant())).toEqual(['needSecondary']);
    expect(subject.facts()).toMatchObject({ gate: 'open', guest: 'running' });
  });

  test('"a closed channel ... before T4 was sent: T5"', () => {
    const subject = recordingOwner();
    expect(asked(subject.give({ type: 'channel.closed', connection }))).toEqual(['alone e3']);
  });

  test('"J passed before T4 was sent: T5"', () => {
    const subject = recordingOwner();
    expect(asked(subject.wait(1899))).toEqual([]);
    expect(asked(subject.wait(1))).toEqual(['alone e3']);
  });

  test('a guest held for a full log runs again when the joining is given up', () => {
    const subject = recordingOwner();
    for (const position of [101, 102, 103]) subject.give(guestInput(position));
    expect(types(subject.give(guestInput(104)))).toContain('guest.hold');
    expect(types(subject.give({ type: 'channel.closed', connection }))).toContain('guest.run');
  });

  test('"A gate that was closed opens only by a record read as alone"', () => {
    const subject = recordingOwner();
    subject.give(guestOutput(101, 'one'));
    fromB(subject, { kind: 'ready' });
    subject.give(guestOutput(102, 'two'));
    const effects = subject.give({ type: 'channel.closed', connection });
    expect(emitted(effects)).toEqual([]);
    expect(asked(effects)).toEqual(['alone e3']);
    expect(emitted(subject.grant())).toEqual(['two']);
  });

  test('"Once T4 has been sent it is resolved first; if the record then says protected and the peer is suspected, T7 follows"', () => {
    const subject = recordingOwner();
    fromB(subject, { kind: 'ready' });
    expect(asked(subject.give({ type: 'channel.closed', connection }))).toEqual([]);
    expect(asked(subject.grant())).toEqual(['alone e3']);
  });

  test('a joining given up is over: a late copy or ready does not revive it', () => {
    const subject = greetingOwner();
    fromB(subject, { kind: 'welcome', next: count(1) });
    subject.give({ type: 'channel.closed', connection });
    const late = subject.give({ type: 'guest.copied', position: count(100), state: bytes('x') });
    expect(late).toEqual([]);
    expect(fromB(subject, { kind: 'ready' })).toEqual([]);
  });
});

describe('hello, at the backup', () => {
  test('a hello that passes every check is answered with welcome', () => {
    const effects = fromP(createSubject(B), hello());
    expect(sent(effects)).toMatchObject([{ kind: 'welcome', epoch: 2n, from: B, next: 1n }]);
  });

  test.each([
    ['vm', { vm: 'other' }, 'wrong-vm'],
    ['"to is its own incarnation"', { to: name('b#0') }, 'wrong-incarnation'],
    ['"the sender is not on its host"', { from: name('b#2') }, 'same-host'],
    [
      '"connection equals that of the channel"',
      { connection: count<never>(3) },
      'wrong-connection',
    ],
    ['"next is 1"', { next: count<never>(2) }, 'superseded'],
    ['"the configuration digest equals its own"', { configuration: bytes('x') }, 'configuration'],
  ])('%s: otherwise refused, and it stays what it was', (_, changes, code) => {
    const subject = createSubject(B);
    const effects = fromP(subject, hello(changes));
    expect(sent(effects)).toMatchObject([{ kind: 'refuse', code }]);
    expect(subject.facts()).toMatchObject({ role: 'none', guest: 'none' });
  });

  test('a refusal carries "the hello\'s epoch and its own `vm`"', () => {
    const effects = fromP(createSubject(B), hello({ vm: 'other', epoch: count(9) }));
    expect(sent(effects)).toMatchObject([{ kind: 'refuse', vm, epoch: 9n, from: B }]);
  });

  test('"A node that is owner, or backup of another pairing, refuses busy"', () => {
    const backup = readyBackup();
    const again = fromP(backup, hello({ connection: count(3), epoch: count(2) }), count(3));
    expect(sent(again)).toMatchObject([{ kind: 'refuse', code: 'busy' }]);
    const owner = aloneOwner();
    const effects = fromP(owner, hello({ to: P, from: C, epoch: count(1) }));
    expect(sent(effects)).toMatchObject([{ kind: 'refuse', code: 'busy' }]);
  });

  test('"a hello with an epoch not higher than one it has seen is refused superseded"', () => {
    const subject = welcomedBackup();
    subject.give({ type: 'channel.closed', connection });
    const again = fromP(subject, hello({ connection: count(3) }), count(3));
    expect(sent(again)).toMatchObject([{ kind: 'refuse', code: 'superseded' }]);
    const higher = fromP(subject, hello({ connection: count(4), epoch: count(4) }), count(4));
    expect(sent(higher)).toMatchObject([{ kind: 'welcome' }]);
  });

  test('"refuses busy, whatever else is wrong, and reads the record if the epoch is higher"', () => {
    const subject = readyBackup();
    const effects = fromP(subject, hello({ connection: count(4), epoch: count(4) }), count(4));
    expect(asked(effects)).toEqual(['read']);
    expect(sent(effects)).toMatchObject([{ kind: 'refuse', code: 'busy' }]);
    const joining = record({ phase: 'joining', version: 5, epoch: 4 });
    expect(reports(subject.answer(joining))).toEqual(['notConfigured']);
  });

  test('"The backup restores, sends ready, applies and acknowledges entries"', () => {
    const effects = fromP(welcomedBackup(), copy());
    expect(types(effects)).toEqual(['guest.restore', 'channel.send']);
    expect(sent(effects)).toMatchObject([{ kind: 'ready' }]);
  });

  test('"A backup that loses its channel before it sent ready discards itself"', () => {
    const effects = welcomedBackup().give({ type: 'channel.closed', connection });
    expect(types(effects)).toEqual(['guest.halt', 'report']);
    expect(reports(effects)).toEqual(['notConfigured']);
  });

  test('"After ready it reads the record first"', () => {
    const subject = readyBackup();
    const effects = subject.give({ type: 'channel.closed', connection });
    expect(asked(effects)).toEqual(['read']);
    expect(reports(subject.answer(record({ phase: 'joining' })))).toEqual(['notConfigured']);
  });
});
