// A backup is replaced without a moment of no protection: the owner's way, the replacement's, and what the record
// decides between them. Quotations are of spec/protocol.md, "Migration".

import { describe, expect, test } from 'vitest';
import type { ArbiterRecord, Effect, Message } from '../../impl/protocol/index.ts';
import {
  B,
  type Body,
  bytes,
  C,
  copy,
  count,
  createSubject,
  fromB,
  fromP,
  hello,
  name,
  P,
  protectedOwner,
  readyBackup,
  record,
  type Subject,
  vm,
} from './subject.ts';

const joinTimeout = 1900;

describe('the owner', () => {
  test.each([
    ['"with not-protected": alone', aloneSubject, C, 'not-protected'],
    ['"for a peer on the owner\'s host"', protectedOwner, name('p#2'), 'same-host'],
    ['"or the backup itself"', protectedOwner, B, 'same-host'],
    ['otherwise', protectedOwner, C, undefined],
  ] as const)('"Refused like a test failover", %s', (_, make, peer, code) => {
    expect(make().refusal({ type: 'manager.replace-backup', peer })).toBe(code);
  });

  test('"Refused like a test failover": while the backup is suspected', () => {
    const subject = protectedOwner();
    subject.wait(360);
    expect(subject.refusal({ type: 'manager.replace-backup', peer: C })).toBe('not-protected');
  });

  test('"No other operation goes on beside it"', () => {
    const subject = settling();
    for (const type of ['manager.power-off', 'manager.suspend', 'manager.test-failover'] as const) {
      expect(subject.refusal({ type })).toBe('operation-pending');
    }
    expect(subject.refusal({ type: 'manager.replace-backup', peer: C })).toBe('operation-pending');
  });

  test('"The guest is held, and everything settles": nothing is opened before the last acknowledgement', () => {
    const subject = protectedOwner();
    subject.give({
      type: 'guest.output',
      position: count(101),
      channel: 'network',
      data: bytes('a'),
    });
    expect(typesOf(subject.give({ type: 'manager.replace-backup', peer: C }))).toEqual([
      'guest.hold',
    ]);
    const settled = fromB(subject, { kind: 'acknowledge', upto: count(1), applied: count(0) });
    expect(typesOf(settled)).toEqual(['output.emit', 'channel.open']);
  });

  test('a disk operation that is not answered keeps it waiting', () => {
    const subject = protectedOwner();
    subject.give({ type: 'guest.output', position: count(101), channel: 'disk', data: bytes('a') });
    subject.give({ type: 'manager.replace-backup', peer: C });
    expect(
      typesOf(fromB(subject, { kind: 'acknowledge', upto: count(1), applied: count(0) })),
    ).toEqual(['disk.request']);
    const answered = subject.give({ type: 'disk.answered', operation: count(1), result: 'done' });
    expect(typesOf(answered)).toEqual(['guest.complete', 'channel.open']);
  });

  test('the hello "is of the present epoch, with the version of the record last read in replaces"', () => {
    const [sent] = opened(settling());
    expect(sent).toMatchObject({
      type: 'channel.send',
      connection: 3n,
      message: { kind: 'hello', epoch: 2n, to: C, next: 1n, replaces: 3n },
    });
  });

  test('"On welcome the owner asks guest.copy and sends the copy", and with "ready" T14', () => {
    const subject = settling();
    opened(subject);
    expect(typesOf(fromC(subject, { kind: 'welcome', next: count(1) }))).toEqual(['guest.copy']);
    const copied = subject.give({ type: 'guest.copied', position: count(100), state: bytes('s') });
    expect(messagesOf(copied)).toMatchObject([{ kind: 'copy', epoch: 2n }]);
    expect(swapOf(fromC(subject, { kind: 'ready' }))).toMatchObject({
      phase: 'protected',
      epoch: 3n,
      owner: P,
      backup: C,
      token: 1n,
      reason: 'replace-backup',
    });
  });

  test('the old backup is heard and answered meanwhile: "it is the backup until the record says otherwise"', () => {
    const subject = asking();
    expect(subject.facts().suspicion).toBe(false);
    expect(typesOf(subject.wait(100))).toContain('datagram.send');
  });

  test('read as replaced: "the old channel is closed, the log begins anew", and "on its welcome the guest runs again"', () => {
    const subject = asking();
    const effects = subject.grant();
    expect(effects[0]).toEqual({ type: 'channel.close', connection: 2n });
    expect(messagesOf(effects)).toMatchObject([
      { kind: 'hello', epoch: 3n, to: C, next: 1n, replaces: 0n },
    ]);
    expect(subject.facts()).toMatchObject({ sent: 0n, gate: 'acked', guest: 'held' });
    const welcomed = fromC(subject, { kind: 'welcome', next: count(1), epoch: count(3) });
    expect(welcomed).toEqual([
      { type: 'guest.run' },
      { type: 'report', state: 'running', reason: 'replace-backup' },
    ]);
    const made = subject.give({
      type: 'guest.output',
      position: count(101),
      channel: 'network',
      data: bytes('a'),
    });
    expect(messagesOf(made)).toMatchObject([{ kind: 'entry', seq: 1n, epoch: 3n }]);
  });

  test('"T14 and T15 are repeated until they are resolved"; "a suspicion of the old backup changes nothing"', () => {
    const subject = asking();
    subject.give({ type: 'channel.closed', connection: count(2) });
    expect(swapOf(subject.answer(record({ phase: 'protected' })))).toMatchObject({ backup: C });
    expect(typesOf(subject.grant())).not.toContain('channel.close');
    expect(subject.facts()).toMatchObject({ suspicion: false, guest: 'held' });
  });

  test('"if it is the replacement whose connection is closed by then, T7 follows, in the new epoch"', () => {
    const subject = asking();
    subject.give({ type: 'channel.closed', connection: count(3) });
    expect(swapOf(subject.grant())).toMatchObject({ phase: 'alone', epoch: 4n, owner: P });
    expect(typesOf(subject.grant())).toContain('guest.run');
  });

  test('"as it does where no welcome comes"', () => {
    const subject = asking();
    subject.grant();
    expect(swapOf(subject.wait(360))).toMatchObject({ phase: 'alone', epoch: 4n });
  });

  test('"A refusal ... before T14 was asked": one that comes later is ignored', () => {
    const subject = asking();
    expect(fromC(subject, { kind: 'refuse', code: 'busy' })).toEqual([]);
    subject.grant();
    expect(fromC(subject, { kind: 'refuse', code: 'busy', epoch: count(3) })).toEqual([]);
    expect(subject.facts()).toMatchObject({ suspicion: false, guest: 'held' });
  });

  test('"by any other owner, which halts it"', () => {
    const subject = asking();
    const taken = record({ phase: 'alone', version: 4, epoch: 3, owner: B, token: 3 });
    expect(typesOf(subject.answer(taken))).toEqual([
      'channel.close',
      'channel.close',
      'guest.halt',
      'report',
    ]);
  });

  test('"either by alone with the owner\'s name": the backup has renounced', () => {
    const subject = asking();
    const effects = subject.answer(record({ phase: 'alone', version: 4, epoch: 3 }));
    expect(typesOf(effects)).toEqual(['channel.close', 'channel.close', 'guest.run', 'report']);
  });
});

