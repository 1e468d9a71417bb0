// Inputs, messages and records in a few words, for labels and swim lanes.

import type { ArbiterRecord, Message, NodeInput } from '../vocabulary.ts';

export function describeInput(host: string, input: NodeInput): string {
  switch (input.type) {
    case 'manager.start':
      return `manager: ${host} start`;
    case 'manager.protect':
      return `manager: ${host} protect with ${input.peer}`;
    case 'manager.power-off':
    case 'manager.suspend':
    case 'manager.resume':
    case 'manager.turn-off':
    case 'manager.restart-secondary':
    case 'manager.test-failover':
      return `manager: ${host} ${input.type.slice('manager.'.length)}`;
    case 'guest.saved':
      return `${host}: guest saved, ${input.result}`;
    case 'guest.loaded':
      return `${host}: guest loaded at ${input.position}`;
    case 'guest.output':
      return `${host}: guest output ${input.channel} at ${input.position}`;
    case 'guest.input':
      return `${host}: guest input ${input.kind} at ${input.position}`;
    case 'guest.applied':
      return `${host}: guest applies entry ${input.seq}`;
    case 'guest.diverged':
      return `${host}: guest diverges at entry ${input.seq}`;
    case 'guest.copied':
      return `${host}: guest copied at ${input.position}`;
    case 'channel.arrived':
      return `${host}: receives ${describeMessage(input.message)}`;
    case 'datagram.arrived':
      return `${host}: hears ${describeMessage(input.message)}`;
    case 'channel.opened':
      return `${host}: channel ${input.connection} opened`;
    case 'channel.closed':
      return `${host}: channel ${input.connection} closed`;
    case 'arbiter.answered':
      return `${host}: reads ${describeRecord(input.record)}`;
    case 'arbiter.failed':
      return `${host}: the arbiter failed`;
    case 'disk.answered':
      return `${host}: disk answers ${input.operation} ${input.result}`;
    case 'deadline.passed':
      return `${host}: ${input.name} passed`;
  }
}

export function describeMessage(message: Message): string {
  const rest = `e${message.epoch} from ${message.from}`;
  switch (message.kind) {
    case 'entry':
      return `entry ${message.seq} ${message.entry} w${message.watermark} ${rest}`;
    case 'acknowledge':
      return `acknowledge ${message.upto} ${rest}`;
    case 'alive':
      return `alive ${message.seq} w${message.watermark} ${rest}`;
    case 'hello':
    case 'welcome':
      return message.next === 1
        ? `${message.kind} ${rest}`
        : `${message.kind} from entry ${message.next} ${rest}`;
    case 'refuse':
      return `refuse ${message.code} ${rest}`;
    default:
      return `${message.kind} ${rest}`;
  }
}

/** `v7 protected e5 P/B t3`. */
export function describeRecord(record: ArbiterRecord | null): string {
  if (record === null) return 'no record';
  const { version, phase, epoch, owner, backup, token } = record;
  const names = backup === null ? (owner ?? '-') : `${owner}/${backup}`;
  return `v${version} ${phase} e${epoch} ${names} t${token}`;
}
