// What an observer knows of a node, where the text is easily misread.

import { describe, expect, test } from 'vitest';
import { advanceView } from '../../../conformance/monitors/advance-view.ts';
import { createView, type View } from '../../../conformance/monitors/view.ts';
import type { Effect, Input, Message, Record } from '../../../conformance/wire.ts';
import { nodeParameters } from '../../../conformance/world/periods.ts';

const vm = 'vm-1';
const envelope = { vm, epoch: '2', from: 'p#1' };
const fromOwner = (message: Message): Input => {
  return { type: 'channel.arrived', connection: '1', message };
};
const toOwner = (message: Message): Effect => {
  return { type: 'channel.send', connection: '1', message };
};
const given = (view: View, input: Input, at = view.now): void =>
  advanceView(view, { kind: 'given', at, node: 'n', input });
const asked = (view: View, effect: Effect): void =>
  advanceView(view, { kind: 'effect', at: view.now, node: 'n', effect });
const advanced = (view: View, at: bigint): void =>
  advanceView(view, { kind: 'advanced', at, node: 'n' });

const record = (phase: Record['phase'], version: string): Record => {
  const owner = phase === 'suspended' ? null : 'p#1';
  const backup = phase === 'joining' ? 'b#1' : null;
  return { vm, version, epoch: '2', phase, owner, backup, token: '1', base: '0', reason: '' };
};

function readyBackup(): View {
  const view = createView('n', 'b#1', vm, nodeParameters, 0n);
  given(view, { type: 'channel.opened', connection: '1', peer: 'p#1' });
  const hello = { to: 'b#1', connection: '1', next: '1', configuration: '' };
  given(view, fromOwner({ ...envelope, kind: 'hello', ...hello }));
  asked(view, toOwner({ ...envelope, from: 'b#1', kind: 'welcome', next: '1' }));
  asked(view, toOwner({ ...envelope, from: 'b#1', kind: 'ready' }));
  return view;
}

describe('"withdrawn when neither path is silent any more, unless a swap is outstanding"', () => {
  const late = BigInt(nodeParameters.channelTimeout);
  const beat = { ...envelope, kind: 'beat', number: '1' } as const;

  function suspecting(): View {
    const view = readyBackup();
    given(view, { type: 'datagram.arrived', message: beat }, late - 1n);
    advanced(view, late);
    expect(view.suspectedAt).toBe(late);
    return view;
  }

  test('the path that fell silent is heard, and the other never was silent', () => {
    const view = suspecting();
    given(view, fromOwner({ ...envelope, kind: 'alive', seq: '0', watermark: '0', applied: '0' }));
    expect(view.suspectedAt).toBeUndefined();
  });

  test('one path is still silent', () => {
    const view = suspecting();
    given(view, { type: 'datagram.arrived', message: beat });
    expect(view.suspectedAt).toBe(late);
  });

  test('a swap is outstanding', () => {
    const view = suspecting();
    const action = { swap: { version: '3', record: record('alone', '4') } };
    asked(view, { type: 'arbiter.request', nonce: '1', action });
    given(view, fromOwner({ ...envelope, kind: 'alive', seq: '0', watermark: '0', applied: '0' }));
    expect(view.suspectedAt).toBe(late);
  });
});

test('nobody is ready before the copy was sent', () => {
  const view = createView('n', 'p#1', vm, nodeParameters, 0n);
  const ready: Message = { ...envelope, from: 'b#1', kind: 'ready' };
  asked(view, { type: 'arbiter.request', nonce: '1', action: { read: {} } });
  given(view, { type: 'arbiter.answered', nonce: '1', record: record('joining', '2') });
  asked(view, { type: 'channel.open', connection: '1', peer: 'b#1' });
  given(view, { type: 'channel.opened', connection: '1', peer: 'b#1' });
  given(view, fromOwner(ready));
  expect(view.readyArrived).toBe(false);
  const offsets = { network: '0', console: '0', disk: '0' };
  const copy = { kind: 'copy', position: '0', state: '', open: [], offsets } as const;
  asked(view, toOwner({ ...envelope, ...copy }));
  given(view, fromOwner(ready));
  expect(view.readyArrived).toBe(true);
});

test('no record, once one was read, is no answer: a resume goes on', () => {
  const view = createView('n', 'p#1', vm, nodeParameters, 0n);
  given(view, { type: 'manager.resume' });
  asked(view, { type: 'arbiter.request', nonce: '1', action: { read: {} } });
  given(view, { type: 'arbiter.answered', nonce: '1', record: record('suspended', '5') });
  asked(view, { type: 'arbiter.request', nonce: '2', action: { read: {} } });
  given(view, { type: 'arbiter.answered', nonce: '2', record: null });
  expect(view.isStarting).toBe(true);
});

