// A backup that is replaced, sentence by sentence: what a node asks of the world, as owner and as the replacement.
// Quotations are of spec/protocol.md, "Migration".

import { describe, expect, test } from 'vitest';
import { createHost } from '../../model/host.ts';
import type { ArbiterRecord, MessageBody, NodeInput } from '../../model/vocabulary.ts';

const pair: ArbiterRecord = {
  version: 3,
  epoch: 2,
  phase: 'protected',
  owner: 'p#1',
  backup: 'b#1',
  token: 1,
  reason: 'protect',
};
const replaced: ArbiterRecord = { ...pair, version: 4, epoch: 3, backup: 'c#1' };
const answered = (record: ArbiterRecord): NodeInput => ({
  type: 'arbiter.answered',
  nonce: 'current',
  record,
});
const said = (from: string, connection: number, body: MessageBody, epoch = 2): NodeInput => ({
  type: 'channel.arrived',
  connection,
  message: { vm: 'vm', epoch, from, ...body },
});
const opened = (connection: number, peer: string): NodeInput => ({
  type: 'channel.opened',
  connection,
  peer,
});
const closed = (connection: number): NodeInput => ({ type: 'channel.closed', connection });
const passed = (name: 'join' | 'retry' | 'channel-timeout'): NodeInput => ({
  type: 'deadline.passed',
  name,
});
const copied: NodeInput = { type: 'guest.copied', position: 0, state: [] };
const alone = { ...pair, version: 1, epoch: 1, phase: 'alone', backup: null } as const;
const hello = { kind: 'hello', to: 'c#1', connection: 1, next: 1, configuration: 'equal' } as const;

/** The effects of the last of these inputs, in a few words. */
function run(self: string, inputs: readonly NodeInput[]): string[] {
  const host = createHost({
    self,
    entriesMax: 4,
    network: 'at-least-once',
    reconnect: false,
    throttleMax: 0,
  });
  let effects: readonly string[] = [];
  let state = host.initial;
  for (const input of inputs) {
    const step = host.step(state, input);
    state = step.next;
    effects = step.effects.map((one) => {
      if (one.type === 'channel.send') return one.message.kind;
      if (one.type === 'arbiter.request') return one.intent;
      if (one.type === 'report') return `${one.state} ${one.reason}`;
      return one.type === 'refused' ? one.code : one.type;
    });
  }
  return [...effects];
}

const protectedPair: readonly NodeInput[] = [
  { type: 'manager.start' },
  answered({ ...alone, version: 0, epoch: 0, phase: 'off', owner: null, token: 0 }),
  answered({ ...alone, reason: 'start' }),
  { type: 'disk.answered', operation: 'fence', result: 'done' },
  { type: 'manager.protect', peer: 'b#1' },
  answered({ ...pair, version: 2, phase: 'joining' }),
  opened(1, 'b#1'),
  said('b#1', 1, { kind: 'welcome', next: 1 }),
  copied,
  said('b#1', 1, { kind: 'ready' }),
  answered(pair),
];
const replace: NodeInput = { type: 'manager.replace-backup', peer: 'c#1' };
const owner = (...inputs: readonly NodeInput[]) => run('p#1', [...protectedPair, ...inputs]);
const welcomed = [replace, opened(2, 'c#1'), said('c#1', 2, { kind: 'welcome', next: 1 })];
const readied = [...welcomed, copied, said('c#1', 2, { kind: 'ready' })];

