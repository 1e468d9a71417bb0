// How the properties of reconnecting look at a step: what was said to a node, and what it said. Spec: protocol,
// "Reconnecting".

import type { HostIndex } from '../environment/channel.ts';
import type { Deed, SystemView, Transition } from '../system.ts';
import type { Message, MessageKind } from '../vocabulary.ts';

export const messageTo = ({ input }: Deed): Message | null =>
  input.type === 'channel.arrived' ? input.message : null;

type MessageOf<K extends MessageKind> = Extract<Message, { kind: K }>;

const isOfKind = <K extends MessageKind>(message: Message, kind: K): message is MessageOf<K> =>
  message.kind === kind;

export const saidBy = <K extends MessageKind>({ effects }: Deed, kind: K): MessageOf<K>[] =>
  effects.flatMap((effect) =>
    effect.type === 'channel.send' && isOfKind(effect.message, kind) ? [effect.message] : [],
  );

/** Deeds of whoever was given a hello. */
export const greetings = ({ deeds }: Transition): (Deed & { hello: MessageOf<'hello'> })[] =>
  deeds.flatMap((deed) => {
    const hello = messageTo(deed);
    return hello !== null && isOfKind(hello, 'hello') ? [{ ...deed, hello }] : [];
  });

export const isBackup = (view: SystemView, host: HostIndex): boolean =>
  view.hosts[host]?.pairing.state === 'backup.ready';

export const isRegaining = (view: SystemView, host: HostIndex): boolean =>
  isBackup(view, host) && view.hosts[host]?.pairing.context.reconnect === true;
