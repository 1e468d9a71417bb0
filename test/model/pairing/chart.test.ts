// What the pairing chart tells and asks where the whole system shows no difference. Spec: protocol, "Logging", "Pairing".

import { describe, expect, test } from 'vitest';
import { transition } from 'xstate';
import type { PairingContext, PairingEvent } from '../../../model/pairing/context.ts';
import { pairing } from '../../../model/pairing.ts';
import type { Effect } from '../../../model/vocabulary.ts';

const paired: PairingContext = {
  self: 'p#1',
  reconnect: false,
  peer: 'b#1',
  epoch: 2,
  connection: 1,
  connectionMax: 1,
  connectionTaken: 0,
  unanswered: false,
  epochMax: 2,
  reported: 'running',
  replacement: '',
  replacementConnection: 0,
  replaces: 0,
  greeted: false,
};
type State = Parameters<typeof pairing.resolveState>[0]['value'];

function emittedBy(value: State, context: PairingContext, event: PairingEvent): Effect[] {
  const before = pairing.resolveState({ value, context });
  const [, actions] = transition(pairing, before, event);
  // Charts are set up with `emitted: Effect`, which is what the type checker holds their `emit` to.
  return actions.map(({ params }) => Object(params).event as Effect);
}

const upto = { upto: 1, applied: 0 } as const;

describe('an acknowledgement of a future epoch', () => {
  const guarded = { owner: { guarded: 'steady' } };
  const acknowledge = { type: 'acknowledge.received', vm: 'vm', from: 'b#1', ...upto } as const;

  test('is a fault of the peer on the channel that stands: it is closed', () => {
    const effects = emittedBy(guarded, paired, { ...acknowledge, epoch: 3, via: 1 });
    expect(effects[0]).toEqual({ type: 'channel.close', connection: 1 });
    expect(effects.slice(1)).toEqual([
      { type: 'host.tell', to: 'heartbeat', event: { type: 'channel.lost' } },
      { type: 'host.tell', to: 'logging', event: { type: 'channel.lost' } },
    ]);
  });

  test('is a message of a higher epoch where no channel stands: the record is to be read', () => {
    const lost = { ...paired, connection: 0 };
    const effects = emittedBy(guarded, lost, { ...acknowledge, epoch: 3, via: 0 });
    expect(effects).toEqual([
      { type: 'host.tell', to: 'failover', event: { type: 'epoch.surpassed' } },
    ]);
  });
});

describe('what comes by datagram', () => {
  const guarded = { owner: { guarded: 'steady' } };
  const lost = { ...paired, connection: 0 };
  const envelope = { vm: 'vm', epoch: 2, from: 'b#1', via: 0 } as const;

  test('is of the session when it is a beat, also where no channel stands', () => {
    const effects = emittedBy(guarded, lost, { type: 'beat.received', ...envelope });
    expect(effects).toEqual([
      { type: 'host.tell', to: 'heartbeat', event: { type: 'beat.heard' } },
    ]);
  });

  test('is of no session when it is anything else, also where no channel stands', () => {
    const acknowledge = { type: 'acknowledge.received', ...upto, ...envelope } as const;
    expect(emittedBy(guarded, lost, acknowledge)).toEqual([]);
    expect(emittedBy(guarded, lost, { type: 'diverged.received', seq: 1, ...envelope })).toEqual(
      [],
    );
    const refuse = { type: 'refuse.received', code: 'busy', ...envelope } as const;
    expect(emittedBy({ owner: { joining: 'syncing' } }, lost, refuse)).toEqual([]);
  });
});

describe('a welcome', () => {
  const greeting = { owner: { joining: 'greeting' } };
  const welcome = { type: 'welcome.received', vm: 'vm', from: 'b#1', epoch: 2, via: 1 } as const;

  test('with the `next` of the hello is followed by the copy', () => {
    expect(emittedBy(greeting, paired, { ...welcome, next: 1 })).toContainEqual({
      type: 'guest.copy',
    });
  });

  test('with another is a fault of the peer: the channel is closed, the joining given up', () => {
    const effects = emittedBy(greeting, paired, { ...welcome, next: 2 });
    expect(effects[0]).toEqual({ type: 'channel.close', connection: 1 });
    expect(effects).toContainEqual({
      type: 'host.tell',
      to: 'failover',
      event: { type: 'surrender.wanted' },
    });
    expect(effects).not.toContainEqual({ type: 'guest.copy' });
  });

  test('with another, of another session, is nothing', () => {
    expect(emittedBy(greeting, paired, { ...welcome, next: 2, from: 'b#2' })).toEqual([]);
    expect(emittedBy(greeting, paired, { ...welcome, next: 2, via: 3 })).toEqual([]);
  });
});

test('a backup that loses its channel before it is ready halts its guest and reports for one reason', () => {
  const closed = { type: 'channel.closed', connection: 1 } as const;
  const reasons = emittedBy({ backup: 'welcomed' }, paired, closed).flatMap((effect) =>
    effect.type === 'guest.halt' || effect.type === 'report' ? effect.reason : [],
  );
  expect(reasons).toEqual(['superseded', 'superseded']);
});
