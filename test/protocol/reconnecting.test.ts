// A running pair gets another channel in the same epoch: what each side bears, says, keeps and refuses.
// Quotations are of spec/protocol.md, "Reconnecting".

import { describe, expect, test } from 'vitest';
import type { ArbiterRecord, Effect, Message } from '../../impl/protocol/index.ts';
import {
  B,
  type Body,
  beatFrom,
  bytes,
  C,
  count,
  entry,
  fromB,
  fromP,
  greetingOwner,
  hello,
  P,
  protectedOwner,
  readyBackup,
  record,
  type Subject,
  type SubjectOptions,
  vm,
} from './subject.ts';

const options: SubjectOptions = { config: { reconnect: true } };
const first = count<ConnectionNumber>(2);
const second = count<ConnectionNumber>(3);

describe('the owner', () => {
  test('"Such a node takes a closed channel for a silent one" and "at once opens a connection"', () => {
    const subject = protectedOwner(options);
    expect(close(subject)).toEqual([{ type: 'channel.open', peer: B, connection: 3n }]);
    expect(subject.facts()).toMatchObject({ suspicion: false, gate: 'acked', guest: 'running' });
  });

  test('not so configured: "a suspicion at once"', () => {
    expect(swapOf(close(protectedOwner()))).toMatchObject({ phase: 'alone' });
  });

  test('a pair that does not run: joining', () => {
    expect(swapOf(close(greetingOwner(options)))).toMatchObject({ phase: 'alone' });
  });

  test('a pair that does not run: an operation is under way', () => {
    const subject = protectedOwner(options);
    subject.give({ type: 'manager.test-failover' });
    expect(swapOf(close(subject))).toMatchObject({ phase: 'alone' });
  });

  test('"which is suspected after L without a message"', () => {
    const subject = protectedOwner(options);
    close(subject);
    beatFrom(subject, B);
    subject.wait(300);
    beatFrom(subject, B);
    const effects = subject.wait(180);
    expect(swapOf(effects)).toMatchObject({ phase: 'alone', epoch: 3n });
    expect(effects).toContainEqual({ type: 'channel.close', connection: 3n });
  });

  test('"The owner records on": the hello says "the first entry that it keeps"', () => {
    const subject = sending();
    fromB(subject, { kind: 'acknowledge', upto: count(1), applied: count(0) });
    close(subject);
    expect(messagesOf(output(subject, 4))).toEqual([]);
    expect(messagesOf(opened(subject))).toMatchObject([
      { kind: 'hello', epoch: 2n, to: B, connection: 3n, next: 2n },
    ]);
  });

  test('"k counts as an acknowledgement of k - 1, and the entries from k on are sent again"', () => {
    const subject = sending();
    close(subject);
    output(subject, 4);
    opened(subject);
    const effects = welcome(subject, 3);
    expect(typesOf(effects).slice(0, 2)).toEqual(['output.emit', 'output.emit']);
    expect(messagesOf(effects)).toMatchObject([
      { kind: 'entry', seq: 3n, watermark: 2n },
      { kind: 'entry', seq: 4n, watermark: 2n },
    ]);
    expect(subject.facts()).toMatchObject({ acknowledged: 2n, sent: 4n, waiting: 2 });
    expect(messagesOf(output(subject, 5))).toMatchObject([{ kind: 'entry', seq: 5n }]);
  });

  test('a full log makes room', () => {
    const subject = sending();
    close(subject);
    output(subject, 4);
    expect(subject.facts().guest).toBe('held');
    opened(subject);
    expect(typesOf(welcome(subject, 2))).toContain('guest.run');
  });

  test.each([
    ['"above the highest acknowledgement"', 1],
    ['"at most one above the last entry sent"', 5],
  ])('unless k is %s, "the backup is lost"', (_, next) => {
    const subject = sending();
    fromB(subject, { kind: 'acknowledge', upto: count(1), applied: count(0) });
    close(subject);
    opened(subject);
    const effects = welcome(subject, next);
    expect(effects[0]).toEqual({ type: 'channel.close', connection: 3n });
    expect(swapOf(effects)).toMatchObject({ phase: 'alone' });
    expect(typesOf(effects)).not.toContain('output.emit');
  });

  test.each<[string, (subject: Subject) => readonly Effect[]]>([
    ['"A refusal"', (s) => arrived(s, { kind: 'refuse', code: 'arbitrating' })],
    ['"a connection that closes before its welcome came"', (s) => close(s, second)],
  ])('%s "is a suspicion at once"', (_, fail) => {
    const subject = protectedOwner(options);
    close(subject);
    opened(subject);
    expect(swapOf(fail(subject))).toMatchObject({ phase: 'alone' });
  });

  test('"is told to do an operation gives the attempt up"', () => {
    const subject = protectedOwner(options);
    close(subject);
    const effects = subject.give({ type: 'manager.turn-off' });
    expect(effects).toContainEqual({ type: 'channel.close', connection: 3n });
    expect(swapOf(effects)).toMatchObject({ reason: 'turn-off' });
  });

  test('"What still comes on an older connection is ignored"', () => {
    const subject = sending();
    close(subject);
    opened(subject);
    welcome(subject, 1);
    fromB(subject, { kind: 'acknowledge', upto: count(3), applied: count(0) }, first);
    expect(subject.facts().acknowledged).toBe(0n);
    fromB(subject, { kind: 'acknowledge', upto: count(3), applied: count(0) }, second);
    expect(subject.facts().acknowledged).toBe(3n);
  });

  test('and again when the next one closes', () => {
    const subject = protectedOwner(options);
    close(subject);
    opened(subject);
    welcome(subject, 1);
    expect(close(subject, second)).toEqual([{ type: 'channel.open', peer: B, connection: 4n }]);
  });
});

