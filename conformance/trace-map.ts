// A map: how the log of a real system, in its own words, is read as a recorded trace. It takes the log's lines as values
// and gives lines of a trace; it neither reads files nor checks them against schemas (trace-map-file.ts, parse.ts).
// Spec: conformance.md, "A log in other words".

import {
  fieldOf,
  LineError,
  type MapValue,
  readValue,
  shorten,
  type TimeUnit,
  timeOf,
} from './trace-map-value.ts';

export interface TraceMap {
  readonly format: 'lockstep-map/1';
  readonly header: { readonly [field: string]: unknown };
  readonly node: MapValue;
  readonly time?: { readonly field: string; readonly unit: TimeUnit };
  readonly rules: readonly MapRule[];
  readonly otherwise?: 'refuse' | 'ignore';
}
type Scalar = string | number | boolean | null;
export interface MapRule {
  readonly when: { readonly [path: string]: Scalar | readonly Scalar[] };
  /** Exactly one of these. */
  readonly begins?: MapValue;
  readonly input?: MapValue;
  readonly effect?: MapValue;
  readonly refused?: MapValue;
  readonly ends?: true;
  readonly ignore?: true;
}

/** A line of the log: the fields of one object. */
export type LogLine = { readonly [field: string]: unknown };
/** A line of a trace, not yet held against its schema, and the line of the log that it comes from. */
export interface Translated {
  readonly number: number;
  readonly line: { readonly [field: string]: unknown };
  /** Which rule made it, for messages. */
  readonly rule: string;
}
export type Translation = readonly Translated[] | { readonly problem: string };

/** What the map made of the log so far. */
export interface MapUse {
  readonly ignored: number;
  readonly untaken: number;
  /** Rules that took no line. */
  readonly unused: readonly string[];
}

export interface Translator {
  /** The trace lines that this line of the log completes. */
  take(log: LogLine, number: number): Translation;
  /** The steps that are still open. */
  end(): readonly Translated[];
  use(): MapUse;
}

/** Of one input. */
export const effectsMax = 10_000;

interface Open {
  readonly number: number;
  readonly rule: string;
  readonly effects: unknown[];
  refused: unknown;
}

export function createTranslator(map: TraceMap): Translator {
  const open = new Map<string, Open>();
  const taken = new Set<MapRule>();
  const mayMiss = Array.isArray(map.header.omitted) && map.header.omitted.length > 0;
  let ignored = 0;
  let untaken = 0;

  function close(node: string): readonly Translated[] {
    const step = open.get(node);
    if (step === undefined) return [];
    open.delete(node);
    const { number, rule, effects, refused } = step;
    const line = { node, effects, ...(refused === undefined ? {} : { refused }) };
    return [{ number, line, rule }];
  }

  /** The step that an effect or a refusal is of. */
  function stepOf(node: string, number: number, rule: string): Open {
    const step = open.get(node);
    if (step !== undefined) return step;
    if (!mayMiss) throw new LineError(noInput(node));
    const begun = { number, rule, effects: [], refused: undefined };
    open.set(node, begun);
    return begun;
  }

  function translate(rule: MapRule, log: LogLine, number: number): readonly Translated[] {
    const name = ruleName(map, rule);
    const make = (value: MapValue): unknown => readValue(value, log, map.time?.unit);
    const node = make(map.node);
    if (typeof node !== 'string') throw new LineError(noNode(node));
    if (rule.begins !== undefined) {
      const line = { node, incarnation: make(rule.begins) };
      return [...close(node), { number, line, rule: name }];
    }
    if (rule.input !== undefined) {
      const at = map.time === undefined ? {} : { at: timeOf(log, map.time) };
      const line = { node, ...at, input: make(rule.input) };
      const before = close(node);
      open.set(node, { number, rule: name, effects: [], refused: undefined });
      return [...before, { number, line, rule: name }];
    }
    if (rule.effect !== undefined) {
      const { effects } = stepOf(node, number, name);
      if (effects.length >= effectsMax) throw new LineError(tooMany(node));
      effects.push(make(rule.effect));
      return [];
    }
    if (rule.refused !== undefined) {
      stepOf(node, number, name).refused = make(rule.refused);
      return [];
    }
    return close(node);
  }

  function take(log: LogLine, number: number): readonly Translated[] {
    const rule = map.rules.find(({ when }) => isMet(when, log));
    if (rule === undefined) {
      if (map.otherwise !== 'ignore') throw new LineError(noRule(log));
      untaken += 1;
      return [];
    }
    taken.add(rule);
    if (rule.ignore === true) {
      ignored += 1;
      return [];
    }
    return inRule(map, rule, () => translate(rule, log, number));
  }

  return {
    take(log, number) {
      try {
        return take(log, number);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        return { problem: error.message };
      }
    },
    end: () => [...open.keys()].flatMap(close),
    use() {
      const unused = map.rules.filter((rule) => !taken.has(rule));
      return { ignored, untaken, unused: unused.map((rule) => ruleName(map, rule)) };
    },
  };
}

function isMet(when: MapRule['when'], log: LogLine): boolean {
  return Object.entries(when).every(([path, wanted]) => {
    const found = fieldOf(log, path);
    return Array.isArray(wanted) ? wanted.includes(found) : wanted === (found ?? null);
  });
}

/** The same, with the rule in what goes wrong. */
function inRule<T>(map: TraceMap, rule: MapRule, translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    throw new LineError(`by ${ruleName(map, rule)} of the map: ${error.message}`);
  }
}

function ruleName(map: TraceMap, rule: MapRule): string {
  const text = JSON.stringify(rule.when);
  return `rule ${map.rules.indexOf(rule) + 1} (${shorten(text)})`;
}

const noNode = (node: unknown): string =>
  `expected the node's name, a text, got ${shorten(JSON.stringify(node) ?? 'nothing')}: say "as: text"`;
const noInput = (node: string): string =>
  `${node} did something and was given nothing: map what it was given, or name it in the header's "omitted"`;
const tooMany = (node: string): string =>
  `expected at most ${effectsMax} effects of one input of ${node}: is a line that is an input not mapped as one?`;
const noRule = (log: LogLine): string =>
  `no rule takes ${shorten(JSON.stringify(log))}: add one, with "ignore: true" where it is no matter of the protocol, or say "otherwise: ignore"`;
