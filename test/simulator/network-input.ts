// What the network does, as the input of the node that it happens to.

import type { Counter, Input } from '../../impl/protocol/index.ts';
import { count } from './host.ts';
import type { NetworkEvent } from './network.ts';

export function networkInput(event: NetworkEvent): Input {
  if (event.type === 'datagram') return { type: 'datagram.arrived', message: event.message };
  const connection = count<Counter<'connection'>>(event.number);
  if (event.type === 'closed') return { type: 'channel.closed', connection };
  if (event.type === 'opened') return { type: 'channel.opened', connection, peer: event.peer };
  return { type: 'channel.arrived', connection, message: event.message };
}