describe('an attempt that ends', () => {
  const again = { type: 'report', state: 'running', reason: 'replace-backup' };

  test('before the copy: "the guest runs again at once", and nothing is asked', () => {
    const subject = settling();
    opened(subject);
    const effects = fromC(subject, { kind: 'refuse', code: 'busy' });
    expect(effects).toEqual([
      { type: 'channel.close', connection: 3n },
      { type: 'guest.run' },
      again,
    ]);
  });

  test.each<[string, (subject: Subject) => readonly Effect[]]>([
    ['a connection that closes', (s) => s.give({ type: 'channel.closed', connection: count(3) })],
    ['J passed', passJoinTimeout],
  ])('after the copy, by %s: "the record is touched (T15)"', (_, end) => {
    const subject = copied();
    const effects = end(subject);
    expect(effects).toContainEqual(again);
    expect(swapOf(effects)).toMatchObject({
      phase: 'protected',
      epoch: 2n,
      version: 4n,
      backup: B,
    });
    expect(typesOf(subject.grant())).toEqual([]);
    expect(subject.facts().guest).toBe('running');
  });

  test('by a suspicion of the backup: "changed by the T7"', () => {
    const subject = copied();
    const effects = subject.give({ type: 'channel.closed', connection: count(2) });
    expect(swapOf(effects)).toMatchObject({ phase: 'alone', epoch: 3n });
    expect(typesOf(subject.grant())).not.toContain('arbiter.request');
  });

  test('"T15 by a higher version": it is repeated, though an operation is told meanwhile', () => {
    const subject = copied();
    subject.give({ type: 'channel.closed', connection: count(3) });
    subject.give({ type: 'manager.turn-off' });
    expect(swapOf(subject.answer(record({ phase: 'protected' })))).toMatchObject({
      phase: 'protected',
      version: 4n,
    });
    expect(swapOf(subject.grant())).toMatchObject({ phase: 'alone', version: 5n });
  });

  test('another may follow', () => {
    const subject = copied();
    subject.give({ type: 'channel.closed', connection: count(3) });
    subject.grant();
    const effects = subject.give({ type: 'manager.replace-backup', peer: C });
    expect(effects.at(-1)).toEqual({ type: 'channel.open', peer: C, connection: 4n });
  });
});

