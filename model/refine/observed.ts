// An effect of a trace as an effect of the model, so that both have one text. The other half of the table between the
// vocabularies; inputs are in meaning.ts. Spec: conformance, "Recorded traces"; protocol, "Effects".

import type { NodeEffect } from '../vocabulary.ts';
import { symbolOf } from './candidate.ts';
import { messageOf, operationsOf } from './message.ts';
import { type Scene, toNumber } from './scene.ts';
import type { TraceEffect } from './trace.ts';

export function effectOf(effect: TraceEffect, scene: Scene): NodeEffect {
  const { items } = scene;
  switch (effect.type) {
    case 'channel.open':
      return { ...effect, connection: connectionOf(effect.connection, scene) };
    case 'channel.close':
      return { ...effect, connection: connectionOf(effect.connection, scene) };
    case 'channel.send': {
      const connection = connectionOf(effect.connection, scene);
      return { type: effect.type, connection, message: messageOf(effect.message, scene) };
    }
    case 'datagram.send':
      return { ...effect, message: messageOf(effect.message, scene) };
    case 'arbiter.request':
      return requestOf(effect);
    case 'disk.request':
      return diskRequestOf(effect, scene);
    case 'output.emit': {
      const { type, channel, offset, data } = effect;
      const item = items.made({ channel, place: toNumber(offset) }, data);
      return { type, channel, position: 0, data: item };
    }
    case 'guest.restore':
      return {
        type: effect.type,
        position: toNumber(effect.position),
        state: [items.bytes(effect.state)],
      };
    case 'guest.apply': {
      const { seq, position, kind, data } = effect.entry;
      const entry = { seq: toNumber(seq), position: toNumber(position), entry: kind };
      return { type: effect.type, entry: { ...entry, data: items.bytes(data), channel: null } };
    }
    case 'guest.save': {
      const { type, token, open, offsets } = effect;
      const operations = toNumber(offsets.disk);
      return { type, token: toNumber(token), open: operationsOf(open, items), operations };
    }
    case 'guest.load':
      return { ...effect, token: toNumber(effect.token) };
    case 'guest.complete':
      return { ...effect, operation: toNumber(effect.operation) };
    case 'address.announce':
    case 'guest.run':
    case 'guest.hold':
    case 'guest.throttle':
    case 'guest.copy':
    case 'guest.halt':
    case 'report':
      return effect;
  }
}

/** A connection that the node never had is none of the model's. */
const connectionOf = (actual: string, { candidate }: Scene): number =>
  symbolOf(candidate, actual) ?? 0;

/** What was meant is not in a request: it is compared by its content. */
function requestOf({ action }: Extract<TraceEffect, { type: 'arbiter.request' }>): NodeEffect {
  const request = { type: 'arbiter.request', intent: 'read' } as const;
  if ('read' in action) return { ...request, version: 0, record: null };
  const { version, record } = action.swap;
  const { phase, owner, backup } = record;
  return {
    ...request,
    version: toNumber(version),
    record: {
      version: toNumber(record.version),
      epoch: toNumber(record.epoch),
      phase,
      owner,
      backup,
      token: toNumber(record.token),
      reason: 'start',
    },
  };
}

function diskRequestOf(
  { operation, token, action }: Extract<TraceEffect, { type: 'disk.request' }>,
  { items }: Scene,
): NodeEffect {
  if ('fence' in action) return { type: 'disk.fence', token: toNumber(token) };
  const place = toNumber(operation);
  const item = items.made({ channel: 'disk', place }, action.write.data);
  return {
    type: 'disk.write',
    token: toNumber(token),
    operation: place,
    position: 0,
    data: item,
  };
}