describe('"a backup that loses its channel abandons a read asked before"', () => {
  const read = { type: 'arbiter.request', nonce: '1', action: { read: {} } } as const;

  function reading(lost: string): View {
    const view = readyBackup();
    given(view, { type: 'channel.closed', connection: '1' });
    asked(view, read);
    given(view, { type: 'channel.opened', connection: lost, peer: 'p#1' });
    given(view, { type: 'channel.closed', connection: lost });
    return view;
  }

  test('the channel of its pairing: the answer is nothing', () => {
    expect(reading('1').request).toBeUndefined();
  });

  test('one that came after it: the read stands', () => {
    expect(reading('2').request).toEqual({ nonce: '1', action: { read: {} }, at: 0n });
  });
});

describe('what another host opens is no channel of the pair', () => {
  const { configuration } = nodeParameters;
  const greeting = { ...envelope, kind: 'hello', from: 'c#1', connection: '4', next: '1' } as const;
  const opened = (connection: string, peer: string): Input => {
    return { type: 'channel.opened', connection, peer };
  };
  const greets = (to: string): Input => {
    const message = { ...greeting, to, configuration };
    return { type: 'channel.arrived', connection: '4', message };
  };

  function owner(): View {
    const view = createView('n', 'p#1', vm, nodeParameters, 0n);
    asked(view, { type: 'arbiter.request', nonce: '1', action: { read: {} } });
    given(view, { type: 'arbiter.answered', nonce: '1', record: record('joining', '2') });
    asked(view, { type: 'channel.open', connection: '1', peer: 'b#1' });
    given(view, opened('1', 'b#1'));
    return view;
  }

  test('an owner that lost its channel owes nothing on the other, and heard its hello', () => {
    const view = owner();
    given(view, { type: 'channel.closed', connection: '1' });
    given(view, opened('4', 'c#1'));
    given(view, greets('p#1'));
    expect([view.connection, view.connectionOpen]).toEqual(['1', false]);
    expect(view.hello?.from).toBe('c#1');
  });

  test('an owner that is halted then may be greeted on it', () => {
    const view = owner();
    given(view, { type: 'channel.closed', connection: '1' });
    given(view, opened('4', 'c#1'));
    asked(view, { type: 'guest.halt', reason: 'superseded' });
    given(view, greets('p#1'));
    expect([view.connection, view.connectionOpen]).toEqual(['4', true]);
  });

  test('a backup keeps its own when the other one closes', () => {
    const view = readyBackup();
    given(view, opened('4', 'c#1'));
    given(view, { type: 'channel.closed', connection: '4' });
    expect([view.connection, view.connectionOpen]).toEqual(['1', true]);
  });
});

describe('"a pair runs for a backup; a replacement is none before the record names it"', () => {
  function loses(replaces: string): View {
    const parameters = { ...nodeParameters, reconnect: true };
    const view = createView('n', 'b#1', vm, parameters, 0n);
    const { configuration } = parameters;
    given(view, { type: 'channel.opened', connection: '1', peer: 'p#1' });
    const hello = { to: 'b#1', connection: '1', next: '1', configuration, replaces };
    given(view, fromOwner({ ...envelope, kind: 'hello', ...hello }));
    asked(view, toOwner({ ...envelope, from: 'b#1', kind: 'welcome', next: '1' }));
    asked(view, toOwner({ ...envelope, from: 'b#1', kind: 'ready' }));
    given(view, { type: 'channel.closed', connection: '1' });
    return view;
  }

  test('of a backup that is ready a closed channel is silence', () => {
    expect(loses('0').reconnection.isSilence).toBe(true);
  });

  test('of a replacement that waits it is none', () => {
    expect(loses('2').reconnection.isSilence).toBe(false);
  });
});

test('"numbers come again": an operation of an earlier machine is not one that the backup completed', () => {
  const view = createView('n', 'b#1', vm, nodeParameters, 0n);
  asked(view, { type: 'guest.complete', operation: '1', result: 'done' });
  given(view, { type: 'disk.answered', operation: '1', result: 'done' });
  expect([view.completed.size, view.answered.size]).toEqual([1, 1]);
  given(view, { type: 'channel.opened', connection: '1', peer: 'p#1' });
  const hello = { to: 'b#1', connection: '1', next: '1', configuration: '' };
  given(view, fromOwner({ ...envelope, kind: 'hello', ...hello }));
  asked(view, toOwner({ ...envelope, from: 'b#1', kind: 'welcome', next: '1' }));
  expect([view.completed.size, view.answered.size]).toEqual([0, 0]);
});
