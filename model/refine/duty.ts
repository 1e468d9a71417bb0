// What a node must do, as lists of texts that can be compared and read: effects of the model and effects of a trace
// come to the same text where they are the same deed. What a node is free in has no text here: freedom.ts judges it.
// Spec: conformance, "Recorded traces".

import { isEnd } from '../logging/outputs.ts';
import type { ArbiterRecord, Entry, Message, NodeEffect, Operation } from '../vocabulary.ts';
import type { Items } from './items.ts';

/** Deeds of one field keep their order, but for channels that are closed; those of different fields are independent. */
export const fields = [
  'refused',
  'emit',
  'write',
  'fence',
  'announce',
  'ask',
  'say',
  'open',
  'close',
  'guest',
  'throttle',
  'complete',
  'report',
] as const;
export type Field = (typeof fields)[number];
export interface Duty {
  readonly field: Field;
  readonly text: string;
}

/** Null: the node is free in it. */
export function dutyOf(effect: NodeEffect, items: Items): Duty | null {
  switch (effect.type) {
    case 'channel.open':
      return { field: 'open', text: `open channel ${effect.connection} to ${effect.peer}` };
    case 'channel.close':
      return { field: 'close', text: `close channel ${effect.connection}` };
    case 'channel.send': {
      const text = messageText(effect.message, items);
      return text === null
        ? null
        : { field: 'say', text: `send on channel ${effect.connection} ${text}` };
    }
    case 'arbiter.request':
      return { field: 'ask', text: askText(effect) };
    case 'disk.fence':
      return { field: 'fence', text: `fence with token ${effect.token}` };
    case 'disk.write':
      return { field: 'write', text: `write ${items.text(effect.data)}, token ${effect.token}` };
    case 'output.emit':
      return { field: 'emit', text: `emit ${items.text(effect.data)}` };
    case 'address.announce':
      return { field: 'announce', text: 'announce the address' };
    case 'guest.run':
    case 'guest.hold':
    case 'guest.copy':
      return { field: 'guest', text: effect.type };
    case 'guest.throttle':
      return { field: 'throttle', text: `give the guest ${effect.share} percent` };
    case 'guest.halt':
      return { field: 'guest', text: 'guest.halt' };
    case 'guest.restore': {
      const state = effect.state.map(items.text).join();
      return { field: 'guest', text: `guest.restore at ${effect.position}, ${state}` };
    }
    case 'guest.complete':
      return { field: 'complete', text: `complete operation ${effect.operation} ${effect.result}` };
    case 'guest.save':
      return { field: 'guest', text: saveText(effect, items) };
    case 'guest.load':
      return { field: 'guest', text: `guest.load with token ${effect.token}` };
    case 'report':
      return { field: 'report', text: reportText(effect) };
    case 'refused':
      return { field: 'refused', text: `refuse ${effect.code}` };
    case 'guest.apply':
    case 'datagram.send':
      return null;
  }
}

/** The one wording that is not free. */
export const lostConnection = 'lost-connection';
const reportText = ({ state, reason }: Extract<NodeEffect, { type: 'report' }>): string =>
  `report ${state}${reason === lostConnection ? ` (${reason})` : ''}`;

/** The offsets of the byte channels are judged beside it, as those of a copy are. */
function saveText(
  { token, open, operations }: Extract<NodeEffect, { type: 'guest.save' }>,
  items: Items,
): string {
  return `guest.save with token ${token}, ${operations} operations, open: ${openText(open, items)}`;
}

const openText = (open: readonly Operation[], items: Items): string =>
  open.map(({ data }) => items.text(data)).join('; ') || 'none';

function askText({ version, record }: Extract<NodeEffect, { type: 'arbiter.request' }>): string {
  if (record === null) return 'ask the arbiter: read';
  return `ask the arbiter: ${recordText(record)} in place of v${version}`;
}

/** The reason is for people. */
function recordText({ version, epoch, phase, owner, backup, token }: ArbiterRecord): string {
  return `v${version} ${phase} e${epoch} ${owner ?? '-'}/${backup ?? '-'} t${token}`;
}

function messageText(message: Message, items: Items): string | null {
  const detail = bodyText(message, items);
  if (detail === null) return null;
  const vm = message.vm === 'vm' ? '' : ' of another vm';
  return `${detail}, e${message.epoch} from ${message.from}${vm}`;
}

/** The watermark of an entry is judged by its place among the effects. */
function bodyText(message: Message, items: Items): string | null {
  switch (message.kind) {
    case 'hello': {
      const { to, connection, next, replaces, configuration } = message;
      const place = replaces === undefined ? '' : `, replaces v${replaces}`;
      return `hello to ${to}, connection ${connection}, next ${next}${place}, configuration ${configuration}`;
    }
    case 'welcome':
      return `welcome, next ${message.next}`;
    case 'refuse':
      return `refuse ${message.code}`;
    case 'copy': {
      const { position, state, open, operations } = message;
      const guest = `${state.map(items.text).join()} at ${position}`;
      return `copy of ${guest}, ${operations} operations, open: ${openText(open, items)}`;
    }
    case 'ready':
      return 'ready';
    case 'entry': {
      const { seq, position } = message;
      return `entry ${seq} at ${position}, ${contentText(message, items)}`;
    }
    case 'diverged':
      return `diverged at ${message.seq}`;
    case 'acknowledge':
    case 'alive':
    case 'beat':
      return null;
  }
}

function contentText({ entry, data, channel }: Entry, items: Items): string {
  if (isEnd(entry)) return entry;
  if (entry === 'completion') return `completion: operation ${data}`;
  return `${entry}${channel === null ? '' : ` ${channel}`}: ${items.text(data)}`;
}
