// The manager's operations on one node, sentence by sentence of protocol.md, "Lifecycle".

import { describe, expect, test } from 'vitest';
import type { Effect, Input, RefusalCode } from '../../impl/protocol/index.ts';
import {
  aloneOwner,
  applied,
  asked,
  B,
  beatFrom,
  C,
  connection,
  count,
  createSubject,
  emitted,
  entry,
  fromB,
  fromP,
  greetingOwner,
  guestInput,
  guestOutput,
  hello,
  P,
  protectedOwner,
  readyBackup,
  record,
  recordingOwner,
  reports,
  type Subject,
  sent,
  types,
} from './subject.ts';

type Told = Extract<Input, { type: `manager.${string}` }>['type'];
type Operation = Exclude<Told, 'manager.start' | 'manager.protect' | 'manager.replace-backup'>;

const operations: readonly Operation[] = [
  'manager.power-off',
  'manager.suspend',
  'manager.turn-off',
  'manager.restart-secondary',
  'manager.test-failover',
];

const tell = (subject: Subject, type: Operation): readonly Effect[] => subject.give({ type });
const closed: Input = { type: 'channel.closed', connection };
const saved: Input = { type: 'guest.saved', result: 'done' };
const answered = (operation: number): Input => {
  return { type: 'disk.answered', operation: count(operation), result: 'done' };
};

/** The kinds of the entries sent, in order. */
function entries(effects: readonly Effect[]): string[] {
  return sent(effects).flatMap((message) => (message.kind === 'entry' ? [message.entry] : []));
}

describe('refused', () => {
  test.each(operations)('%s elsewhere than on the owner: not-owner', (type) => {
    expect(createSubject(P).refusal({ type })).toBe('not-owner');
    expect(readyBackup().refusal({ type })).toBe('not-owner');
  });

  test.each(operations)('%s before the guest runs: not-alone', (type) => {
    const subject = createSubject(P);
    subject.give({ type: 'manager.start' });
    subject.grant();
    expect(subject.refusal({ type })).toBe('not-alone');
  });

  test.each<[Operation, RefusalCode | undefined]>([
    ['manager.power-off', undefined],
    ['manager.suspend', 'joining'],
    ['manager.turn-off', 'joining'],
    ['manager.restart-secondary', 'joining'],
    ['manager.test-failover', 'not-protected'],
    ['manager.resume', 'already-started'],
  ])('%s while a backup joins: %s', (type, code) => {
    expect(greetingOwner().refusal({ type })).toBe(code);
    const asking = aloneOwner();
    asking.give({ type: 'manager.protect', peer: B });
    expect(asking.refusal({ type })).toBe(code);
  });

  test.each<Operation>(['manager.restart-secondary', 'manager.test-failover'])(
    '%s alone: not-protected',
    (type) => expect(aloneOwner().refusal({ type })).toBe('not-protected'),
  );

  test('a test failover while the backup is suspected or a request is outstanding', () => {
    const subject = protectedOwner();
    subject.give(closed);
    expect(subject.refusal({ type: 'manager.test-failover' })).toBe('not-protected');
  });

  test('every operation, and protecting, while one is under way: operation-pending', () => {
    for (const first of operations) {
      const subject = protectedOwner();
      tell(subject, first);
      for (const type of operations) expect(subject.refusal({ type })).toBe('operation-pending');
      expect(subject.refusal({ type: 'manager.protect', peer: C })).toBe('operation-pending');
    }
  });
});

