// What a runner can see of one step of a slice, as one text: equal texts are what no judge tells
// apart. Free are the order between effects of different kinds, repeated acknowledgements, alives
// and beats, wording. Not the comparison itself, which the suite makes field by field. Spec:
// conformance.md, "Who judges".

import type { Slice, SliceState, SliceStep } from '../slices/slice.ts';
import type { Message, NodeEffect } from '../vocabulary.ts';

export interface Seen {
  before: SliceState;
  step: SliceStep;
  /** The highest acknowledgement sent so far, this step included; an owner sends none. */
  acknowledged: number;
  /** Whether the node's facts are observed too. */
  facts: boolean;
}

export function observationOf(slice: Slice, { before, step, acknowledged, facts }: Seen): string {
  const { effects, state } = step;
  const of = <T extends NodeEffect['type']>(type: T): Extract<NodeEffect, { type: T }>[] =>
    effects.filter((effect): effect is Extract<NodeEffect, { type: T }> => effect.type === type);
  const said = of('channel.send').map(({ message }) => message);
  const open = [...before.connections, before.opening, ...state.connections, state.opening];
  const closed = of('channel.close').map(({ connection }) => connection);
  return JSON.stringify({
    refused: of('refused').map(({ code }) => code),
    emit: of('output.emit').map(({ channel, position }) => [channel, position]),
    write: of('disk.write').map(({ operation, token }) => [operation, token]),
    fence: of('disk.fence').map(({ token }) => token),
    announce: of('address.announce').length,
    ask: of('arbiter.request').map(askShape),
    say: said.filter(({ kind }) => kind !== 'acknowledge' && kind !== 'alive').map(sayShape),
    acknowledged,
    open: of('channel.open').map(({ peer, connection }) => [peer, connection]),
    // Closing a channel that does not stand is nothing.
    close: closed.filter((connection) => open.includes(connection)),
    guest: guestCommands(effects),
    share: of('guest.throttle').map(({ share }) => share),
    complete: of('guest.complete').map(({ operation, result }) => [operation, result]),
    report: of('report').map(({ state: reported, reason }) =>
      reported === 'needSecondary' && reason === 'lost-connection' ? [reported, reason] : reported,
    ),
    facts: facts ? slice.facts(state) : null,
  });
}

/** The highest acknowledgement after these effects; a welcome begins anew, with all before what it asks for. */
export function acknowledgedAfter(before: number, effects: readonly NodeEffect[]): number {
  let highest = before;
  for (const effect of effects) {
    if (effect.type !== 'channel.send') continue;
    if (effect.message.kind === 'welcome') highest = effect.message.next - 1;
    if (effect.message.kind === 'acknowledge') highest = effect.message.upto;
  }
  return highest;
}

/** A read by its name, a swap by its content; the reason in a record is for people. */
function askShape({ intent, version, record }: Extract<NodeEffect, { type: 'arbiter.request' }>) {
  if (intent === 'read') return intent;
  return { version, record: record === null ? null : { ...record, reason: '' } };
}

/** Without the bytes that an implementation chooses; of an entry what its place in the log says. */
function sayShape(message: Message): object {
  const { kind, epoch, from } = message;
  const base = { kind, epoch, from };
  switch (message.kind) {
    case 'hello':
      return {
        ...base,
        to: message.to,
        connection: message.connection,
        next: message.next,
        ...(message.replaces === undefined ? {} : { replaces: message.replaces }),
      };
    case 'welcome':
      return { ...base, next: message.next };
    case 'refuse':
      return { ...base, code: message.code };
    case 'copy':
      return { ...base, position: message.position, open: message.open.map((o) => o.operation) };
    case 'entry':
      return { ...base, seq: message.seq, position: message.position, entry: message.entry };
    case 'diverged':
      return { ...base, seq: message.seq };
    default:
      return base;
  }
}

/** `run`, `hold`, `copy`, `restore` and `halt`; one said twice in a row is one. */
function guestCommands(effects: readonly NodeEffect[]): string[] {
  const commands: string[] = [];
  for (const { type } of effects) {
    const [subject, verb = ''] = type.split('.');
    const isCommand = subject === 'guest' && !otherVerbs.has(verb);
    if (isCommand && commands.at(-1) !== verb) commands.push(verb);
  }
  return commands;
}

const otherVerbs: ReadonlySet<string> = new Set(['apply', 'complete', 'throttle']);
