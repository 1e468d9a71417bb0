// A transition of the model in the words of a case: what is given, and what must come of it.
// Of what an implementation is free in, nothing is expected. Spec: conformance.md, "Cases".

import type { Slice } from '../model/slices/slice.ts';
import type { ArbiterRecord, Facts, Message, NodeEffect, NodeInput } from '../model/vocabulary.ts';
import type { AskExpected, CaseMessage, CaseRecord, Expectation, Given } from './case.ts';
import { deadlineName } from './walk.ts';

export function givenOf(input: NodeInput): Given {
  switch (input.type) {
    case 'guest.input': {
      const { type, kind, position, data } = input;
      return { type, kind, position, data };
    }
    case 'guest.output': {
      const { type, channel, position } = input;
      return { type, channel, position };
    }
    case 'guest.copied':
      return { type: input.type, position: input.position };
    case 'guest.applied':
    case 'guest.diverged':
      return { type: input.type, seq: input.seq };
    case 'channel.arrived': {
      const { type, connection, message } = input;
      return { type, connection, message: messageOf(message) };
    }
    case 'datagram.arrived':
      return { type: input.type, message: messageOf(input.message) };
    case 'arbiter.answered': {
      const { type, nonce, record } = input;
      return { type, nonce, record: recordOf(record) };
    }
    case 'deadline.passed':
      return { type: input.type, name: deadlineName(input.name) };
    default:
      return input;
  }
}

function recordOf(record: ArbiterRecord | null): CaseRecord | null {
  if (record === null) return null;
  const { version, epoch, phase, owner, backup, token, reason } = record;
  return { version, epoch, phase, owner, backup, token, reason };
}

function messageOf(message: Message): CaseMessage {
  const { vm, epoch, from } = message;
  const base = { kind: message.kind, vm, epoch, from };
  switch (message.kind) {
    case 'hello': {
      const { to, connection, next, replaces, configuration } = message;
      const hello = { ...base, to, connection, next, configuration };
      return replaces === undefined ? hello : { ...hello, replaces };
    }
    case 'welcome':
      return { ...base, next: message.next };
    case 'refuse':
      return { ...base, code: message.code };
    case 'copy': {
      const open = message.open.map(({ operation }) => ({ operation }));
      const { position, operations } = message;
      return { ...base, position, open, operations };
    }
    case 'entry': {
      const { seq, position, entry, channel, data, watermark } = message;
      return { ...base, seq, position, entry, channel, data, watermark };
    }
    case 'acknowledge':
      return { ...base, upto: message.upto, applied: message.applied };
    case 'alive': {
      const { seq, watermark, applied } = message;
      return { ...base, seq, watermark, applied };
    }
    case 'diverged':
      return { ...base, seq: message.seq };
    default:
      return base;
  }
}

type Effects<T extends NodeEffect['type']> = readonly Extract<NodeEffect, { type: T }>[];

export function expectationOf(
  slice: Slice,
  effects: readonly NodeEffect[],
  acknowledged: number,
  facts: Facts | undefined,
): Expectation {
  const of = <T extends NodeEffect['type']>(type: T): Effects<T> =>
    effects.filter((effect): effect is Extract<NodeEffect, { type: T }> => effect.type === type);
  const said = of('channel.send').map(({ message }) => expectedMessage(message));
  const exact = {
    refused: of('refused')[0]?.code ?? null,
    emit: of('output.emit').map(({ channel, position }) => ({ channel, position })),
    write: of('disk.write').map(({ operation, token }) => ({ operation, token })),
    fence: of('disk.fence').map(({ token }) => token),
    announce: of('address.announce').length,
    ask: of('arbiter.request').map(expectedAsk),
    say: said.filter(({ kind }) => kind !== 'acknowledge' && kind !== 'alive'),
    open: of('channel.open').map(({ peer, connection }) => ({ peer, connection })),
    close: of('channel.close').map(({ connection }) => connection),
    guest: guestCommands(effects),
    share: of('guest.throttle').map(({ share }) => share),
    complete: of('guest.complete').map(({ operation, result }) => ({ operation, result })),
    report: of('report').map(({ state, reason }) => {
      return state === 'needSecondary' && specifiedReasons.has(reason)
        ? { state, reason }
        : { state };
    }),
  };
  const more = slice.node === 'backup' ? { acknowledged } : {};
  return facts === undefined ? { ...exact, ...more } : { ...exact, ...more, facts: { ...facts } };
}

/** The reasons of reports that the spec names; the wording of the others is free. */
const specifiedReasons: ReadonlySet<string> = new Set(['lost-connection']);

function expectedAsk(effect: Extract<NodeEffect, { type: 'arbiter.request' }>): AskExpected {
  const { intent, version, record } = effect;
  return intent === 'read' ? { intent } : { intent, version, record: recordOf(record) };
}

/** Of a message, the fields that every implementation must give alike. */
function expectedMessage(message: Message): CaseMessage {
  const { vm: _, configuration: __, operations: ___, ...kept } = messageOf(message);
  if (message.kind !== 'entry') return kept;
  const { kind, epoch, from, seq, position, entry } = message;
  return { kind, epoch, from, seq, position, entry };
}

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