describe('power-off', () => {
  test('holds the guest, shuts the gate, and tells the pair before it asks T9', () => {
    const subject = protectedOwner();
    subject.give(guestOutput(110, 'late'));
    const effects = tell(subject, 'manager.power-off');
    expect(types(effects)).toEqual(['guest.hold', 'channel.send', 'arbiter.request']);
    expect(sent(effects)).toMatchObject([{ entry: 'power-off', seq: 2n, position: 110n }]);
    expect(asked(effects)).toEqual(['off e3']);
    expect(subject.facts()).toMatchObject({ gate: 'shut', waiting: 1 });
    expect(
      emitted(fromB(subject, { kind: 'acknowledge', upto: count(2), applied: count(0) })),
    ).toEqual([]);
  });

  test('needs no room in a full log', () => {
    const subject = protectedOwner({ config: { entriesMax: 1n } });
    subject.give(guestInput(110));
    expect(subject.facts().guest).toBe('held');
    expect(entries(tell(subject, 'manager.power-off'))).toEqual(['power-off']);
  });

  test('alone or joining: T9 at once, and the joining goes no further', () => {
    expect(asked(tell(aloneOwner(), 'manager.power-off'))).toEqual(['off e2']);
    const subject = recordingOwner();
    const effects = tell(subject, 'manager.power-off');
    expect(entries(effects)).toEqual([]);
    expect(asked(effects)).toEqual(['off e3']);
    expect(asked(fromB(subject, { kind: 'ready' }))).toEqual([]);
    expect(asked(subject.give(closed))).toEqual([]);
  });

  test('a T4 unresolved is resolved first: the pair that it made is told', () => {
    const subject = recordingOwner();
    fromB(subject, { kind: 'ready' });
    expect(asked(tell(subject, 'manager.power-off'))).toEqual([]);
    const effects = subject.grant();
    expect(entries(effects)).toEqual(['power-off']);
    expect(asked(effects)).toEqual(['off e3']);
    expect(reports(effects)).toEqual([]);
  });

  test('a T4 that was not applied is not asked again', () => {
    const subject = recordingOwner();
    fromB(subject, { kind: 'ready' });
    tell(subject, 'manager.power-off');
    const effects = subject.answer(record({ phase: 'joining', version: 2 }));
    expect(entries(effects)).toEqual([]);
    expect(asked(effects)).toEqual(['off e3']);
  });

  test('a T4 that took effect after all is read later: the pair that it made is told, and watched', () => {
    const subject = recordingOwner();
    fromB(subject, { kind: 'ready' });
    tell(subject, 'manager.power-off');
    subject.answer(record({ phase: 'joining', version: 2 }));
    const effects = subject.answer(record({ phase: 'protected' }));
    expect(entries(effects)).toEqual(['power-off']);
    expect(asked(effects)).toEqual(['off e3']);
    expect(entries(subject.answer(record({ phase: 'protected' })))).toEqual([]);
    subject.give(closed);
    expect(subject.facts().suspicion).toBe(true);
  });

  test('a T3 that was granted meanwhile opens no channel', () => {
    const subject = aloneOwner();
    subject.give({ type: 'manager.protect', peer: B });
    tell(subject, 'manager.power-off');
    expect(types(subject.grant())).toEqual(['arbiter.request']);
  });

  test('reports only what the record says, and the node is idle', () => {
    const subject = protectedOwner();
    tell(subject, 'manager.power-off');
    expect(reports(subject.give(closed))).toEqual([]);
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['off e3']);
    const effects = subject.grant();
    expect(effects).toContainEqual({ type: 'report', state: 'enabled', reason: 'power-off' });
    expect(types(effects)).toContain('guest.halt');
    expect(subject.facts()).toMatchObject({ role: 'none', guest: 'none', state: 'enabled' });
    expect(asked(subject.give({ type: 'manager.start' }))).toEqual(['alone e4']);
  });

  test('goes on when the backup renounces', () => {
    const subject = protectedOwner();
    tell(subject, 'manager.power-off');
    const effects = subject.answer(record({ phase: 'alone', version: 4, epoch: 3 }));
    expect(types(effects)).toEqual(['channel.close', 'arbiter.request']);
    expect(asked(effects)).toEqual(['off e4']);
    expect(subject.facts()).toMatchObject({ guest: 'held', gate: 'shut' });
  });

  test('read with another owner: it halts', () => {
    const subject = protectedOwner();
    tell(subject, 'manager.power-off');
    const effects = subject.answer(record({ phase: 'alone', owner: B, version: 4, epoch: 3 }));
    expect(effects).toContainEqual({ type: 'report', state: 'halted', reason: 'superseded' });
  });
});

