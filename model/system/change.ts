// What an effect of a node does to the environment: to which word of the state, which operation. Nothing is carried
// out here.

import type { TapeOperation } from '../environment/adversary.ts';
import type { ArbiterOperation, RecordOperation } from '../environment/arbiter.ts';
import type { ChannelOperation, HostIndex, Slots } from '../environment/channel.ts';
import type { DatagramOperation } from '../environment/datagrams.ts';
import type { DiskOperation, FenceChecked } from '../environment/disk.ts';
import type { GuestOperation } from '../environment/guest.ts';
import type {
  ImagesOperation,
  LeftOperation,
  LivesOperation,
  OutsideOperation,
} from '../environment/world.ts';
import { hostOf } from '../record.ts';
import type { Incarnation, Message, NodeEffect } from '../vocabulary.ts';

export type Change =
  | { part: 'guest'; host: HostIndex; operation: GuestOperation }
  | { part: 'channels'; operation: ChannelOperation }
  | { part: 'datagrams'; operation: DatagramOperation }
  | { part: 'record'; operation: RecordOperation }
  | { part: 'arbiter'; operation: ArbiterOperation }
  | { part: 'disk'; operation: DiskOperation }
  | { part: 'outside'; operation: OutsideOperation }
  | { part: 'images'; operation: ImagesOperation }
  | { part: 'tape'; operation: TapeOperation }
  | { part: 'lives'; operation: LivesOperation }
  | { part: 'left'; operation: LeftOperation };

export interface Actor {
  host: HostIndex;
  self: Incarnation;
  slots: Slots;
  fenceChecked: FenceChecked;
  datagramsMax: number;
  messageId(message: Message): number;
}

/** The hosts, in the order of their words. */
export const hostNames = ['p', 'b', 'c'] as const;
const names: readonly string[] = hostNames;

export function hostIndexOf(name: Incarnation): HostIndex {
  const index = names.indexOf(hostOf(name));
  if (index < 0) throw new Error(`${name} is on no host of the model`);
  return index;
}

/** Null: nothing in the environment changes (a report, an announcement, a refusal). */
export function effectToChange(effect: NodeEffect, actor: Actor): Change | null {
  const { host, self } = actor;
  switch (effect.type) {
    case 'channel.open': {
      const slot = actor.slots.slotOf(host, hostIndexOf(effect.peer), effect.connection);
      return channels({ type: 'open', slot, number: effect.connection });
    }
    case 'channel.close':
      return channels({ type: 'close', by: host, number: effect.connection });
    case 'channel.send': {
      const message = actor.messageId(effect.message);
      return channels({ type: 'send', by: host, number: effect.connection, message });
    }
    case 'datagram.send': {
      const message = actor.messageId(effect.message);
      const to = hostIndexOf(effect.to);
      const operation = { type: 'send' as const, to, message, capacity: actor.datagramsMax };
      return { part: 'datagrams', operation };
    }
    case 'arbiter.request': {
      const { intent, version, record } = effect;
      const operation = { type: 'send' as const, host, sender: self, intent, version, record };
      return { part: 'arbiter', operation };
    }
    case 'disk.fence':
      return { part: 'disk', operation: { type: 'fence', host, token: effect.token } };
    case 'disk.write': {
      const { type: _, ...write } = effect;
      const { fenceChecked } = actor;
      const operation = { type: 'write' as const, fenceChecked, host, sender: self, ...write };
      return { part: 'disk', operation };
    }
    case 'output.emit': {
      const { position, data } = effect;
      return { part: 'outside', operation: { type: 'emit', position, data } };
    }
    case 'guest.run':
      return guest(host, { type: 'run' });
    case 'guest.hold':
      return guest(host, { type: 'hold' });
    case 'guest.halt':
      return guest(host, { type: 'halt' });
    case 'guest.restore':
      return guest(host, { type: 'restore', state: effect.state });
    case 'guest.apply':
      return guest(host, { type: 'apply', entry: effect.entry });
    case 'guest.complete': {
      const { operation, result } = effect;
      return guest(host, { type: 'complete', operation, result });
    }
    case 'guest.save': {
      const { token, open, operations } = effect;
      return guest(host, { type: 'save', token, open, operations });
    }
    case 'guest.load':
    case 'guest.throttle':
    case 'guest.copy':
    case 'address.announce':
    case 'report':
    case 'refused':
      return null;
  }
}

const channels = (operation: ChannelOperation): Change => ({ part: 'channels', operation });
const guest = (host: HostIndex, operation: GuestOperation): Change => ({
  part: 'guest',
  host,
  operation,
});
