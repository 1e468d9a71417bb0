// Plays inputs of a slice by name, and says in words what the last of them leads to.

import type { Slice, SliceState, SymbolicEffect } from '../../model/slices/slice.ts';
import { findSlice } from '../../model/slices.ts';
import type { Message } from '../../model/vocabulary.ts';

/** What the last of these inputs leads to, in words, from the first state of the slice. */
export function run(name: string, ...inputs: string[]) {
  const slice = findSlice(name);
  if (slice === null) throw new Error(`no slice ${name}`);
  let state: SliceState = slice.initial();
  let effects: readonly SymbolicEffect[] = [];
  for (const input of inputs) {
    const step = slice.step(state, symbolOf(slice, input));
    if (step.input === null) throw new Error(`${name}: ${input} is not possible here`);
    ({ state, effects } = step);
  }
  const request = effects.find((effect) => effect.type === 'arbiter.request');
  const reason = request?.type === 'arbiter.request' ? request.record?.reason : undefined;
  return { effects: effects.map(inWords), facts: slice.facts(state), reason };
}

function symbolOf(slice: Slice, name: string) {
  const symbol = slice.alphabet.find((one) => one.name === name);
  if (symbol === undefined) throw new Error(`${slice.name} has no input ${name}`);
  return symbol;
}

function inWords(effect: SymbolicEffect): string {
  switch (effect.type) {
    case 'arbiter.request':
      return effect.intent;
    case 'report':
      return `report ${effect.state} ${effect.reason}`;
    case 'refused':
      return `refused ${effect.code}`;
    case 'channel.close':
      return 'close';
    case 'output.emit':
      return 'emit';
    case 'disk.fence':
      return `fence ${effect.token}`;
    case 'guest.save':
    case 'guest.load':
      return `${effect.type.slice('guest.'.length)} token ${effect.token}`;
    case 'channel.send': {
      const { message } = effect;
      return inFewWords(message);
    }
    default:
      return effect.type;
  }
}

function inFewWords(message: Message): string {
  switch (message.kind) {
    case 'entry':
      return `entry ${message.seq} ${message.entry}`;
    case 'acknowledge':
      return `acknowledge ${message.upto}`;
    case 'hello':
    case 'welcome':
      return `${message.kind} from ${message.next}`;
    case 'refuse':
      return `refuse ${message.code}`;
    default:
      return message.kind;
  }
}