describe('a backup that holds power-off', () => {
  const holding = (): Subject => {
    const subject = readyBackup();
    fromP(subject, entry(1));
    fromP(subject, entry(2, { entry: 'power-off', data: new Uint8Array(0) }));
    return subject;
  };

  test('acknowledges it, applies what stands before it and nothing after', () => {
    const subject = holding();
    expect(subject.facts()).toMatchObject({ held: 2n, acknowledged: 2n });
    expect(types(subject.give(applied(1)))).toEqual([]);
    expect(types(fromP(subject, entry(3)))).toContain('channel.close');
    expect(subject.facts()).toMatchObject({ held: 2n, applied: 1n });
  });

  test('finishes it when the owner is gone', () => {
    const subject = holding();
    expect(asked(subject.give(closed))).toEqual(['read']);
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['off e3']);
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['off e3']);
    const effects = subject.grant();
    expect(effects).toContainEqual({ type: 'report', state: 'enabled', reason: 'power-off' });
    expect(subject.facts()).toMatchObject({ role: 'none', guest: 'none' });
  });

  test('reads off, and is idle', () => {
    const subject = holding();
    subject.give(closed);
    const effects = subject.answer(record({ phase: 'off', version: 4, epoch: 3 }));
    expect(reports(effects)).toEqual(['enabled']);
  });

  test('ends by T12 what an earlier T6 won', () => {
    const subject = readyBackup();
    subject.wait(400);
    subject.answer(record({ phase: 'protected' }));
    fromP(subject, entry(1, { entry: 'power-off', data: new Uint8Array(0) }));
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
    const effects = subject.grant();
    expect(types(effects)).toEqual(['channel.close', 'guest.halt', 'arbiter.request']);
    expect(asked(effects)).toEqual(['off e4']);
    expect(subject.node().request?.proposed?.reason).toBe('power-off');
    expect(subject.facts()).toMatchObject({ role: 'owner', guest: 'halted' });
    expect(subject.refusal({ type: 'manager.power-off' })).toBe('not-alone');
    expect(reports(subject.grant())).toEqual(['enabled']);
  });

  test('is "owner" until then: a hello is refused busy', () => {
    const subject = readyBackup();
    subject.wait(400);
    subject.answer(record({ phase: 'protected' }));
    fromP(subject, entry(1, { entry: 'power-off', data: new Uint8Array(0) }));
    subject.grant();
    const effects = fromP(subject, hello({ from: C, epoch: count(9) }), count(9));
    expect(sent(effects)).toMatchObject([{ kind: 'refuse', code: 'busy' }]);
  });

  test('halts where another record than off resolves that T12', () => {
    const subject = readyBackup();
    subject.wait(400);
    subject.answer(record({ phase: 'protected' }));
    fromP(subject, entry(1, { entry: 'power-off', data: new Uint8Array(0) }));
    subject.grant();
    const other = record({ phase: 'alone', owner: C, version: 6, epoch: 5, token: 5 });
    expect(subject.answer(other)).toEqual([
      { type: 'report', state: 'halted', reason: 'superseded' },
    ]);
  });

  test('without it, a machine that is off is no success of anyone', () => {
    const subject = readyBackup();
    subject.give(closed);
    const effects = subject.answer(record({ phase: 'off', version: 4, epoch: 3 }));
    expect(reports(effects)).toEqual(['notConfigured']);
  });
});

