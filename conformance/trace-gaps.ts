// What a recorded trace leaves out, and which fields of the observer's view are then not to be relied on.
// It decides by the fields that a monitor reads; it neither judges nor reads lines.
// Spec: conformance.md, "Level L1".

import type { Omissible, TraceHeader } from '../model/refine/trace.ts';
import type { View } from './monitors/view.ts';
import type { Parameters } from './wire.ts';

type Field = keyof View;
type ParameterName = Exclude<keyof Parameters, 'reconnect' | 'entriesMax' | 'network'>;

export interface Gaps {
  /** The kinds of input and the parameters that the header does not give, in its words. */
  readonly names: readonly string[];
  readonly parameters: Parameters;
  /** The view as a monitor may read it; `onGap` is told what it should not have read. */
  guard(view: View, onGap: (name: string) => void): View;
}

export function gapsOf(header: TraceHeader): Gaps {
  // The header's parameters fit the schema, which names each of them.
  const given: Partial<Parameters> = header.parameters;
  const missing = parameterNames.filter((name) => given[name] === undefined);
  const unreliable = new Map<Field, string>();
  for (const name of missing) {
    for (const field of ofParameter[name]) unreliable.set(field, name);
  }
  for (const kind of header.omitted) {
    for (const field of [...anyInput, ...ofOmitted[kind]]) unreliable.set(field, kind);
  }
  const names = [...header.omitted, ...missing];
  const parameters: Parameters = { ...standIns, ...header.parameters };
  if (names.length === 0) return { names, parameters, guard: (view) => view };
  return {
    names,
    parameters,
    guard(view, onGap) {
      const seen = new Proxy(view.parameters, {
        get(target, key, receiver) {
          if (missing.some((name) => name === key)) onGap(String(key));
          return Reflect.get(target, key, receiver);
        },
      });
      return new Proxy(view, {
        get(target, key, receiver) {
          if (key === 'parameters') return seen;
          for (const [field, name] of unreliable) if (field === key) onGap(name);
          return Reflect.get(target, key, receiver);
        },
      });
    },
  };
}

/** A period that is not known never passes in the view. */
const never = String(2n ** 64n - 1n);
const standIns = {
  beatInterval: never,
  aliveInterval: never,
  beatTimeout: never,
  channelTimeout: never,
  arbiterRetry: never,
  joinTimeout: never,
  yieldTimeout: never,
  lagMax: never,
  configuration: '',
} as const satisfies { readonly [name in ParameterName]: string };

const silence: readonly Field[] = ['suspectedAt', 'reconnection'];
/** What the view makes of a parameter, beyond what a monitor reads of it itself. */
const ofParameter: { readonly [name in ParameterName]: readonly Field[] } = {
  beatInterval: [],
  aliveInterval: ['flow'],
  beatTimeout: silence,
  channelTimeout: silence,
  arbiterRetry: [],
  joinTimeout: ['replacing', 'replacement'],
  yieldTimeout: [],
  lagMax: ['flow'],
  configuration: ['replacing', 'replacement'],
};
const parameterNames: readonly ParameterName[] = [
  'beatInterval',
  'aliveInterval',
  'beatTimeout',
  'channelTimeout',
  'arbiterRetry',
  'joinTimeout',
  'yieldTimeout',
  'lagMax',
  'configuration',
];

/** What a line of effects without its input leaves as the input before had it. */
const anyInput: readonly Field[] = ['now', 'trigger', 'recordIsNew', 'refused', 'reconnection'];
const replayed: readonly Field[] = [
  'applied',
  'made',
  'offsets',
  'operations',
  'open',
  'watermark',
];
const channel: readonly Field[] = [
  'connection',
  'connectionOpen',
  'connectionBefore',
  'replacing',
  'replacement',
  'readSinceLoss',
  'request',
  'isUnresolved',
  'watching',
  'suspectedAt',
  'askedToLeave',
];
/** What messages on a channel tell: they count only on one that is known to be open. */
const said: readonly Field[] = [
  'sent',
  'sentPosition',
  'acknowledged',
  'welcomeArrived',
  'readyArrived',
  'gateAt',
  'divergedArrived',
  'recording',
  'hello',
  'helloConnection',
  'epochSeen',
  'pairing',
  'copy',
  'restored',
  'readySent',
  'held',
  'heldAt',
  'heldEntries',
  'acknowledgedSent',
  'ending',
  'higherEpoch',
  'heardChannelAt',
  'flow',
  'waitedFor',
  'takeover',
];
const ofOmitted: { readonly [kind in Omissible]: readonly Field[] } = {
  'clock.advanced': ['suspectedAt', 'replacing', 'replacement', 'flow'],
  'guest.applied': replayed,
  'guest.diverged': ['diverged'],
  'guest.saved': ['isSaved', 'isOperationOver'],
  'channel.opened': [...channel, ...said, ...replayed],
  'channel.closed': channel,
  'datagram.arrived': ['heardDatagramAt', 'suspectedAt', 'higherEpoch', 'watching'],
  'disk.answered': ['answered', 'fencedAnswer', 'fenceDone', 'completed'],
};
