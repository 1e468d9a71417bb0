// Records a trace: what nodes are given and what they do, as lines that `lockstep model refine` reads.
// It writes text wherever it is told to; it opens no file and judges nothing.
// Spec: conformance.md, "Recorded traces".

import type { Config, Effect, Incarnation, Input } from '../protocol/index.ts';
import { encodeEffect, type Json, toJson } from './adapter-encode.ts';

export interface TraceRecorder {
  /** A node's life begins; its incarnation is its name in the trace. */
  begin(incarnation: Incarnation): void;
  /** One step of it, at an instant in nanoseconds. */
  step(incarnation: Incarnation, at: bigint, taken: Taken): void;
}

export interface Taken {
  readonly input: Input;
  readonly effects: readonly Effect[];
  readonly refusal: string | undefined;
}

export type TraceConfig = Pick<
  Config,
  'vm' | 'configuration' | 'periods' | 'entriesMax' | 'network' | 'reconnect'
>;

/** The header is written at once. */
export function createTraceRecorder(
  config: TraceConfig,
  write: (line: string) => void,
): TraceRecorder {
  const tell = (line: Json): void => write(`${JSON.stringify(line)}\n`);
  tell(headerOf(config));
  return {
    begin: (incarnation) => tell({ node: incarnation, incarnation }),
    step(incarnation, at, { input, effects, refusal }) {
      tell({ node: incarnation, at: `${at}`, input: encodeInput(input) });
      const done = { node: incarnation, effects: effects.map(encodeEffect) };
      tell(refusal === undefined ? done : { ...done, refused: refusal });
    },
  };
}

/** Inputs have the shape of the adapter protocol, in which an output that was not made is absent. */
export function encodeInput(input: Input): Json {
  if (input.type !== 'guest.applied' || input.output !== null) return toJson(input);
  return { type: input.type, seq: `${input.seq}` };
}

function headerOf(config: TraceConfig): Json {
  const { vm, configuration, periods, entriesMax, network, reconnect } = config;
  return {
    format: 'lockstep-trace/1',
    revision,
    vm,
    nodes: [],
    parameters: {
      ...Object.fromEntries(Object.entries(periods).map(([name, value]) => [name, `${value}`])),
      entriesMax: `${entriesMax}`,
      network,
      ...(reconnect && { reconnect }),
      configuration: toJson(configuration),
    },
    from: 'start',
    omitted: [],
  };
}

/** spec/requirements/revision.yaml */
const revision = '2026-1-draft';