describe('suspend', () => {
  test('settles outputs, entries and operations, then makes the image, then asks T10', () => {
    const subject = protectedOwner();
    subject.give(guestOutput(110, 'block', 'disk'));
    subject.give(guestInput(120));
    expect(types(tell(subject, 'manager.suspend'))).toEqual(['guest.hold']);
    fromB(subject, { kind: 'acknowledge', upto: count(1), applied: count(0) });
    expect(types(subject.give(answered(1)))).toEqual(['guest.complete']);
    const effects = fromB(subject, { kind: 'acknowledge', upto: count(2), applied: count(0) });
    expect(effects).toMatchObject([
      { type: 'guest.save', open: [{ operation: 1n }], offsets: { disk: 1n } },
    ]);
    expect(subject.facts()).toMatchObject({ gate: 'acked', guest: 'held' });
    expect(asked(subject.give(saved))).toEqual(['suspended e3']);
    expect(subject.facts().gate).toBe('shut');
    expect(subject.grant()).toContainEqual({
      type: 'report',
      state: 'enabled',
      reason: 'suspend',
    });
  });

  test('an image that cannot be made lets the guest run again', () => {
    const subject = aloneOwner();
    tell(subject, 'manager.suspend');
    const effects = subject.give({ type: 'guest.saved', result: 'error' });
    expect(types(effects)).toEqual(['guest.run', 'report']);
    expect(effects).toContainEqual({ type: 'report', state: 'needSecondary', reason: 'suspend' });
    expect(subject.refusal({ type: 'manager.suspend' })).toBe(undefined);
  });

  test('a backup suspected before T10 leads to T7, and the suspend goes on alone', () => {
    const subject = protectedOwner();
    subject.give(guestOutput(110, 'held'));
    tell(subject, 'manager.suspend');
    expect(asked(subject.give(closed))).toEqual(['alone e3']);
    const effects = subject.grant();
    expect(emitted(effects)).toEqual(['held']);
    expect(types(effects)).toContain('guest.save');
    expect(subject.facts().guest).toBe('held');
    expect(asked(subject.give(saved))).toEqual(['suspended e4']);
  });

  test('a backup suspected after T10 changes nothing', () => {
    const subject = protectedOwner();
    tell(subject, 'manager.suspend');
    subject.give(saved);
    expect(asked(subject.give(closed))).toEqual([]);
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['suspended e3']);
  });

  test('read as alone after T10 was asked, the pairing is over and T10 goes on', () => {
    const subject = protectedOwner();
    tell(subject, 'manager.suspend');
    subject.give(saved);
    const effects = subject.answer(record({ phase: 'alone', version: 4, epoch: 3 }));
    expect(types(effects)).toEqual(['channel.close', 'arbiter.request']);
    expect(asked(effects)).toEqual(['suspended e4']);
    expect(subject.facts()).toMatchObject({ guest: 'held', gate: 'shut' });
  });

  test('"owner me: again, with that version", whatever the phase', () => {
    const subject = aloneOwner();
    tell(subject, 'manager.suspend');
    subject.give(saved);
    const joining = record({ phase: 'joining', version: 2, epoch: 2 });
    expect(asked(subject.answer(joining))).toEqual(['suspended e3']);
  });

  test('read as off, it is no suspended machine: halt', () => {
    const subject = protectedOwner();
    tell(subject, 'manager.suspend');
    subject.give(saved);
    expect(reports(subject.answer(record({ phase: 'off', version: 4, epoch: 3 })))).toEqual([
      'halted',
    ]);
  });

  test('an answer that nobody waits for is ignored', () => {
    const subject = aloneOwner();
    expect(subject.give(saved)).toEqual([]);
  });
});

describe('resume', () => {
  const suspended = record({ phase: 'suspended', version: 4, epoch: 3 });
  const loaded: Input = {
    type: 'guest.loaded',
    position: count(120),
    state: new Uint8Array(0),
    open: [{ operation: count(1), data: new Uint8Array([9]) }],
    offsets: { network: count(7), console: count(0), disk: count(1) },
  };

  test('reads, asks T11, fences, loads the image, and only then runs', () => {
    const subject = createSubject(C);
    expect(asked(tell(subject, 'manager.resume'))).toEqual(['read']);
    expect(asked(subject.answer(suspended))).toEqual(['alone e4']);
    expect(types(subject.grant())).toEqual(['disk.request']);
    // The image of the owner that suspended it, whoever else saved one.
    expect(subject.give(answered(0))).toEqual([{ type: 'guest.load', token: 1n }]);
    const live = types(subject.give(loaded));
    expect(live).toEqual(['address.announce', 'guest.run', 'report']);
    expect(subject.facts()).toMatchObject({ token: 4n, gate: 'open', state: 'needSecondary' });
    const out = subject.give(guestOutput(130, 'on'));
    expect(out).toMatchObject([{ type: 'output.emit', offset: 7n }]);
  });

  test.each([
    ['off', record({ phase: 'off' })],
    ['owned', record({ phase: 'alone' })],
    ['none', null],
  ])('fails where the record read is %s', (_, read) => {
    const subject = createSubject(C);
    tell(subject, 'manager.resume');
    expect(reports(subject.answer(read))).toEqual(['notConfigured']);
    expect(subject.refusal({ type: 'manager.start' })).toBe(undefined);
  });

  test('of two, the one that reads the other gives up', () => {
    const subject = createSubject(C);
    tell(subject, 'manager.resume');
    subject.answer(suspended);
    const other = record({ phase: 'alone', owner: B, version: 5, epoch: 4, token: 4 });
    expect(reports(subject.answer(other))).toEqual(['notConfigured']);
  });

  test('a machine that is suspended is not powered on', () => {
    const subject = createSubject(C);
    subject.give({ type: 'manager.start' });
    expect(reports(subject.answer(suspended))).toEqual(['notConfigured']);
  });
});