describe('the owner', () => {
  test('refuses "with `same-host` for a peer on the owner\'s host or the backup itself"', () => {
    for (const peer of ['p#2', 'b#1']) {
      expect(owner({ type: 'manager.replace-backup', peer })).toEqual(['same-host']);
    }
  });

  test('refuses "like a test failover, with `not-protected`" while its backup is suspected', () => {
    expect(owner(passed('channel-timeout'), replace)).toEqual(['not-protected']);
  });

  test('"No other operation goes on beside it": any is refused', () => {
    expect(owner(replace, { type: 'manager.power-off' })).toEqual(['operation-pending']);
  });

  test('"everything settles" before a connection to the peer is opened', () => {
    const output = { type: 'guest.output', position: 1, channel: 'console', data: 7 } as const;
    expect(owner(output, replace)).toEqual(['guest.hold']);
    const acknowledge = said('b#1', 1, { kind: 'acknowledge', upto: 1, applied: 0 });
    expect(owner(output, replace, acknowledge)).toEqual(['output.emit', 'channel.open']);
  });

  test('"With `ready`, and nothing outstanding, T14", and a suspicion then "changes nothing"', () => {
    expect(owner(...readied)).toEqual(['T14']);
    expect(owner(...readied, passed('channel-timeout'))).toEqual([]);
  });

  test('greets the new backup, and "On its `welcome` the guest runs again"', () => {
    expect(owner(...readied, answered(replaced))).toEqual(['channel.close', 'hello']);
    const welcome = said('c#1', 2, { kind: 'welcome', next: 1 }, 3);
    expect(owner(...readied, answered(replaced), welcome)).toEqual([
      'running replace-backup',
      'guest.run',
    ]);
  });

  test('"if it is the replacement whose connection is closed by then, T7 follows"', () => {
    expect(owner(...readied, closed(2), answered(replaced))).toEqual(['channel.close', 'T7']);
  });

  test('"if the copy was sent, the record is touched", and not before', () => {
    const kept = ['running replace-backup', 'guest.run'];
    expect(owner(...welcomed, closed(2))).toEqual(kept);
    expect(owner(...welcomed, copied, closed(2)).toSorted()).toEqual(['T15', ...kept].toSorted());
  });

  test('a suspicion before T14 was asked changes the record by T7', () => {
    const effects = owner(...welcomed, copied, passed('channel-timeout'));
    expect(effects).toContain('T7');
    expect(effects).not.toContain('T15');
  });
});

const replacing = said('p#1', 1, { ...hello, replaces: 3 });
const copy: MessageBody = { kind: 'copy', position: 0, state: [], open: [], operations: 0 };
const waiting = [opened(1, 'p#1'), replacing, said('p#1', 1, copy)];
const replacement = (...inputs: readonly NodeInput[]) => run('c#1', [...waiting, ...inputs]);
const renewing = said('p#1', 1, hello, 3);

describe('the replacement', () => {
  test('"restores and sends `ready`", and reads when J has passed', () => {
    expect(replacement()).toEqual(['guest.restore', 'ready']);
    expect(replacement(passed('join'))).toEqual(['read']);
  });

  test('waits while the record is "`protected`, of the version in `replaces`", and reads again', () => {
    expect(replacement(closed(1), answered(pair))).toEqual([]);
    expect(replacement(closed(1), answered(pair), passed('retry'))).toEqual(['read']);
  });

  test('"anything else": discards, also when the record was only touched', () => {
    const touched = { ...pair, version: 4 };
    expect(replacement(closed(1), answered(touched))).toContain('guest.halt');
  });

  test('"The hello of the new epoch is kept until then, and answered `welcome`, 1"', () => {
    expect(replacement(renewing)).toEqual(['read']);
    expect(replacement(renewing, answered(replaced))).toEqual(['welcome']);
  });

  test('"An entry that comes before is a fault of the peer"', () => {
    const entry = { seq: 1, position: 1, entry: 'input', data: 1, channel: null } as const;
    const early = said('p#1', 1, { kind: 'entry', watermark: 0, ...entry }, 3);
    expect(replacement(early)).toEqual(['channel.close', 'read']);
  });

  test('"a channel that is closed is a suspicion at once": the read that names it is enough', () => {
    expect(replacement(closed(1), answered(replaced))).toEqual(['T6']);
  });
});
