// The messages of the pairing chart, and why a hello is refused. Spec: protocol, "Messages", "Pairing".

import { hostOf } from '../record.ts';
import type { AnyArrival, Effect, MessageBody, RefusalCode } from '../vocabulary.ts';
import type { PairingContext, PairingEvent } from './context.ts';

export function sent(
  context: PairingContext,
  body: MessageBody,
  connection = context.connection,
): Extract<Effect, { type: 'channel.send' }> {
  const envelope = { vm: 'vm' as const, epoch: context.epoch, from: context.self };
  return { type: 'channel.send', connection, message: { ...envelope, ...body } };
}

/** A refusal carries the epoch of the hello: whoever refuses has none of its own for that pairing. */
export function refusal(
  context: PairingContext,
  hello: Extract<AnyArrival, { type: 'hello.received' }>,
  code: RefusalCode,
): Extract<Effect, { type: 'channel.send' }> {
  return sent({ ...context, epoch: hello.epoch }, { kind: 'refuse', code }, hello.via);
}

/** spec: pairing.hello-checks */
export function refusalOf(context: PairingContext, event: PairingEvent): RefusalCode | null {
  if (event.type !== 'hello.received') return null;
  if (event.vm !== 'vm') return 'wrong-vm';
  if (event.to !== context.self) return 'wrong-incarnation';
  if (hostOf(event.from) === hostOf(context.self)) return 'same-host';
  if (event.connection !== event.via) return 'wrong-connection';
  if (event.configuration !== 'equal') return 'configuration';
  return event.epoch > context.epochMax && event.next === 1 ? null : 'superseded';
}