describe('the backup', () => {
  const again = hello({ connection: second });

  test('bears a closed channel, and answers a hello "with the last entry held + 1"', () => {
    const subject = holding();
    expect(close(subject)).toEqual([]);
    expect(greet(subject, again)).toMatchObject([
      { type: 'channel.send', connection: 3n, message: { kind: 'welcome', epoch: 2n, next: 3n } },
    ]);
    expect(typesOf(fromP(subject, entry(3), second))).toEqual(['channel.send']);
    expect(subject.facts().held).toBe(3n);
  });

  test('not so configured it reads at once, and is busy', () => {
    const subject = readyBackup();
    expect(typesOf(close(subject))).toEqual(['arbiter.request']);
    expect(messagesOf(greet(subject, again))).toMatchObject([{ code: 'busy' }]);
  });

  test('silence for L is a suspicion as ever', () => {
    const subject = holding();
    close(subject);
    beatFrom(subject, P);
    subject.wait(300);
    beatFrom(subject, P);
    expect(typesOf(subject.wait(180))).toContain('arbiter.request');
    expect(swapOf(subject.answer(record({ phase: 'protected' })))).toMatchObject({ owner: B });
  });

  test('"it closes the older connection if that still stands"', () => {
    const effects = greet(holding(), again);
    expect(effects[0]).toEqual({ type: 'channel.close', connection: 2n });
  });

  test('an older connection is refused like any other hello', () => {
    const subject = holding();
    greet(subject, again);
    expect(messagesOf(greet(subject, hello({ connection: first }), first))).toMatchObject([
      { code: 'busy' },
    ]);
  });

  test('"in the epoch of its pairing", "from the owner of its pairing", or busy', () => {
    expect(
      messagesOf(greet(holding(), hello({ connection: second, epoch: count(1) }))),
    ).toMatchObject([{ code: 'busy' }]);
    const stranger = hello({ connection: second, from: C });
    expect(messagesOf(greet(holding(), stranger))).toMatchObject([{ code: 'busy' }]);
  });

  test.each<[string, Partial<Body & { kind: 'hello' }>, string]>([
    ['vm', { vm: 'other' }, 'wrong-vm'],
    ['to', { to: C }, 'wrong-incarnation'],
    ['connection', { connection: count(4) }, 'wrong-connection'],
    ['configuration', { configuration: bytes('x') }, 'configuration'],
    ['next: "above the last entry held + 1"', { next: count(4) }, 'superseded'],
  ])('checks it "like any other": %s', (_, changes, code) => {
    const effects = greet(holding(), hello({ connection: second, ...changes }));
    expect(messagesOf(effects)).toMatchObject([{ kind: 'refuse', code }]);
  });

  test('"a swap of its own is unresolved": arbitrating', () => {
    const subject = holding();
    subject.wait(360);
    subject.answer(record({ phase: 'protected' }));
    expect(messagesOf(greet(subject, again))).toMatchObject([{ code: 'arbitrating' }]);
  });

  test('a mere read is none: "the hello is a message that came by the channel"', () => {
    const subject = holding();
    close(subject);
    beatFrom(subject, P);
    subject.wait(300);
    beatFrom(subject, P);
    subject.wait(180);
    expect(subject.facts().suspicion).toBe(true);
    expect(messagesOf(greet(subject, again))).toMatchObject([{ kind: 'welcome' }]);
    expect(subject.facts().suspicion).toBe(false);
  });

  test('"it has sealed or has diverged": busy', () => {
    const subject = holding();
    subject.give({ type: 'guest.diverged', seq: count(1), position: count(101) });
    expect(messagesOf(greet(subject, again))).toMatchObject([{ code: 'busy' }]);
  });

  test('"A hello that is refused changes nothing else"', () => {
    const subject = holding();
    const before = subject.facts();
    greet(subject, hello({ connection: second, next: count(9) }));
    expect(subject.facts()).toEqual(before);
    expect(typesOf(fromP(subject, entry(3)))).toContain('channel.send');
  });

  function holding(): Subject {
    const subject = readyBackup(options);
    fromP(subject, entry(1));
    fromP(subject, entry(2));
    return subject;
  }
});

type ConnectionNumber = Extract<Body, { kind: 'hello' }>['connection'];

/** P with three outputs sent and none acknowledged. */
function sending(): Subject {
  const subject = protectedOwner(options);
  for (const at of [1, 2, 3]) output(subject, at);
  return subject;
}

function output(subject: Subject, at: number): readonly Effect[] {
  const data = bytes(`${at}`);
  return subject.give({
    type: 'guest.output',
    position: count(100 + at),
    channel: 'network',
    data,
  });
}

function close(subject: Subject, connection = first): readonly Effect[] {
  return subject.give({ type: 'channel.closed', connection });
}

function opened(subject: Subject): readonly Effect[] {
  return subject.give({ type: 'channel.opened', connection: second, peer: B });
}

function arrived(subject: Subject, body: Body): readonly Effect[] {
  return fromB(subject, body, second);
}

function welcome(subject: Subject, next: number): readonly Effect[] {
  return arrived(subject, { kind: 'welcome', next: count(next) });
}

function greet(subject: Subject, body: Body, connection = second): readonly Effect[] {
  subject.give({ type: 'channel.opened', connection, peer: P });
  const message = { vm, epoch: count<Message['epoch']>(2), from: P, ...body } as Message;
  return subject.give({ type: 'channel.arrived', connection, message });
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
