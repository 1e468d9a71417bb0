// Where a trace first does what the reference, given the same inputs, would not have done. It asks the reference, so it
// shares nothing with the model that it is compared with.

import { decodeConfig, decodeInput } from '../../../impl/host/adapter-decode.ts';
import { encodeEffect } from '../../../impl/host/adapter-encode.ts';
import { toFields } from '../../../impl/host/adapter-fields.ts';
import { createNode, type NodeState, step } from '../../../impl/protocol/index.ts';
import type { RecordedTrace } from './recorded.ts';

/** The number of the line of effects; null where the reference does all the same. */
export function firstUnlike({ header, lines }: RecordedTrace): number | null {
  const params = toFields({ vm: header.vm, parameters: header.parameters, at: '0' }, 'header');
  const nodes = new Map<string, NodeState>();
  for (const { node, incarnation } of header.nodes) {
    nodes.set(node, createNode(decodeConfig(params, toFields({ incarnation }, 'node'))));
  }
  let expected = '';
  for (const [index, line] of lines.entries()) {
    const state = nodes.get(line.node);
    if (state === undefined) throw new Error(`line ${index + 2}: no node ${line.node}`);
    if ('input' in line) {
      const [next, effects, refusal] = step(state, inputOf(line.input));
      nodes.set(line.node, next);
      expected = JSON.stringify([effects.map(encodeEffect), refusal ?? null]);
    } else if ('effects' in line) {
      const done = JSON.stringify([line.effects, line.refused ?? null]);
      if (done !== expected) return index + 2;
    }
  }
  return null;
}

function inputOf(input: object): Parameters<typeof step>[1] {
  const fields = toFields(input, 'input');
  if (fields.values.type !== 'clock.advanced') return decodeInput(fields);
  return { type: 'clock.advanced', at: decodeClock(fields.values.at) };
}

type Instant = Extract<Parameters<typeof step>[1], { type: 'clock.advanced' }>['at'];
const decodeClock = (at: unknown): Instant => BigInt(String(at)) as Instant;
