// What a node did in one step, in the words of an expectation: freedom of order between
// independent effects, of batching and of resending is gone; what must hold is left.
// Spec: conformance.md, "Settled observation".

import type { AskExpected, CaseMessage, CaseRecord, Expectation } from '../case.ts';
import { swapToTransition } from '../monitors/record.ts';
import type { View } from '../monitors/view.ts';
import type { Effect, Message, Record } from '../wire.ts';
import type { NodeWorld } from '../world/node-world.ts';
import { toBytes, toEvents } from '../world/symbols.ts';

/** The observation of a step, every field present. */
export type Observation = Required<Expectation>;

type Effects<T extends Effect['type']> = readonly Extract<Effect, { type: T }>[];

export function observationOf(
  effects: readonly Effect[],
  refused: string | undefined,
  world: NodeWorld,
  view: View,
): Observation {
  const of = <T extends Effect['type']>(type: T): Effects<T> =>
    effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
  const said = of('channel.send').map(({ message }) => messageOf(message, world));
  const disk = of('disk.request');
  return {
    refused: refused ?? null,
    emit: of('output.emit').map((effect) => emissionOf(effect, world)),
    write: disk
      .filter(({ action }) => 'write' in action)
      .map(({ operation, token }) => ({ operation: Number(operation), token: Number(token) })),
    fence: disk.filter(({ action }) => 'fence' in action).map(({ token }) => Number(token)),
    announce: of('address.announce').length,
    ask: of('arbiter.request').map(({ action }) => askOf(action, view)),
    say: said.filter(({ kind }) => kind !== 'acknowledge' && kind !== 'alive'),
    acknowledged: Number(view.acknowledgedSent),
    open: of('channel.open').map(({ peer, connection }) => {
      return { peer, connection: world.connectionSymbol(connection) };
    }),
    close: of('channel.close').map(({ connection }) => world.connectionSymbol(connection)),
    guest: guestCommands(effects),
    share: of('guest.throttle').map(({ share }) => share),
    complete: of('guest.complete').map(({ operation, result }) => {
      return { operation: Number(operation), result };
    }),
    report: of('report').map(({ state, reason }) => ({ state, reason })),
    facts: {},
  };
}

/** All but entries applied, which are judged by their progress, completions and shares. */
function guestCommands(effects: readonly Effect[]): string[] {
  const commands: string[] = [];
  for (const { type } of effects) {
    const [subject, verb = ''] = type.split('.');
    const isCommand = subject === 'guest' && !otherVerbs.has(verb);
    if (isCommand && commands.at(-1) !== verb) commands.push(verb);
  }
  return commands;
}

const otherVerbs: ReadonlySet<string> = new Set(['apply', 'complete', 'throttle']);

/** The position of the output that these bytes are, or -1 where the guest made no such output. */
function emissionOf(
  effect: Extract<Effect, { type: 'output.emit' }>,
  world: NodeWorld,
): { channel: string; position: number } {
  const { channel, offset, data } = effect;
  const output = world.outputs().find((one) => {
    const isHere = one.channel === channel && one.offset === BigInt(offset);
    return isHere && toBytes(one.data) === data;
  });
  return { channel, position: output === undefined ? -1 : toEvents(String(output.position)) };
}

function askOf(
  action: Extract<Effect, { type: 'arbiter.request' }>['action'],
  view: View,
): AskExpected {
  if ('read' in action) return { intent: 'read' };
  const { version, record } = action.swap;
  const intent = swapToTransition(view.record, record, view.incarnation) ?? 'none of the table';
  return { intent, version: Number(version), record: recordOf(record) };
}

function recordOf(record: Record): CaseRecord {
  const { version, epoch, phase, owner, backup, token, reason } = record;
  return {
    version: Number(version),
    epoch: Number(epoch),
    phase,
    owner,
    backup,
    token: Number(token),
    reason,
  };
}

function messageOf(message: Message, world: NodeWorld): CaseMessage {
  const base = { kind: message.kind, epoch: Number(message.epoch), from: message.from };
  switch (message.kind) {
    case 'hello': {
      const connection = world.connectionSymbol(message.connection);
      const replaces = Number(message.replaces ?? '0');
      return { ...base, to: message.to, connection, next: Number(message.next), replaces };
    }
    case 'welcome':
      return { ...base, next: Number(message.next) };
    case 'refuse':
      return { ...base, code: message.code };
    case 'copy': {
      const open = message.open.map(({ operation }) => ({ operation: Number(operation) }));
      return { ...base, position: toEvents(message.position), open };
    }
    case 'entry': {
      const { entry, seq } = message;
      return { ...base, entry, seq: Number(seq), position: toEvents(message.position) };
    }
    case 'diverged':
      return { ...base, seq: Number(message.seq) };
    default:
      return base;
  }
}
