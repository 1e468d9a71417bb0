// What a pairing says and believes, beyond what the slices ask. Quotations are of spec/protocol.md.

import { describe, expect, test } from 'vitest';
import { createHost } from '../../model/host.ts';
import type { Message, MessageBody, NodeEffect, NodeInput } from '../../model/vocabulary.ts';

describe('a hello', () => {
  test.each([
    ['with another `next`', { next: 2 }, 'superseded'],
    ['with another connection', { connection: 7 }, 'wrong-connection'],
    ['as it should be', {}, null],
  ] as const)('%s', (_, changes, code) => {
    const hello = fromOwner({ ...greeting, ...changes });
    const [answer] = effectsOf('b#1', opened('p#1'), hello);
    expect(bodyOf(answer)).toMatchObject(
      code === null ? { kind: 'welcome' } : { kind: 'refuse', code, vm: 'vm' },
    );
  });
});

describe('"from welcome on an `alive`", "before the copy its numbers are 0"', () => {
  const alive = { kind: 'alive', seq: 0, watermark: 0 };

  test('of a backup', () => {
    const effects = effectsOf('b#1', opened('p#1'), fromOwner(greeting), due);
    expect(bodyOf(effects.at(-1))).toMatchObject(alive);
  });

  test('of an owner, not before', () => {
    expect(effectsOf('p#1', ...joining, due)).toHaveLength(effectsOf('p#1', ...joining).length);
    const effects = effectsOf('p#1', ...joining, fromBackup({ kind: 'welcome', next: 1 }), due);
    expect(bodyOf(effects.at(-1))).toMatchObject(alive);
  });
});

describe('"A refusal of the backup counts until T4 is sent, by its channel and epoch alone"', () => {
  const refuse = { kind: 'refuse', code: 'wrong-incarnation' } as const;
  const isGivenUp = (changes: Partial<Message>): boolean =>
    effectsOf('p#1', ...joining, fromBackup(refuse, changes)).some(
      (effect) => effect.type === 'arbiter.request' && effect.intent === 'T5',
    );

  test('whoever it comes from', () => {
    expect(isGivenUp({})).toBe(true);
    expect(isGivenUp({ from: 'b#2' })).toBe(true);
    expect(isGivenUp({ vm: 'other' })).toBe(true);
  });

  test('and not in another epoch', () => {
    expect(isGivenUp({ epoch: 1 })).toBe(false);
  });
});

test('a joining that is given up: "nothing more is sent to it"', () => {
  const lost: NodeInput = { type: 'channel.closed', connection: 1 };
  const beat: NodeInput = { type: 'deadline.passed', name: 'beat' };
  expect(effectsOf('p#1', ...joining, beat).at(-1)).toMatchObject({ type: 'datagram.send' });
  expect(effectsOf('p#1', ...joining, lost, beat).at(-1)).toMatchObject({ intent: 'T5' });
});

test('a disk that answers a machine about to be off: "the owner asks `guest.complete`"', () => {
  const effects = effectsOf(
    'p#1',
    ...started,
    { type: 'guest.output', position: 1, channel: 'disk', data: 1 },
    { type: 'manager.power-off' },
    { type: 'disk.answered', operation: 1, result: 'done' },
  );
  expect(effects.at(-1)).toEqual({ type: 'guest.complete', operation: 1, result: 'done' });
});

const due: NodeInput = { type: 'deadline.passed', name: 'alive' };
const opened = (peer: string): NodeInput => ({ type: 'channel.opened', connection: 1, peer });

const greeting = {
  kind: 'hello',
  to: 'b#1',
  connection: 1,
  next: 1,
  configuration: 'equal',
} as const;

const arrived = (from: string, body: MessageBody, changes: Partial<Message> = {}): NodeInput => ({
  type: 'channel.arrived',
  connection: 1,
  message: { vm: 'vm', epoch: 2, from, ...body, ...changes } as Message,
});
const fromOwner = (body: MessageBody): NodeInput => arrived('p#1', body);
const fromBackup = (body: MessageBody, changes: Partial<Message> = {}): NodeInput =>
  arrived('b#1', body, changes);

const alone = { version: 1, epoch: 1, phase: 'alone', owner: 'p#1', backup: null } as const;
const joined = { version: 2, epoch: 2, phase: 'joining', owner: 'p#1', backup: 'b#1' } as const;
const answered = (
  record: typeof alone | typeof joined,
  reason: 'start' | 'protect',
): NodeInput => ({
  type: 'arbiter.answered',
  nonce: 'current',
  record: { ...record, token: 1, reason },
});
const started: readonly NodeInput[] = [
  { type: 'manager.start' },
  answered(alone, 'start'),
  { type: 'disk.answered', operation: 'fence', result: 'done' },
];
/** Up to the hello that the owner has sent. */
const joining: readonly NodeInput[] = [
  ...started,
  { type: 'manager.protect', peer: 'b#1' },
  answered(joined, 'protect'),
  opened('b#1'),
];

/** All that a node did, from its beginning. */
function effectsOf(self: string, ...inputs: readonly NodeInput[]): readonly NodeEffect[] {
  const host = createHost({
    self,
    entriesMax: 4,
    network: 'at-least-once',
    throttleMax: 0,
    reconnect: false,
  });
  let state = host.initial;
  return inputs.flatMap((input) => {
    const step = host.step(state, input);
    state = step.next;
    return step.effects;
  });
}

const bodyOf = (effect: NodeEffect | undefined): Message | null =>
  effect?.type === 'channel.send' ? effect.message : null;