describe('turn-off and restart of the backup', () => {
  test('alone, turn-off has nothing to ask for', () => {
    const effects = tell(aloneOwner(), 'manager.turn-off');
    expect(effects).toEqual([{ type: 'report', state: 'notConfigured', reason: 'turn-off' }]);
  });

  test.each<[Operation, string]>([
    ['manager.turn-off', 'notConfigured'],
    ['manager.restart-secondary', 'needSecondary'],
  ])('%s: T7 with its reason, and %s once the record says alone', (type, state) => {
    const subject = protectedOwner();
    subject.give(guestOutput(110, 'held'));
    const effects = tell(subject, type);
    expect(asked(effects)).toEqual(['alone e3']);
    expect(reports(effects)).toEqual([]);
    expect(subject.node().request?.proposed?.reason).toBe(type.slice('manager.'.length));
    expect(subject.facts()).toMatchObject({ guest: 'running', gate: 'acked' });
    const done = subject.grant();
    expect(emitted(done)).toEqual(['held']);
    expect(reports(done)).toEqual([state]);
    expect(subject.refusal({ type: 'manager.protect', peer: C })).toBe(undefined);
  });

  test('the T7 that is outstanding will do', () => {
    const subject = protectedOwner();
    subject.give(closed);
    expect(asked(tell(subject, 'manager.turn-off'))).toEqual([]);
    expect(reports(subject.grant())).toEqual(['notConfigured']);
  });
});

describe('test failover', () => {
  test('the owner holds its guest, yields, and learns by its closed channel that it lost', () => {
    const subject = protectedOwner();
    subject.give(guestOutput(110, 'held'));
    const effects = tell(subject, 'manager.test-failover');
    expect(types(effects)).toEqual(['guest.hold', 'channel.send']);
    expect(entries(effects)).toEqual(['yield']);
    expect(
      emitted(fromB(subject, { kind: 'acknowledge', upto: count(2), applied: count(0) })),
    ).toEqual(['held']);
    expect(subject.facts()).toMatchObject({ guest: 'held', gate: 'acked' });
    expect(asked(subject.give(closed))).toEqual(['alone e3']);
    const lost = record({ phase: 'alone', owner: B, version: 4, epoch: 3, token: 3 });
    expect(reports(subject.answer(lost))).toEqual(['halted']);
  });

  test('not taken: Y passes, T7, and only the record lets the guest run again', () => {
    const subject = protectedOwner();
    tell(subject, 'manager.test-failover');
    for (let step = 0; step < 22; step += 1) {
      subject.wait(100);
      fromB(subject, { kind: 'alive', seq: count(1), watermark: count(0), applied: count(0) });
      beatFrom(subject, B);
    }
    expect(subject.facts().suspicion).toBe(false);
    const effects = subject.wait(100);
    expect(asked(effects)).toEqual(['alone e3']);
    expect(types(effects)).not.toContain('guest.run');
    const taken = subject.grant();
    expect(types(taken)).toContain('guest.run');
    expect(reports(taken)).toEqual(['needSecondary']);
  });

  test('the backup that consumed yield reads at once and asks T6 without suspicion', () => {
    const subject = readyBackup();
    fromP(subject, entry(1));
    fromP(subject, entry(2, { entry: 'yield', data: new Uint8Array(0) }));
    expect(types(subject.give(applied(1)))).toEqual(['guest.apply']);
    expect(asked(subject.give(applied(2)))).toEqual(['read']);
    expect(subject.facts().suspicion).toBe(false);
    expect(asked(subject.answer(record({ phase: 'protected' })))).toEqual(['alone e3']);
    subject.grant();
    expect(types(subject.give(answered(0)))).toContain('guest.run');
  });
});
