// One line of a trace: inputs, effects and records as short text, for people and for the digest of
// a run. It names what a reader looks for, not every byte.

import type { ArbiterRecord, Effect, Input } from '../../impl/protocol/index.ts';

export function recordText(record: ArbiterRecord | null): string {
  if (record === null) return 'none';
  const { version, phase, epoch, owner, backup, token } = record;
  return `v${version} ${phase} e${epoch} ${owner ?? '-'}/${backup ?? '-'} t${token}`;
}

export function inputText(input: Input): string {
  switch (input.type) {
    case 'channel.arrived':
    case 'datagram.arrived':
      return `${input.type}(${messageText(input.message)})`;
    case 'arbiter.answered':
      return `${input.type}(${recordText(input.record)})`;
    case 'disk.answered':
      return `${input.type}(${input.operation} ${input.result})`;
    case 'guest.input':
      return `${input.type}(${input.kind}@${input.position})`;
    case 'guest.output':
      return `${input.type}(${input.channel}@${input.position})`;
    default:
      return input.type;
  }
}

export function effectText(effect: Effect): string {
  switch (effect.type) {
    case 'channel.send':
    case 'datagram.send':
      return `${effect.type}(${messageText(effect.message)})`;
    case 'arbiter.request':
      return `ask(${effect.action.type === 'read' ? 'read' : recordText(effect.action.record)})`;
    case 'output.emit':
      return `emit(${effect.channel}+${effect.offset})`;
    case 'disk.request':
      return `disk(${effect.action.type} ${effect.operation} t${effect.token})`;
    case 'report':
      return `report(${effect.state})`;
    default:
      return effect.type;
  }
}

function messageText(message: { readonly kind: string; readonly epoch: bigint }): string {
  const { kind, epoch } = message;
  const detail = 'seq' in message ? ` ${message.seq}` : 'upto' in message ? ` ${message.upto}` : '';
  return `${kind} e${epoch}${detail}`;
}