describe('the replacement', () => {
  const replaced = record({ phase: 'protected', version: 4, epoch: 3, backup: C });
  const asBefore = record({ phase: 'protected' });

  test('"refuses an epoch only when it is lower than one that it has read"', () => {
    const subject = createSubject(C);
    subject.give({ type: 'manager.start' });
    subject.answer(record({ phase: 'alone', epoch: 2, owner: B }));
    expect(messagesOf(fromOwner(subject, greeting))).toMatchObject([{ kind: 'welcome', next: 1n }]);
    const later = createSubject(C);
    later.give({ type: 'manager.start' });
    later.answer(record({ phase: 'alone', epoch: 3, owner: B }));
    expect(messagesOf(fromOwner(later, greeting))).toMatchObject([{ code: 'superseded' }]);
  });

  test('"neither watches nor is watched"', () => {
    const subject = ready();
    const effects = [subject.wait(600), subject.wait(600)].flat();
    expect(effects).toEqual([]);
    expect(subject.facts().suspicion).toBe(false);
  });

  test.each<[string, (subject: Subject) => readonly Effect[]]>([
    ['"when its channel closes"', (s) => s.give({ type: 'channel.closed', connection: count(3) })],
    ['"when J has passed since ready"', passJoinTimeout],
    ['"when a message of a higher epoch comes"', (s) => fromOwner(s, next)],
  ])('reads the record %s', (_, cause) => {
    const [asked] = cause(ready()).filter(({ type }) => type === 'arbiter.request');
    expect(asked).toMatchObject({ action: { type: 'read' } });
  });

  test('"T14 may be on its way": it waits and "reads again every R"', () => {
    const subject = ready();
    subject.give({ type: 'channel.closed', connection: count(3) });
    expect(subject.answer(asBefore)).toEqual([]);
    expect(typesOf(subject.wait(100))).toEqual([]);
    expect(typesOf(subject.wait(80))).toEqual(['arbiter.request']);
    expect(swapOf(subject.answer(replaced))).toMatchObject({ phase: 'alone', epoch: 4n, owner: C });
  });

  test('"The hello of the new epoch is kept until then, and answered welcome"', () => {
    const subject = ready();
    fromOwner(subject, next);
    expect(messagesOf(subject.answer(replaced))).toMatchObject([
      { kind: 'welcome', epoch: 3n, next: 1n },
    ]);
    expect(subject.facts()).toMatchObject({ role: 'backup', epoch: 3n });
    const entry: Body = {
      kind: 'entry',
      epoch: count(3),
      seq: count(1),
      position: count(101),
      entry: 'input',
      data: bytes('i'),
      watermark: count(0),
    };
    expect(typesOf(fromOwner(subject, entry))).toEqual(['guest.apply', 'channel.send']);
  });

  test('named before the hello came: "watches its owner from now on", and answers when it comes', () => {
    const subject = ready();
    passJoinTimeout(subject);
    expect(typesOf(subject.answer(replaced))).toEqual([]);
    expect(messagesOf(fromOwner(subject, next))).toMatchObject([{ kind: 'welcome', next: 1n }]);
    expect(typesOf(subject.wait(360))).toContain('arbiter.request');
  });

  test.each([
    ['another configuration', { configuration: bytes('another') }],
    ['another next', { next: count(2) }],
  ])('the hello of the new epoch is checked like any other: %s', (_, change) => {
    const subject = ready();
    expect(messagesOf(fromOwner(subject, { ...next, ...change } as Body))).toMatchObject([
      { kind: 'refuse', code: 'busy' },
    ]);
  });

  test('the hello of the new epoch came by the channel: its owner is not silent', () => {
    const subject = ready();
    passJoinTimeout(subject);
    subject.answer(replaced);
    subject.wait(300);
    fromOwner(subject, next);
    const beat = { vm, epoch: count<Message['epoch']>(3), from: P, kind: 'beat', number: 1n };
    subject.give({ type: 'datagram.arrived', message: beat as Message });
    subject.wait(200);
    expect(subject.facts().suspicion).toBe(false);
  });

  test.each([
    ['the version is higher: given up', record({ phase: 'protected', version: 4 })],
    ['another owns it', record({ phase: 'alone', version: 4, epoch: 3, owner: B, token: 3 })],
    ['its owner is alone', record({ phase: 'alone', version: 4, epoch: 3 })],
  ])('"anything else | discards": %s', (_, read) => {
    const subject = ready();
    subject.give({ type: 'channel.closed', connection: count(3) });
    expect(typesOf(subject.answer(read))).toEqual(['guest.halt', 'report']);
    expect(subject.facts().role).toBe('none');
  });

  test('before ready a closed channel leaves nothing to wait for', () => {
    const subject = createSubject(C);
    fromOwner(subject, greeting);
    const effects = subject.give({ type: 'channel.closed', connection: count(3) });
    expect(typesOf(effects)).toEqual(['guest.halt', 'report']);
  });

  test('"An entry that comes before is a fault of the peer"', () => {
    const subject = ready();
    const early: Body = {
      kind: 'entry',
      seq: count(1),
      position: count(101),
      entry: 'input',
      data: bytes('i'),
      watermark: count(0),
    };
    expect(fromOwner(subject, { ...early, from: name('p#2') } as Body)).toEqual([]);
    expect(fromOwner(subject, { ...early, epoch: count(1) } as Body)).toEqual([]);
    expect(typesOf(fromOwner(subject, early))).toEqual(['channel.close', 'arbiter.request']);
  });

  const greeting = hello({ to: C, connection: count(3), replaces: count(3) });
  const next = hello({ to: C, connection: count(3), epoch: count(3) });

  function fromOwner(subject: Subject, body: Body): readonly Effect[] {
    return fromP(subject, body, count(3));
  }

  function ready(): Subject {
    const subject = createSubject(C);
    fromOwner(subject, greeting);
    fromOwner(subject, copy());
    return subject;
  }
});

