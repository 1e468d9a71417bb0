// The messages of the pairing chart, and why a hello is refused. Spec: protocol, "Messages", "Pairing".

import { hostOf } from '../record.ts';
import type { AnyArrival, Effect, MessageBody, RefusalCode } from '../vocabulary.ts';
import type { PairingContext, PairingEvent } from './context.ts';

type Hello = Extract<AnyArrival, { type: 'hello.received' }>;

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
  hello: Hello,
  code: RefusalCode,
): Extract<Effect, { type: 'channel.send' }> {
  return sent({ ...context, epoch: hello.epoch }, { kind: 'refuse', code }, hello.via);
}

/** spec: pairing.hello-checks */
export function refusalOf(context: PairingContext, event: PairingEvent): RefusalCode | null {
  if (event.type !== 'hello.received') return null;
  const misfit = misfitOf(context, event);
  if (misfit !== null) return misfit;
  // A replacement is made within an epoch, which its node may have read already.
  const epochMin = (event.replaces ?? 0) === 0 ? context.epochMax + 1 : context.epochMax;
  return event.epoch >= epochMin && event.next === 1 ? null : 'superseded';
}

/** As far as the connection and the configuration: what a hello of the epoch of the pairing is held to as well. */
export function misfitOf(context: PairingContext, event: Hello): RefusalCode | null {
  if (event.vm !== 'vm') return 'wrong-vm';
  if (event.to !== context.self) return 'wrong-incarnation';
  if (hostOf(event.from) === hostOf(context.self)) return 'same-host';
  if (event.connection !== event.via) return 'wrong-connection';
  return event.configuration === 'equal' ? null : 'configuration';
}

/** The channel of the pairing again: of its owner, in its epoch, on a connection higher than every one that it had. */
export const isResumption = (context: PairingContext, event: PairingEvent): event is Hello =>
  event.type === 'hello.received' &&
  context.reconnect &&
  event.from === context.peer &&
  event.epoch === context.epoch &&
  event.via > context.connectionTaken;
