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
  unanswered: false,
  epochMax: 2,
  reported: 'running',
};
type State = Parameters<typeof pairing.resolveState>[0]['value'];

function emittedBy(value: State, context: PairingContext, event: PairingEvent): Effect[] {
  const before = pairing.resolveState({ value, context });
  const [, actions] = transition(pairing, before, event);
  // Charts are set up with `emitted: Effect`, which is what the type checker holds their `emit` to.
  return actions.map(({ params }) => Object(params).event as Effect);
}

describe('an acknowledgement of a future epoch', () => {
  const guarded = { owner: { guarded: 'steady' } };
  const acknowledge = { type: 'acknowledge.received', vm: 'vm', from: 'b#1', upto: 1 } as const;

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

test('a backup that loses its channel before it is ready halts its guest and reports for one reason', () => {
  const closed = { type: 'channel.closed', connection: 1 } as const;
  const reasons = emittedBy({ backup: 'welcomed' }, paired, closed).flatMap((effect) =>
    effect.type === 'guest.halt' || effect.type === 'report' ? effect.reason : [],
  );
  expect(reasons).toEqual(['superseded', 'superseded']);
});