test('a backup that is replaced discards: the record names it no more', () => {
  const subject = readyBackup();
  subject.give({ type: 'channel.closed', connection: count(2) });
  const replaced = record({ phase: 'protected', version: 4, epoch: 3, backup: C });
  expect(typesOf(subject.answer(replaced))).toEqual(['guest.halt', 'report']);
});

function aloneSubject(): Subject {
  const subject = protectedOwner();
  subject.give({ type: 'manager.turn-off' });
  subject.grant();
  return subject;
}

/** P at rest, with the connection to C asked for. */
function settling(): Subject {
  const subject = protectedOwner();
  subject.give({ type: 'manager.replace-backup', peer: C });
  return subject;
}

function opened(subject: Subject): readonly Effect[] {
  return subject.give({ type: 'channel.opened', connection: count(3), peer: C });
}

/** C has the copy, and is not ready. */
function copied(): Subject {
  const subject = settling();
  opened(subject);
  fromC(subject, { kind: 'welcome', next: count(1) });
  subject.give({ type: 'guest.copied', position: count(100), state: bytes('s') });
  return subject;
}

/** T14 is asked. */
function asking(): Subject {
  const subject = copied();
  fromC(subject, { kind: 'ready' });
  return subject;
}

function fromC(subject: Subject, body: Body): readonly Effect[] {
  const message = { vm, epoch: count<Message['epoch']>(2), from: C, ...body } as Message;
  return subject.give({ type: 'channel.arrived', connection: count(3), message });
}

/** In steps, with the backup heard on both paths. */
function passJoinTimeout(subject: Subject): readonly Effect[] {
  const effects: Effect[] = [];
  for (let passed = 0; passed < joinTimeout; passed += 100) {
    if (subject.facts().role === 'owner') {
      fromB(subject, { kind: 'alive', seq: count(0), watermark: count(0), applied: count(0) });
      const number = 1n;
      const message = {
        kind: 'beat',
        vm,
        epoch: count<Message['epoch']>(2),
        from: B,
        number,
      } as const;
      subject.give({ type: 'datagram.arrived', message });
    }
    effects.push(...subject.wait(100));
  }
  return effects;
}

const typesOf = (effects: readonly Effect[]): readonly string[] => effects.map(({ type }) => type);

const messagesOf = (effects: readonly Effect[]): readonly Message[] =>
  effects.flatMap((effect) => (effect.type === 'channel.send' ? [effect.message] : []));

function swapOf(effects: readonly Effect[]): ArbiterRecord | undefined {
  for (const effect of effects) {
    if (effect.type !== 'arbiter.request') continue;
    if (effect.action.type === 'swap') return effect.action.record;
  }
  return undefined;
}
