// What a clause monitor is: it looks at one event beside what an observer knows so far.
// A monitor is written from the spec's text; it shares nothing with the charts of the model.
// Spec: conformance.md, "Monitors".

import type { Effect, Input, Message } from '../wire.ts';
import type { TraceEvent } from './trace.ts';
import type { View } from './view.ts';

export interface Finding {
  /** `clause#code`. */
  readonly reason: string;
  readonly expected: string;
  readonly actual: string;
}

export interface Monitor {
  readonly clause: string;
  /** The codes that its reasons can have. */
  readonly codes: readonly string[];
  /** Whether an event is of the kind that it is about, by the types of input, effect and message alone: it is not shown
   *  others. Absent of a monitor that looks at every step. */
  isAbout?(event: TraceEvent): boolean;
  check(event: TraceEvent, view: View): Finding | undefined;
}

/** Expected and actual, and the code where a monitor has several. */
export type Broken = readonly [expected: string, actual: string, code?: string];

/** A monitor of what the node asks for. */
export function onEffect<T extends Effect['type']>(
  clause: string,
  code: string | readonly string[],
  type: T,
  check: (effect: Extract<Effect, { type: T }>, view: View) => Broken | undefined,
): Monitor {
  const judge = (event: TraceEvent, view: View): Broken | undefined => {
    if (event.kind !== 'effect' || !isEffect(event.effect, type)) return undefined;
    return check(event.effect, view);
  };
  return {
    ...monitor(clause, code, judge),
    isAbout: (event) => event.kind === 'effect' && event.effect.type === type,
  };
}

/** A monitor of what the node says on the channel. */
export function onSay<K extends Message['kind']>(
  clause: string,
  code: string | readonly string[],
  kind: K,
  check: (message: Extract<Message, { kind: K }>, view: View) => Broken | undefined,
): Monitor {
  return {
    ...onEffect(clause, code, 'channel.send', ({ message }, view) => {
      return isKind(message, kind) ? check(message, view) : undefined;
    }),
    isAbout: (event) =>
      event.kind === 'effect' &&
      event.effect.type === 'channel.send' &&
      event.effect.message.kind === kind,
  };
}

/** A monitor of what must have happened once the node has settled after an input or a wait. */
export function onSettled(
  clause: string,
  code: string | readonly string[],
  check: (view: View) => Broken | undefined,
): Monitor {
  return monitor(clause, code, (event, view) => {
    return event.kind === 'settled' ? check(view) : undefined;
  });
}

/** A monitor of what holds when time has passed. */
export function onTime(
  clause: string,
  code: string,
  check: (view: View, at: bigint) => Broken | undefined,
): Monitor {
  return monitor(clause, code, (event, view) => {
    return event.kind === 'advanced' ? check(view, event.at) : undefined;
  });
}

/** A monitor of how an operation is taken. */
export function onGiven<T extends Input['type']>(
  clause: string,
  code: string,
  type: T,
  check: (
    input: Extract<Input, { type: T }>,
    view: View,
    refused: string | undefined,
  ) => Broken | undefined,
): Monitor {
  const judge = (event: TraceEvent, view: View): Broken | undefined => {
    if (event.kind !== 'given' || !isInput(event.input, type)) return undefined;
    return check(event.input, view, event.refused);
  };
  return {
    ...monitor(clause, code, judge),
    isAbout: (event) => event.kind === 'given' && event.input.type === type,
  };
}

export function monitor(
  clause: string,
  code: string | readonly string[],
  check: (event: TraceEvent, view: View) => Broken | undefined,
): Monitor {
  const codes = typeof code === 'string' ? [code] : code;
  return {
    clause,
    codes,
    check(event, view) {
      const broken = check(event, view);
      if (broken === undefined) return undefined;
      const [expected, actual, which = codes[0] ?? ''] = broken;
      return { reason: `${clause}#${which}`, expected, actual };
    },
  };
}

function isEffect<T extends Effect['type']>(
  effect: Effect,
  type: T,
): effect is Extract<Effect, { type: T }> {
  return effect.type === type;
}

function isInput<T extends Input['type']>(
  input: Input,
  type: T,
): input is Extract<Input, { type: T }> {
  return input.type === type;
}

function isKind<K extends Message['kind']>(
  message: Message,
  kind: K,
): message is Extract<Message, { kind: K }> {
  return message.kind === kind;
}
